"""The options that every command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SettingsOption = Annotated[
    Path | None,
    typer.Option("--settings", help="The settings file; else REMINDERS_SETTINGS, settings.toml."),
]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now",
        metavar="ISO8601",
        help="Play that it is this moment, e.g. 2026-03-02T10:00-08:00 (no offset: clinic time).",
    ),
]
ClinicOption = Annotated[str, typer.Option("--clinic", help="The clinic's key in the settings.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
PatientArgument = Annotated[str, typer.Argument(help="The clinic's own patient_id.")]
