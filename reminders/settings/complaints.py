"""How the settings are refused: the error that carries every complaint at once. No rules here."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from reminders.care.complaint import Complaint

REFUSED = "refused"


class SettingsError(Exception):
    """The settings are not fit to start with; printed, it is one line for each complaint."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(_line(str(complaint)) for complaint in self.complaints))


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """Replace what no terminal can print: stray bytes of a variable, halves of a letter."""
    return text.encode("utf-8", "replace").decode("utf-8")


def refuse(what: str, *, mend: str) -> PydanticCustomError:
    """Build the error by which a validator refuses a value."""
    return PydanticCustomError(REFUSED, "{what}", {"what": printable(what), "mend": mend})
