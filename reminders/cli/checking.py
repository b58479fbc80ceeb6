"""`check`: is this installation fit to text patients? Every mistake at once, each with its mend."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from reminders.care.complaint import Complaint, Level
from reminders.cli import judging
from reminders.cli.application import app
from reminders.cli.hands import read_clock
from reminders.cli.judging_on_call import judge_on_call
from reminders.cli.judging_receiving import judge_receiving
from reminders.cli.options import JsonOption, NowOption, SettingsOption
from reminders.runtime import templates_folder
from reminders.settings import Settings, SettingsError, load_settings
from reminders.settings.reading import settings_path

CANNOT_READ_SETTINGS = 2

LanguageOption = Annotated[
    str | None,
    typer.Option("--language", help="Judge the texts of this language only, such as es."),
]


@app.command()
def check(
    language: LanguageOption = None,
    as_json: JsonOption = False,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Judge the settings, the protocols and texts, and this installation; 0 when all is well."""
    file = settings_path(settings, os.environ)
    try:
        loaded = load_settings(settings, environ=os.environ)
    except SettingsError as error:
        _tell({"settings": str(file)}, error.complaints, as_json=as_json)
        raise typer.Exit(CANNOT_READ_SETTINGS) from None
    read_clock(now, loaded)
    found = _found(loaded, file=file, language=language)
    _tell(_facts(loaded, file=file), found, as_json=as_json)
    raise typer.Exit(1 if _of(found, Level.ERROR) else 0)


def _found(settings: Settings, *, file: Path, language: str | None) -> tuple[Complaint, ...]:
    return (
        *judging.judge_templates(settings, language=language),
        *judging.judge_languages(settings, file=file),
        *judging.judge_database(settings, file=file),
        *judging.judge_rights(settings, file=file),
        *judging.judge_secrets(os.environ),
        *judging.judge_gateway(settings, file=file),
        *judge_receiving(settings, file=file),
        *judge_on_call(settings, file=file),
    )


def _facts(settings: Settings, *, file: Path) -> dict[str, str]:
    """Say what was judged, and aloud who would be texted."""
    path = settings.database.path
    return {
        "settings": str(file),
        "clinics": ", ".join(f"{clinic.key} ({clinic.name})" for clinic in settings.clinics),
        "templates": str(templates_folder(settings)),
        "database": f"{path}, encrypted" if path else "a database server",
        "key": str(settings.database.key_file) if path else "",
        "gateway": judging.spoken_mode(settings),
    }


def _of(found: Sequence[Complaint], level: Level) -> list[Complaint]:
    return [complaint for complaint in found if complaint.level is level]


def _tell(facts: dict[str, str], found: Sequence[Complaint], *, as_json: bool) -> None:
    errors, notes = _of(found, Level.ERROR), _of(found, Level.NOTE)
    if as_json:
        print(_json(facts, errors, notes))
        return
    console = Console(highlight=False, soft_wrap=True)
    for name, value in facts.items():
        if value:
            console.print(Text(f"{name:<10}", style="dim") + Text(value))
    _tell_complaints(console, errors, name="error", style="bold red")
    _tell_complaints(console, notes, name="note", style="bold yellow")
    console.print(_verdict(errors))


def _json(facts: dict[str, str], errors: list[Complaint], notes: list[Complaint]) -> str:
    def plain(complaint: Complaint) -> dict[str, str]:
        return {"where": complaint.where, "what": complaint.what, "mend": complaint.mend}

    told = {
        "fit": not errors,
        **facts,
        "errors": [plain(error) for error in errors],
        "notes": [plain(note) for note in notes],
    }
    return json.dumps(told, indent=2)


def _tell_complaints(
    console: Console, complaints: list[Complaint], *, name: str, style: str
) -> None:
    """Print each complaint on one line of its own, whatever the width of the terminal."""
    if not complaints:
        return
    count = len(complaints)
    console.print(Text(f"\n{count} {name}{'s' if count > 1 else ''}", style=style))
    for complaint in complaints:
        words = " ".join(f"{complaint.what}; {complaint.mend}".split())
        console.print(Text("  ") + Text(complaint.where, style="bold") + Text(f": {words}"))


def _verdict(errors: list[Complaint]) -> Text:
    if errors:
        return Text("\nNot fit to text patients: mend the errors above.", style="bold red")
    return Text("\nFit to text patients.", style="bold green")
