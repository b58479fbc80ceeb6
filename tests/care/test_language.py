"""A language file is read whole or complained of; a patient gets the language that fits best."""

from __future__ import annotations

from datetime import date

import pytest

from reminders.care.language import chosen_language, read_language
from tests.care.english import SOUND, english


@pytest.mark.parametrize(
    ("pattern", "read"),
    [
        ("{month} {day}", "Sep 3"),
        ("{day}. {month}", "3. Sep"),
        ("{month} {day}, {year}", "Sep 3, 2026"),
    ],
)
def test_a_day_reads_as_the_language_writes_it(pattern: str, read: str) -> None:
    assert english(date=pattern).formatted(date(2026, 9, 3)) == read


@pytest.mark.parametrize(
    ("field", "value", "mend"),
    [
        ("months", ["Jan", "Feb"], "give 12, from January to December"),
        ("months", "Jan", 'months = ["…", "…"]'),
        ("date", "{month}", '"{month} {day}"'),
        ("date", "{month} {day} {hour}", '"{month} {day}"'),
        ("date", "{month.__class__} {day}", '"{month} {day}"'),
        ("date", "{month!r} {day}", '"{month} {day}"'),
        ("date", "{month} {day:>900000000}", '"{month} {day}"'),
        ("date", "{month} {day", '"{month} {day}"'),
        ("rates", "", "words in the quotes"),
        ("promotionl", ["offer"], 'did you mean "promotional"?'),
    ],
)
def test_a_mistake_in_a_language_file_is_named_with_its_mend(
    field: str, value: object, mend: str
) -> None:
    found = read_language("en", SOUND | {field: value})
    assert isinstance(found, tuple)
    (mistake,) = found
    assert mistake.where == f"templates/sms/en/language.toml, {field}"
    assert mend in mistake.mend


@pytest.mark.parametrize(
    ("wanted", "offered", "chosen"),
    [
        ("es", ["en", "es"], "es"),
        ("ES", ["en", "es"], "es"),
        ("es-MX", ["en", "es"], "es"),
        ("es_MX", ["en", "es"], "es"),
        ("es-MX", ["en", "es", "es-MX"], "es"),
        ("es", ["en"], "en"),
        ("pl", ["es", "en"], "es"),
        ("pl", ["pl", "es"], "es"),
        ("", ["es", "en"], "es"),
        ("pl", [], "en"),
    ],
)
def test_a_patient_gets_the_wanted_language_else_its_base_else_the_clinics_first(
    wanted: str, offered: list[str], chosen: str
) -> None:
    assert chosen_language(wanted, offered=offered, present={"en", "es"}) == chosen


def test_without_english_some_language_is_still_found() -> None:
    assert chosen_language("en", offered=[], present={"pl", "es"}) == "es"
