"""The `reminders` command: each module adds its commands to the one application.

application: the table of commands · options: what every command takes · hands: opening what a
command needs · checking, previewing, counting, triaging, importing, charts, ticking, inbox, staff,
consenting, drilling, serving, demonstration: the commands · judging, judging_on_call,
judging_receiving: what `check` finds · calendar, bubbles: what `preview` plans and draws ·
accounts: what `import` says · pages, chart_forms, words_ahead, vitals: what charts show ·
explaining, story, reasons, local_times: what `explain` tells · screen, summary: what `demo` draws
and says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from traceback import extract_tb

from reminders.cli.application import CannotRun, app

__all__ = ["CannotRun", "app", "main"]


def main() -> None:
    """Run the command; whatever goes wrong is said in words, never as a traceback."""
    try:
        app()
    except CannotRun as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        print(_fault(error), file=sys.stderr)
        sys.exit(3)


def _fault(error: Exception) -> str:
    """Say where our own mistake lies; the error's own text may hold a person's words."""
    last = extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} at {Path(last.filename).name}, line {last.lineno}"
    return (
        f"reminders met a mistake of its own ({place}). Nothing was left half-written. "
        "Please report this line to those who look after the program."
    )
