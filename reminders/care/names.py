"""Names and other words from outside, made fit for one line of a text.

Only the cleaning and joining of such words lives here; what they are used for does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from reminders.care.segments import count, fold

_LONGEST_NAME = 20
_READ_AT_MOST = 200

# Control and format characters (zero-width and bidirectional marks are these), lone surrogates.
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})

# Digits, template braces, mark-up and addresses: whatever this is, it is no first name.
_NO_NAME = re.compile(r"[\d{}<>@\\]|://|\bwww\b|\w\.\w{2}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(r"[B-DF-HJ-NP-TV-XZ]{1,2}")


def clean(value: str, *, limit: int) -> str:
    """Return the value as one line of at most `limit` characters (Unicode code points).

    The result is in NFC, with single plain spaces and no control, format or surrogate
    characters. A longer value ends at a word boundary; a single longer word is cut.
    """
    line = " ".join(value.split())
    if not (line.isascii() and line.isprintable()):
        seen = "".join(char for char in line if unicodedata.category(char) not in _UNSEEN)
        line = " ".join(unicodedata.normalize("NFC", seen).split())
    if len(line) <= limit:
        return line
    words = line[: limit + 1].rpartition(" ")[0]
    return words or line[:limit]


def texting_name(first_name: str) -> str:
    """Return the first name as it goes into a text, or "" when the text should do without.

    At most 20 characters: letters of GSM-7, space, hyphen, apostrophe and dot. A longer name
    keeps its first word. A name all in capitals or all in small letters gets capital initials.
    "" stands for a name that GSM-7 cannot write, and for what is no name: an address, digits,
    template braces.
    """
    name = fold(clean(first_name, limit=_READ_AT_MOST))
    if _NO_NAME.search(name):
        return ""
    name = _shortened(_cased(_name_letters(name)))
    fit = _WORD.search(name) and not _NO_NAME.search(name) and not count(name).offending
    return name if fit else ""


def joined(names: Sequence[str], *, conjunction: str) -> str:
    """Join names as in a sentence: "Ann", "Ann and Ben", "Ann, Ben and Cy".

    `conjunction` is the language's word for "and". Empty names are dropped, repeated ones
    named once, in the order given.
    """
    *others, last = dict.fromkeys(filter(None, names)) or [""]
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def _name_letters(name: str) -> str:
    """Keep letters, space, hyphen, apostrophe and dot; the rest parts words."""
    kept = (char if char.isalpha() or char in "-'." else " " for char in name)
    return " ".join("".join(kept).split()).strip("-' ").lstrip(".-' ")


def _cased(name: str) -> str:
    """Give capital initials to a name in one case; a name in mixed case was written with care."""
    if not (name.isupper() or name.islower()):
        return name
    return fold(_WORD.sub(_with_capital, name))


def _with_capital(word: re.Match[str]) -> str:
    """Capitalise one word; one or two capitals without a vowel ("TJ") are initials and stay."""
    return word[0] if _INITIALS.fullmatch(word[0]) else word[0].capitalize()


def _shortened(name: str) -> str:
    """Return a name that fits, its first word if that fits, or nothing."""
    fitting = (part for part in (name, name.partition(" ")[0]) if len(part) <= _LONGEST_NAME)
    return next(fitting, "")
