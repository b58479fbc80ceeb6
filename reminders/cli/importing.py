"""`import`: a clinic's export of treatments comes in, and the command says what it changed."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from reminders.cli.accounts import account_lines, plain_account
from reminders.cli.application import app
from reminders.cli.hands import find_clinic, hands, words_for_faults
from reminders.cli.options import ClinicOption, JsonOption, NowOption, SettingsOption
from reminders.importing import Mode, import_file

FileArgument = Annotated[Path, typer.Argument(help="The export: CSV or XLSX.", metavar="FILE")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="All or nothing: one bad row keeps every row out.")
]


@app.command(name="import")
def import_(
    file: FileArgument,
    clinic: ClinicOption,
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Take in an export of treatments; 0 when every row was good, 1 when any was rejected."""
    mode = Mode.DRY_RUN if dry_run else Mode.STRICT if strict else Mode.APPLY
    with hands(settings, now) as runtime:
        known = find_clinic(runtime.settings, clinic)
        gc.freeze()  # what is loaded by now stays: collecting it in vain takes a tenth of the time
        with words_for_faults(), _progress(file.name) as progress:
            report = import_file(runtime, file, clinic=known.key, mode=mode, progress=progress)
    if as_json:
        print(json.dumps(plain_account(report, mode=mode), indent=2))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for line in account_lines(report, file=file, mode=mode):
            console.print(line)
        if dry_run and strict and report.rejected:
            console.print("With --strict nothing would go in before these rows are mended.")
    raise typer.Exit(1 if report.rejected else 0)


@contextmanager
def _progress(name: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on a terminal, on standard error; nothing where nobody watches."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    shown = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with shown as progress:
        bar = progress.add_task(name, total=1.0)
        yield lambda share: progress.update(bar, completed=share)
