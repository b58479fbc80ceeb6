"""The settings.toml that comes with reminders cannot drift from what the settings know."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel

from reminders.settings import Clinic, load_settings
from reminders.settings.sections import SettingsFile
from tests.settings.sample import CLINIC

SHIPPED = Path(__file__).resolve().parents[2] / "settings.toml"


def test_the_shipped_file_starts_and_sends_nothing() -> None:
    settings = load_settings(SHIPPED, environ={})
    assert settings.gateway.kind == "pretend"
    assert settings.clinics[0].name == "Lakeside Clinic"
    assert settings.templates.folder == SHIPPED.parent / "templates"


def test_the_shipped_file_shows_every_key_with_its_default(tmp_path: Path) -> None:
    written = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    assert set(written) == set(SettingsFile.model_fields)
    assert set(written["clinic"][0]) == set(Clinic.model_fields)
    for name, section in sections().items():
        assert set(written[name]) == set(section.model_fields)
    (tmp_path / "settings.toml").write_text('[gateway]\nkind = "pretend"\n' + CLINIC)
    (tmp_path / "shown.toml").write_text(SHIPPED.read_text(encoding="utf-8"))
    plain = load_settings(tmp_path / "settings.toml", environ={})
    assert load_settings(tmp_path / "shown.toml", environ={}) == plain


def test_the_shipped_file_explains_every_key() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if " = " in line and line[0] != "#"]
    assert all(lines[number - 1].startswith("#") for number in keys)


def sections() -> dict[str, type[BaseModel]]:
    models = {name: field.annotation for name, field in SettingsFile.model_fields.items()}
    return {
        name: model
        for name, model in models.items()
        if isinstance(model, type) and issubclass(model, BaseModel)
    }
