"""What is written: the TOML file and the REMINDERS_ variables, not yet judged."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as Undecodable

from reminders.care.complaint import Complaint
from reminders.settings.alert_addresses import ADDRESSES, ADDRESSES_FILE
from reminders.settings.credentials import secret_meant
from reminders.settings.places import Loc
from reminders.settings.sections import SettingsFile

PREFIX = "REMINDERS_"
FILE_VARIABLE = "REMINDERS_SETTINGS"
USUAL_FILE = "settings.toml"
NOT_SETTINGS = frozenset({FILE_VARIABLE, ADDRESSES, ADDRESSES_FILE})

Values = dict[str, Any]


class Variables(SettingsFile, BaseSettings):
    """The shape of the settings, as pydantic-settings reads it from variables."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )


@dataclass(frozen=True, slots=True)
class Written:
    """Values as they were written, and where.

    `variables` names the environment variable that set the value at a place.
    """

    values: Values
    complaints: tuple[Complaint, ...] = ()
    variables: Mapping[Loc, str] = field(default_factory=dict)


def settings_path(path: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the file to read: the one asked for, else REMINDERS_SETTINGS, else settings.toml."""
    return path or Path(environ.get(FILE_VARIABLE) or USUAL_FILE)


def read_file(path: Path) -> Written:
    """Read the TOML file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        mend = f"copy the shipped settings.toml there, or name another with {FILE_VARIABLE}"
        return _unread(str(path), "there is no such file", mend=f"{mend} or --settings")
    except OSError:
        return _unread(str(path), "cannot be read", mend="name a file that this account may read")
    except UnicodeDecodeError:
        return _unread(str(path), "is not written in UTF-8", mend="save it as UTF-8 text")
    try:
        return Written(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return _unread(
            f"{path}, {_line(str(error), text=text)}",
            "cannot be read as TOML",
            mend='write key = value, one to a line and each key once, and text in "double quotes"',
        )


def _unread(where: str, what: str, *, mend: str) -> Written:
    return Written({}, (Complaint(where, what, mend),))


def _line(error: str, *, text: str) -> str:
    found = re.search(r"line (\d+)", error)
    return f"line {found[1] if found else text.count(chr(10)) + 1}"


def read_environment(environ: Mapping[str, str]) -> Written:
    """Read every REMINDERS_<SECTION>__<KEY> variable; a list is written as JSON."""
    values: Values = {}
    complaints: list[Complaint] = []
    variables: dict[Loc, str] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        match _read_variable(name, environ[name]):
            case Complaint() as complaint:
                complaints.append(complaint)
            case found:
                values = merged(values, found)
                variables.update(dict.fromkeys(_places(found), name))
    return Written(values, tuple(complaints), variables)


def _read_variable(name: str, text: str) -> Values | Complaint:
    if name not in _variables():
        return _unknown(name)
    source = EnvSettingsSource(Variables)
    source.env_vars = {name.lower(): text}
    try:
        return source()
    except Undecodable:
        return Complaint(name, "is not a list in JSON", 'write it like ["one", "two"]')


@cache
def _variables() -> frozenset[str]:
    """Name every variable there is: one for each key of a section, and one for all clinics."""
    return frozenset(
        f"{PREFIX}{section}__{key}".upper()
        for section, model in SettingsFile.model_fields.items()
        for key in getattr(model.annotation, "model_fields", ())
    ) | {f"{PREFIX}CLINIC"}


def _unknown(name: str) -> Complaint:
    if secret := secret_meant(name.rpartition("__")[2]):
        return Complaint(name, "is not where secrets are read", f"set {secret} instead")
    close = get_close_matches(name, _variables(), n=1, cutoff=0.8)
    usual = f"unset it, or name it {PREFIX}<SECTION>__<KEY>"
    return Complaint(name, "is not a setting", f"did you mean {close[0]}?" if close else usual)


def _places(found: Values) -> list[Loc]:
    """Name the places that a variable sets: keys of sections, or the whole list of clinics."""
    return [
        (section, *rest)
        for section, value in found.items()
        for rest in ([(key,) for key in value] if isinstance(value, dict) else [()])
    ]


def merged(below: Values, above: Values) -> Values:
    """Lay one set of values over another, key by key inside sections."""
    result = dict(below)
    for name, value in above.items():
        match below.get(name), value:
            case dict() as under, dict() as over:
                result[name] = {**under, **over}
            case _:
                result[name] = value
    return result
