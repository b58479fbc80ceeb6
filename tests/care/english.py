"""A small sound language file for the tests of words."""

from __future__ import annotations

from typing import Any

from reminders.care.language import Language, read_language

SOUND: dict[str, Any] = {
    "name": "English",
    "book_word": "BOOK",
    "conjunction": "and",
    "months": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "date": "{month} {day}",
    "rates": "Msg & data rates may apply",
    "promotional": ["offer"],
    "private": ["botox"],
}


def english(**changes: object) -> Language:
    """Return the language of the file, with some of its fields changed."""
    language = read_language("en", SOUND | changes)
    assert isinstance(language, Language)
    return language
