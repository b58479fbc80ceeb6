"""What is wrong with a file that someone edited, and how to mend it. Facts only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Level(StrEnum):
    """An error keeps the product from starting; a note only asks for a look."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One mistake: `where` names file and field, `what` the fault, `mend` the remedy."""

    where: str
    what: str
    mend: str
    level: Level = Level.ERROR

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.mend}"


def meant(word: str, known: Iterable[str]) -> str:
    """Return a mend for an unknown word: the likeliest known one, else all of them."""
    choices = sorted(known)
    close = get_close_matches(word, choices, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return "use " + (" or ".join(f'"{choice}"' for choice in choices) or "none")
