"""Running the `reminders` command in this process, as a person at a terminal would."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reminders.cli import main
from tests.clinic import ENVIRON


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command left behind: its exit code, what it printed and what it complained of."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Read standard output as JSON; nothing else may stand there, and it ends its line."""
        assert self.out.endswith("\n")
        return json.loads(self.out)


Ask = Callable[..., Answer]


def asking(folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a way to run commands on the clinic whose settings lie in the folder."""
    for name, value in (ENVIRON | {"HOME": str(folder)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def ask(*words: str, at: datetime) -> Answer:
        settings = ["--settings", str(folder / "settings.toml"), "--now", at.isoformat()]
        monkeypatch.setattr(sys, "argv", ["reminders", *words, *settings])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        return Answer(int(ended.value.code or 0), told.out, told.err)

    return ask
