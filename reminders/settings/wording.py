"""What pydantic found, in words a clinic's technician can act on. Words only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reminders.care.complaint import Complaint, meant
from reminders.settings.complaints import REFUSED
from reminders.settings.credentials import secret_meant
from reminders.settings.places import Loc
from reminders.settings.reading import Values
from reminders.settings.sections import Clinic, OnCall, SettingsFile

SECTIONS: Mapping[str, type[BaseModel]] = {
    **{
        name: field.annotation
        for name, field in SettingsFile.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    },
    "clinic": Clinic,
}

# The first word of pydantic's name for a mistake, and ours for it.
PLAIN = {
    "bool": "must be true or false",
    "finite": "must be a number",
    "float": "must be a number",
    "greater": "must be at least {ge}",
    "int": "must be a whole number",
    "less": "must be at most {le}",
    "literal": "must be {expected}",
    "missing": "is missing",
    "model": "must be a section",
    "path": "must be the name of a file",
    "string": "must be text",
    "tuple": "must be a list",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where values came from: the file, the variables that outrank it, and what they said."""

    file: Path
    variables: Mapping[Loc, str]
    values: Values

    def where(self, loc: Loc) -> str:
        """Name a place as its reader knows it: a variable, or the file and section.key."""
        for length in range(len(loc), 0, -1):
            if variable := self.variables.get(loc[:length]):
                return variable + self._path(loc, start=length)
        return f"{self.file}: {self._path(loc).lstrip('.')}"

    def _path(self, loc: Loc, *, start: int = 0) -> str:
        """Write what follows in a place; entries of lists count from 1, clinics go by their key."""
        parts = [
            f"[{self._entry(loc, place)}]" if isinstance(part, int) else f".{part}"
            for place, part in enumerate(loc)
        ]
        return "".join(parts[start:])

    def _entry(self, loc: Loc, place: int) -> int | str:
        number = int(loc[place])
        if loc[:place] != ("clinic",):
            return number + 1
        clinic = self.values["clinic"][number]
        key = clinic.get("key") if isinstance(clinic, dict) else None
        return key if isinstance(key, str) and key else number + 1

    def assignment(self, loc: Loc, value: str) -> str:
        """Write a value the way its place wants it: in the file, or in a variable."""
        variable = self.variables.get(loc)
        return f"{variable}={value.strip(chr(34))}" if variable else f"{loc[-1]} = {value}"


def complaints_of(error: ValidationError, origin: Origin) -> list[Complaint]:
    """Turn each of pydantic's findings into a complaint with its mend."""
    found = error.errors(include_url=False, include_input=False)
    return [_complaint(detail, origin) for detail in found]


def _complaint(detail: ErrorDetails, origin: Origin) -> Complaint:
    kind, loc, context = detail["type"], detail["loc"], detail.get("ctx", {})
    where = origin.where(loc)
    if kind == REFUSED:
        return Complaint(where, context["what"], context["mend"])
    if kind == "extra_forbidden":
        return _unknown(where, loc)
    plain = PLAIN.get(kind.partition("_")[0], "cannot be understood")
    return Complaint(where, plain.format(**context), _mend(loc, origin))


def _unknown(where: str, loc: Loc) -> Complaint:
    word = str(loc[-1])
    if secret := secret_meant(word):
        return Complaint(
            where,
            "is a secret, and secrets do not belong in the settings",
            f"take it out, and set {secret} or {secret}_FILE in the environment",
        )
    kind = "section" if len(loc) == 1 else "key"
    return Complaint(where, f"is not a {kind} of the settings", _meant(word, loc))


def _meant(word: str, loc: Loc) -> str:
    """Suggest the section that has such a key, else the nearest name."""
    homes = [name for name, section in SECTIONS.items() if word in section.model_fields]
    if homes and len(loc) < 4:
        return f"move it below {' or '.join(map(_header, homes))}"
    return meant(word, _model_at(loc).model_fields)


def _header(section: str) -> str:
    return "[[clinic]]" if section == "clinic" else f"[{section}]"


def _model_at(loc: Loc) -> type[BaseModel]:
    """Return the model that a place's last key belongs to."""
    if len(loc) == 1:
        return SettingsFile
    return OnCall if "on_call" in loc[1:-1] else SECTIONS[str(loc[0])]


def _mend(loc: Loc, origin: Origin) -> str:
    if loc == ("clinic",):
        return "write each clinic below a line [[clinic]], with double brackets"
    if loc[:1] == ("clinic",) and len(loc) == 2:
        return "write each clinic as key and value below a line [[clinic]]"
    if len(loc) == 1:
        return f"write {_header(str(loc[0]))} on a line of its own, and its keys below it"
    named = loc if isinstance(loc[-1], str) else loc[:-1]
    return f"write {origin.assignment(named, _example(named))}"


def _example(loc: Loc) -> str:
    """Return a good value, as TOML writes it (and JSON, which agrees for such values)."""
    if loc[-1] == "on_call":
        return '[{ name = "Nurse Example", phone = "+14155550102" }]'
    field = _model_at(loc).model_fields[str(loc[-1])]
    examples: list[Any] = field.examples or [field.default]
    return json.dumps(examples[0])
