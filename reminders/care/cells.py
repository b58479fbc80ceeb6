"""What one cell of an export means, dates apart. One reader for each kind of cell, and no rows."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from reminders.care.complaint import meant
from reminders.care.treatment import Agreement, Status

ID_LIMIT = 100
ECHO_LIMIT = 40
INTERVAL_LIMIT = 730

_FORMULA_SIGNS = frozenset("=+-@|%＝＋－＠｜％")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_WHOLE = re.compile(r"([0-9]+)(?:\.0+)?")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_PHONE_LIKE = re.compile(r"(?:[0-9][^0-9A-Za-z]*){7}")
_GAPS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be read, and how a person mends it."""

    reason: str
    mend: str


def guarded(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula (CWE-1236).

    Telephone numbers begin with + and are guarded too. Blanks around the cell go.
    `unguarded` gives the same for the cell and for the guarded cell.
    """
    text = cell.strip()
    return f"'{text}" if text[:1] in _FORMULA_SIGNS else text


def unguarded(cell: str, *, is_name: bool = False) -> str:
    """Return the cell without the blanks around it and without one leading apostrophe.

    The apostrophe of a name like 't Hooft stays: there it goes only before a formula's sign.
    """
    text = cell.strip()
    if not text.startswith("'"):
        return text
    inner = text[1:].strip()
    return text if is_name and inner[:1] not in _FORMULA_SIGNS else inner


def shown(cell: str) -> str:
    """Return a short quotation of a cell, or none if it may hold a telephone number."""
    if _PHONE_LIKE.search(cell):
        return "this value"
    kept = "".join(letter for letter in cell if letter.isprintable())
    return f'"{kept[:ECHO_LIMIT]}"'


def read_id(cell: str) -> str | Problem:
    """Return an identifier of 1 to 100 visible characters; a spreadsheet's 123.0 is 123."""
    if not cell:
        return Problem("is empty", "write the identifier from your records")
    if len(cell) > ID_LIMIT:
        return Problem(f"is longer than {ID_LIMIT} characters", "write the short identifier")
    if not cell.isprintable() and any(unicodedata.category(c) in _UNSEEN for c in cell):
        return Problem("contains invisible characters", "type the identifier again")
    if _SHORTENED.fullmatch(cell):
        return Problem(
            "is a long number that a spreadsheet has shortened",
            "format the column as text and write all digits",
        )
    whole = _WHOLE.fullmatch(cell)
    return whole[1] if whole else cell


def read_protocol(cell: str, *, protocols: frozenset[str]) -> str | Problem:
    """Return a protocol's key; case, spaces and underscores do not matter."""
    key = _loose_names(protocols).get(_loose(cell))
    if key:
        return key
    reason = f"{shown(cell)} is not a known protocol" if cell else "is empty"
    return Problem(reason, meant(_loose(cell)[:ECHO_LIMIT], protocols))


@lru_cache(maxsize=8)
def _loose_names(names: frozenset[str]) -> dict[str, str]:
    return {_loose(name): name for name in sorted(names)}


def _loose(name: str) -> str:
    return _GAPS.sub("-", name.strip()).casefold()


def read_agreement(cell: str) -> Agreement | Problem:
    """Return what the patient agreed to; empty is none. A bare "yes" does not say to what."""
    wanted = "".join(cell.split()).casefold() or Agreement.NONE
    if wanted in _AGREEMENTS:
        return _AGREEMENTS[wanted]
    return Problem("does not say what was agreed to", "write none, care or care+marketing")


_AGREEMENTS = {agreement.value: agreement for agreement in Agreement}


def read_status(cell: str) -> Status | Problem:
    """Return what became of the treatment or its patient; empty is active."""
    wanted = cell.casefold() or Status.ACTIVE
    if wanted in _STATUSES:
        return _STATUSES[wanted]
    words = ", ".join(status for status in Status if status is not Status.DECEASED)
    return Problem(f"{shown(cell)} is not a known status", f"write {words} or deceased")


_STATUSES = {status.value: status for status in Status}


def read_interval(cell: str) -> int | Problem | None:
    """Return the clinician's own minimum in days, 1 to 730; empty is None."""
    if not cell:
        return None
    whole = _WHOLE.fullmatch(cell)
    days = int(whole[1]) if whole and len(whole[1]) <= ECHO_LIMIT else 0
    if 1 <= days <= INTERVAL_LIMIT:
        return days
    return Problem(
        f"is not a whole number of days from 1 to {INTERVAL_LIMIT}",
        "write the days as a number, such as 84, or leave the cell empty",
    )
