"""Proofreading: a language's texts, read as patients will read them.

What prints a text is handed in, so that nothing here opens a file or knows a template engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from reminders.care.catalogue import Shelf
from reminders.care.complaint import Complaint
from reminders.care.language import Language
from reminders.care.protocol import Protocol
from reminders.care.reply_book import LEVELS, Reply, is_used, reply_complaints, reply_variables
from reminders.care.wordbook import REPLIES, SHARED, TEXT_VARIABLES, Wordbook, words_path
from reminders.care.wording import (
    STAND_INS,
    ClinicWords,
    Draft,
    introduction_complaints,
    length_complaints,
    word_complaints,
)

LONG_NAME = "Maria-Guadalupe"
"""A realistic first name of the most letters, 15, that a text must leave room for."""

TYPICAL_CLINIC = ClinicWords(
    name="Riverbend Neurology Associates",
    phone="+1 212 555 0100",
    emergency_number="911",
    booking_url="",
)
"""Stands in where no clinic is given: a name of 30 letters."""


@dataclass(frozen=True, slots=True)
class Press:
    """How to print: `faults` lists what is wrong with a source as (what, mend), `printed` reads it.

    `faults` is told the variables that the source may use; `printed` is only asked for a source
    without faults.
    """

    faults: Callable[[str, frozenset[str]], tuple[tuple[str, str], ...]]
    printed: Callable[[str, Mapping[str, str]], str]


_KNOWN = frozenset(TEXT_VARIABLES)


def proofread(
    shelf: Shelf,
    protocols: Mapping[str, Protocol],
    *,
    press: Press,
    clinics: Sequence[ClinicWords],
) -> tuple[Complaint, ...]:
    """List every mistake in the words of one language, each once.

    Words are judged where language.toml is sound; length with each clinic's name, or, where no
    clinic is given, with a typical one.
    """
    book = shelf.wordbook
    complaints = list(_faulty(book, press))
    if shelf.language is not None:
        complaints += _introduction(book, shelf.language, press=press)
        for protocol in protocols.values():
            for text in dict.fromkeys(step.text for step in protocol.steps):
                page = _Page(book, shelf.language, protocol, text, press)
                complaints += _page(page, clinics or (TYPICAL_CLINIC,))
        for words in filter(is_used, book.texts.get(REPLIES, {})):
            complaints += _reply(shelf.language, book, words, press, clinics or (TYPICAL_CLINIC,))
    return tuple(dict.fromkeys(complaints))


@dataclass(frozen=True, slots=True)
class _Page:
    """One text of one protocol in one language, and how to print it."""

    book: Wordbook
    language: Language
    protocol: Protocol
    text: str
    press: Press

    @property
    def source(self) -> str:
        return self.book.source(self.protocol.key, self.text) or ""

    @property
    def advice(self) -> str:
        return self.book.advice_for(self.protocol.key, self.text)


def _faulty(book: Wordbook, press: Press) -> Iterator[Complaint]:
    places = [
        (_place(book, name, text), source, reply_variables(text) if name == REPLIES else _KNOWN)
        for name, texts in book.texts.items()
        for text, source in texts.items()
    ]
    for where, source, known in (*places, (_introduction_place(book), book.introduction, _KNOWN)):
        yield from (Complaint(where, what, mend) for what, mend in press.faults(source, known))


def _introduction(book: Wordbook, language: Language, *, press: Press) -> tuple[Complaint, ...]:
    if not book.introduction or press.faults(book.introduction, _KNOWN):
        return ()
    reading = press.printed(book.introduction, STAND_INS | _own_words(language, ""))
    return introduction_complaints(_introduction_place(book), (reading,), language)


def _place(book: Wordbook, name: str, text: str) -> str:
    return f"{words_path(book.code, name)}, texts.{text}"


def _introduction_place(book: Wordbook) -> str:
    return f"{words_path(book.code, SHARED)}, lines.introduction"


def _page(page: _Page, clinics: Sequence[ClinicWords]) -> tuple[Complaint, ...]:
    if not page.source or page.press.faults(page.source, _KNOWN):
        return ()
    where = page.book.place(page.protocol.key, page.text)
    steps = tuple(step for step in page.protocol.steps if step.text == page.text)
    values = STAND_INS | _own_words(page.language, page.advice)
    readings = tuple(_readings(page.press, page.source, values))
    words = word_complaints(Draft(where, readings, steps, page.language))
    return (*words, *(each for clinic in clinics for each in _length(page, where, clinic)))


def _length(page: _Page, where: str, clinic: ClinicWords) -> tuple[Complaint, ...]:
    """Measure with the longest realistic values; the first text also with two sites' advice."""
    book, press, language = page.book, page.press, page.language
    values = _longest_values(clinic, language)
    later = list(_readings(press, page.source, values | _own_words(language, page.advice)))
    merged = values | _own_words(language, book.longest_advice(page.text) or page.advice)
    sound = book.introduction and not press.faults(book.introduction, _KNOWN)
    line = press.printed(book.introduction, merged) if sound else ""
    first = [f"{reading} {line}".strip() for reading in _readings(press, page.source, merged)]
    return length_complaints(where, occasion=f"at {clinic.name}", later=later, first=first)


def _reply(
    language: Language, book: Wordbook, words: str, press: Press, clinics: Sequence[ClinicWords]
) -> tuple[Complaint, ...]:
    source = book.texts[REPLIES][words]
    if press.faults(source, reply_variables(words)):
        return ()
    where, own = _place(book, REPLIES, words), _own_words(language, "")
    readings = tuple(_reply_readings(press, source, STAND_INS | own))
    found = reply_complaints(Reply(where, words, readings, language))
    for clinic in clinics:
        values = _longest_values(clinic, language) | own
        longest = list(_reply_readings(press, source, values))
        found += length_complaints(
            where, occasion=f"at {clinic.name}", later=longest, first=longest
        )
    return found


def _reply_readings(press: Press, source: str, values: Mapping[str, str]) -> Iterator[str]:
    """Print for each level, and with and without what may be empty."""
    absent = dict.fromkeys(("earliest", "opens"), "")
    for level, times in product(LEVELS, ({}, absent)):
        yield from _readings(press, source, {**values, "level": level, **times})


def _readings(press: Press, source: str, values: Mapping[str, str]) -> Iterator[str]:
    """Print with and without the first name and the web address: both may be empty."""
    for name, address in product((values["first_name"], ""), (values["booking_url"], "")):
        filled = {**values, "first_name": name, "booking_url": address}
        yield " ".join(press.printed(source, filled).split())


def _own_words(language: Language, advice: str) -> dict[str, str]:
    return {"book_word": language.book_word, "advice": advice}


def _longest_values(clinic: ClinicWords, language: Language) -> dict[str, str]:
    days = [language.formatted(date(2028, month, 28)) for month in range(1, 13)]
    return {
        "clinic": clinic.name,
        "first_name": LONG_NAME,
        "clinic_phone": clinic.phone,
        "emergency_number": clinic.emergency_number,
        "booking_url": clinic.booking_url,
        "earliest": max(days, key=len),
        "minutes": "120",
        "number": "99999",
        "who": LONG_NAME,
        "opens": f"{max(days, key=len)} 10:30",
    }
