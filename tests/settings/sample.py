"""A made-up clinic's settings file, and how tests load it or see it refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from reminders.settings import Settings, SettingsError, load_settings

HEAD = '[database]\nurl = "sqlite:///var/r.db"\n[gateway]\nkind = "pretend"\n'
CLINIC = """
[[clinic]]
key = "lakeside"
name = "Lakeside Clinic"
phone = "(415) 555-0100"
time_zone = "America/Los_Angeles"
sender = "+14155550101"
"""
MINIMAL = HEAD + CLINIC
TWILIO = MINIMAL.replace('"pretend"', '"twilio"')


def loaded(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    """Load the text as a file in the folder."""
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environ=environ or {})


def complaints(
    folder: Path, text: str | bytes, environ: Mapping[str, str] | None = None
) -> list[tuple[str, str, str]]:
    """Return where (without the file's folder), what and mend of every complaint."""
    file = folder / "settings.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as refused:
        load_settings(file, environ=environ or {})
    found = refused.value.complaints
    return [(each.where.replace(f"{folder}/", ""), each.what, each.mend) for each in found]


def the_complaint(
    folder: Path, text: str | bytes, environ: Mapping[str, str] | None = None
) -> tuple[str, str, str]:
    """Return the only complaint there is."""
    (only,) = complaints(folder, text, environ)
    return only
