"""How tests run the `reminders` command: in this process, or on a terminal of its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from typer.testing import CliRunner

from reminders.cli import CannotRun, app

CANNOT_RUN = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What a command said, and its exit code."""

    code: int
    said: str


def reminders(*arguments: str, stdin: bytes = b"") -> Told:
    """Run one command as `main` would; standard output and error in one."""
    result = CliRunner().invoke(app, arguments, input=stdin)
    if isinstance(result.exception, CannotRun):
        return Told(CANNOT_RUN, result.output + str(result.exception))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Told(result.exit_code, result.output)


def on_a_terminal(*arguments: str, environ: Mapping[str, str]) -> str:
    """Run one command in a process of its own whose output and error are a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "reminders", *arguments]
    child = subprocess.Popen(command, stdout=theirs, stderr=theirs, env={**os.environ, **environ})
    os.close(theirs)
    said = bytearray()
    while piece := _read(ours):
        said += piece
    os.close(ours)
    child.wait()
    return said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux ends a terminal with an error when its last writer has gone
        return b""
