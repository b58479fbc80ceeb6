"""The shipped replies: every answer has words in every language, and they keep their manners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, product
from pathlib import Path

import pytest

from reminders.care.effect import Say, Situation
from reminders.care.reply import Circumstances, answer
from reminders.care.reply_book import LADDER, LEVELS, purposes, reply_variables
from reminders.care.segments import count
from reminders.care.triage import Intent
from reminders.templates import Templates, load

FOLDER = Path(__file__).parents[1] / "templates"
LANGUAGES = ("en", "es")
VALUES = {
    "clinic": "Riverbend Neurology Associates",
    "first_name": "Maria-Guadalupe",
    "clinic_phone": "+1 212 555 0100",
    "emergency_number": "911",
    "booking_url": "https://riverbend.example/visits",
    "earliest": "Sep 28",
    "minutes": "15",
    "level": "emergency",
    "number": "1017",
    "who": "Testina",
    "opens": "Sep 28 9:00",
}
SPOKEN = tuple(product(LANGUAGES, sorted(purposes())))


@cache
def _shipped() -> Templates:
    return load(FOLDER)


def _printed(language: str, words: str, **changes: str) -> str:
    """Print a reply from the variables that it may use, and no others."""
    values = {name: VALUES[name] for name in reply_variables(words) if name in VALUES} | changes
    return _shipped().render(language=language, protocol="replies", text=words, values=values)


def _circumstances() -> Iterator[Circumstances]:
    for situation, flags in product(Situation, product((True, False), repeat=4)):
        yield Circumstances(situation, *flags)


def test_everything_that_can_be_answered_has_words_in_every_language() -> None:
    alsos = [(), *((intent,) for intent in Intent)]
    answers = (
        answer(intent, also, circumstances=here)
        for intent, also, here in product(Intent, alsos, _circumstances())
    )
    said = {e.words for e in chain.from_iterable(answers) if isinstance(e, Say)}
    assert said | LADDER.keys() == purposes().keys()
    for language in LANGUAGES:
        assert said | LADDER.keys() == _shipped().wordbooks[language].texts["replies"].keys()


@pytest.mark.parametrize(("language", "words"), SPOKEN)
def test_each_reply_begins_with_the_clinic_and_fits_two_plain_segments(
    language: str, words: str
) -> None:
    for level, name, address in product(
        LEVELS, ("", "Maria-Guadalupe"), (VALUES["booking_url"], "")
    ):
        optional = {"level": level, "first_name": name, "booking_url": address}
        allowed = {k: v for k, v in optional.items() if k in reply_variables(words)}
        text = _printed(language, words, **allowed)
        assert text.startswith("Riverbend Neurology Associates: ")
        assert "  " not in text and " ." not in text and " ," not in text
        size = count(text)
        assert size.encoding == "GSM-7" and size.segments <= (2 if words == "book" else 1), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "words", ["emergency", "urgent", "nobody_yet", "read_later", "question", "stranger"]
)
def test_who_may_be_in_danger_reads_the_emergency_number(language: str, words: str) -> None:
    assert "911" in _printed(language, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_emergency_text_gives_one_number_and_no_other_advice(language: str) -> None:
    text = _printed(language, "emergency")
    assert "911" in text and "555" not in text and len(text) < 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_urgent_text_says_how_long_to_wait_and_whom_to_call_then(language: str) -> None:
    text = _printed(language, "urgent", minutes="20")
    assert re.search(r"\b20 minut", text)
    assert "+1 212 555 0100" in text and "911" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_text_holds_what_the_carriers_ask(language: str) -> None:
    text = _printed(language, "help")
    assert _shipped().languages[language].rates in text
    assert "+1 212 555 0100" in text and re.search(r"\bSTOP\b", text) and "3" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stop_text_confirms_names_start_and_asks_nothing(language: str) -> None:
    text = _printed(language, "stopped")
    assert re.search(r"\bSTART\b", text) and "?" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_earliest_day_the_patient_reads_that_day_and_no_way_to_book(
    language: str,
) -> None:
    text = _printed(language, "wearing_off_early")
    assert "Sep 28" in text and "http" not in text
    assert _shipped().languages[language].book_word not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wants_to_book_reads_the_earliest_day_only_while_it_lies_ahead(language: str) -> None:
    ahead = _printed(language, "book")
    assert "Sep 28" in ahead and ahead.endswith("https://riverbend.example/visits")
    come = _printed(language, "book", earliest="", booking_url="")
    assert come.endswith("+1 212 555 0100.") and "Sep" not in come


@pytest.mark.parametrize(
    ("words", "time"), [("wearing_off_early", "earliest"), ("read_later", "opens")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_that_is_not_known_leaves_no_hole_in_the_sentence(
    language: str, words: str, time: str
) -> None:
    text = _printed(language, words, **{time: ""})
    assert "Sep" not in text and not re.search(r"  |\s[.,:]|: [.,]", text)


@pytest.mark.parametrize(
    ("language", "level", "spoken"),
    [
        ("en", "emergency", "EMERGENCY"),
        ("en", "urgent", "URGENT"),
        ("es", "emergency", "EMERGENCIA"),
        ("es", "urgent", "URGENTE"),
    ],
)
def test_a_page_says_how_grave_it_is_and_how_to_take_it(
    language: str, level: str, spoken: str
) -> None:
    for words in ("page", "page_all"):
        text = _printed(language, words, level=level)
        assert f"{spoken} 1017" in text and "TAKE 1017" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_read_who_took_an_escalation(language: str) -> None:
    for words in ("taken", "taken_already"):
        assert re.search(r"Testina .*1017", _printed(language, words))


@pytest.mark.parametrize("words", sorted(purposes()))
def test_english_replies_are_plain_to_a_twelve_year_old(words: str) -> None:
    """The share of long words stays low: Flesch-Kincaid grade 6 or below, counted roughly."""
    text = _printed("en", words, booking_url="") if words == "book" else _printed("en", words)
    body = text.removeprefix("Riverbend Neurology Associates: ")
    sentences = max(1, len(re.findall(r"[.:?](?:\s|$)", body)))
    spoken = re.findall(r"[A-Za-z']+", body)
    syllables = sum(
        max(1, len(re.findall(r"[aeiouy]+", w.lower().removesuffix("e")))) for w in spoken
    )
    grade = 0.39 * len(spoken) / sentences + 11.8 * syllables / len(spoken) - 15.59
    assert grade <= 6.0, f"{grade:.1f}"
