"""The `reminders` command: each module adds its commands to the one application.

application: the table of commands · options: what every command takes · hands: opening what a
command needs · checking, previewing, counting, importing, charts, ticking, demonstration: the
commands · judging: what `check` finds · calendar, bubbles: what `preview` plans and draws ·
accounts: what `import` says · pages, chart_forms, words_ahead, vitals: what charts show ·
explaining, story, reasons, local_times: what `explain` tells · screen, summary: what `demo` draws
and says.
"""

from __future__ import annotations

import sys

from reminders.cli.application import CannotRun, app

__all__ = ["CannotRun", "app", "main"]


def main() -> None:
    """Run the command; what a person can mend is said in words, never as a traceback."""
    try:
        app()
    except CannotRun as error:
        print(error, file=sys.stderr)
        sys.exit(2)
