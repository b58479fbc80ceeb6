"""Languages and time zones as clinics write them. No texts and no clocks here."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from reminders.care.cells import Problem, shown

_LANGUAGES = {
    "en": ("english", "ingles", "eng"),
    "es": ("spanish", "espanol", "castellano", "spa"),
    "fr": ("french", "francais", "fra", "fre"),
    "pt": ("portuguese", "portugues", "por"),
    "pl": ("polish", "polski", "pol"),
    "ru": ("russian", "русскии", "rus"),
    "vi": ("vietnamese", "tieng viet", "vie"),
    "tl": ("tagalog", "filipino", "tgl"),
    "ht": ("haitian", "haitian creole", "kreyol", "hat"),
    "zh": ("chinese", "mandarin", "中文", "zho", "chi"),
    "ko": ("korean", "한국어", "kor"),
    "ar": ("arabic", "العربية", "ara"),
}

_SPOKEN_ZONES = {
    "eastern": "America/New_York",
    "et": "America/New_York",
    "edt": "America/New_York",
    "central": "America/Chicago",
    "ct": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mountain": "America/Denver",
    "mt": "America/Denver",
    "mdt": "America/Denver",
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
}

# Fixed offsets that people write when they mean a zone with summer time.
_NEVER_CHANGING = {"EST": "America/New_York", "MST": "America/Denver"}
_NOT_PLACES = frozenset(("Factory", "localtime", "posixrules"))


def read_language(cell: str, *, languages: tuple[str, ...]) -> tuple[str, str]:
    """Return the clinic's code for a language and a note; the note is empty when all is well.

    "es-MX", "Spanish" and "español" are all es. An empty cell is the clinic's first language;
    so is one that the clinic has no texts for, with a note.
    """
    code = _language_code(cell, languages) if cell else languages[0]
    if code:
        return code, ""
    return languages[0], f"the clinic has no texts in this language: {languages[0]} is used"


@lru_cache(maxsize=256)
def _language_code(cell: str, languages: tuple[str, ...]) -> str:
    known = {_letters(code): code for code in languages}
    whole = _letters(cell)
    first = whole.split()[0] if whole else ""
    spoken = _codes_by_name()
    for name in (whole, spoken.get(whole, ""), first, spoken.get(first, "")):
        if name in known:
            return known[name]
    return ""


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    return {_letters(name): code for code, names in _LANGUAGES.items() for name in names}


def _letters(text: str) -> str:
    """Fold case and accents, and let every gap be one space."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(" " if c in "-_()," else c for c in apart if not unicodedata.combining(c))
    return " ".join(bare.split())


def read_zone(cell: str) -> str | Problem | None:
    """Return the patient's IANA time zone, None when nobody recorded one."""
    if not cell:
        return None
    return cell if cell in _zones() else _unknown_zone(cell)


def note_on_zone(zone: str | None) -> str:
    """Return a warning about a zone that keeps winter time all year, else nothing."""
    meant = _NEVER_CHANGING.get(zone or "")
    return f"{zone} has no summer time: if the patient has, write {meant}" if meant else ""


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_PLACES)


@lru_cache(maxsize=1)
def _zones_by_letter() -> dict[str, dict[str, str]]:
    """Group zones by the first letter of their place and of their whole name.

    A mistyped zone is then compared with dozens of names, not with six hundred: an export with
    shifted columns has a wrong zone in every row.
    """
    groups: dict[str, dict[str, str]] = {}
    for zone in sorted(_zones()):
        for name in (zone.casefold(), _place(zone)):
            groups.setdefault(name[0], {}).setdefault(name, zone)
    return groups


def _place(zone: str) -> str:
    return zone.rstrip("/").rpartition("/")[2].casefold().replace(" ", "_")


@lru_cache(maxsize=256)
def _unknown_zone(cell: str) -> Problem:
    near = _nearest_zone(cell[:60])
    mend = f"write {near}" if near else "write an IANA name such as America/Los_Angeles"
    return Problem(f"{shown(cell)} is not a time zone", f"{mend}, or leave the cell empty")


def _nearest_zone(cell: str) -> str:
    words = cell.casefold().split()
    if words and words[0] in _SPOKEN_ZONES:
        return _SPOKEN_ZONES[words[0]]
    for name in (cell.casefold().replace(" ", "_"), _place(cell)):
        group = _zones_by_letter().get(name[:1], {})
        near = get_close_matches(name, group, n=1)
        if near:
            return group[near[0]]
    return ""
