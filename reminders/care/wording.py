"""Which words a text must have and must not have, and how long it may be. Facts in, complaints out.

A draft is judged by its readings: the text rendered for a patient with and without a first name,
with stand-in values (STAND_INS) that hold no word, digit or sign of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

from reminders.care.answers import invited_answer
from reminders.care.complaint import Complaint, Level
from reminders.care.language import Language
from reminders.care.protocol import Kind, MessageClass, Step
from reminders.care.segments import count, fold

STAND_INS = {
    "clinic": "qqclinic",
    "first_name": "Qqname",
    "clinic_phone": "qqphone",
    "emergency_number": "qqemergency",
    "booking_url": "qqaddress",
    "earliest": "qqday",
    "minutes": "qqminutes",
    "number": "qqnumber",
    "who": "qqwho",
    "opens": "qqhour",
}
MOST_SEGMENTS = 2

_CHECK_INS = (Kind.SIDE_EFFECTS, Kind.ONSET, Kind.WEAR_OFF)
_PRICE = re.compile(
    r"[$€£¥]|\d\s*(?:dollars?|euros?|usd|eur|dolares|pesos|bucks)(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ClinicWords:
    """What a clinic's texts say about it; `booking_url` may be empty."""

    name: str
    phone: str
    emergency_number: str
    booking_url: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to be judged: where it stands, how it reads, and the steps that send it."""

    where: str
    readings: tuple[str, ...]
    steps: tuple[Step, ...]
    language: Language


def word_complaints(draft: Draft) -> tuple[Complaint, ...]:
    """List every word that a text lacks or may not have."""
    return (*_missing(draft), *_forbidden(draft))


def introduction_complaints(
    where: str, readings: Sequence[str], language: Language
) -> tuple[Complaint, ...]:
    """List what the introduction lacks (CTIA Messaging Principles) or may not say."""
    return (
        *without_keyword(where, readings, "STOP", mend="say how to leave, with STOP in capitals"),
        *without_keyword(where, readings, "HELP", mend="say how to ask, with HELP in capitals"),
        *lacking(where, readings, language.rates, mend=f'write "{language.rates}"'),
        *private(where, readings, language),
        *answers(where, readings, language, allowed=("stop", "help")),
        *strange(where, readings),
    )


def length_complaints(
    where: str, *, occasion: str, later: Iterable[str], first: Iterable[str]
) -> tuple[Complaint, ...]:
    """Complain of more than two segments, and note more than one.

    `later` are the readings as most patients get them, `first` the ones with the introduction,
    which may take two segments; `occasion` says whose they are.
    """
    plain = max(map(_segments, later))
    introduced = max(map(_segments, first))
    mend = "shorten it: 160 plain letters are one segment, and each segment is billed"
    if max(plain, introduced) > MOST_SEGMENTS:
        longest = max(plain, introduced)
        return (Complaint(where, f"takes {longest} segments {occasion}; 2 is the most", mend),)
    if plain > 1:
        return (Complaint(where, f"takes {plain} segments {occasion}", mend, Level.NOTE),)
    return ()


def _segments(reading: str) -> int:
    return count(fold(reading)).segments


def _missing(draft: Draft) -> tuple[Complaint, ...]:
    where, readings = draft.where, draft.readings
    found = lacking(where, readings, STAND_INS["clinic"], mend="begin with {{ clinic }}: ")
    if any(step.question in _CHECK_INS for step in draft.steps):
        mend = "write {{ emergency_number }}"
        found += lacking(where, readings, STAND_INS["emergency_number"], mend=mend)
        for digit in "123":
            found += lacking(where, readings, digit, mend="offer the answers 1, 2 and 3")
    if any(Kind.RETREATMENT in (step.kind, step.question) for step in draft.steps):
        word = draft.language.book_word
        found += lacking(where, readings, word, mend="ask for {{ book_word }}")
    return found


def _forbidden(draft: Draft) -> tuple[Complaint, ...]:
    where, readings, language = draft.where, draft.readings, draft.language
    care = any(step.message_class is MessageClass.CARE for step in draft.steps)
    return (
        *answers(where, readings, language, allowed=()),
        *(offers(where, readings, language) if care else ()),
        *private(where, readings, language),
        *strange(where, readings),
    )


def lacking(where: str, readings: Iterable[str], words: str, *, mend: str) -> tuple[Complaint, ...]:
    """Complain unless every reading has the words; a stand-in counts as its variable."""
    if all(_says(reading, words) for reading in readings):
        return ()
    variable = next((name for name, stand_in in STAND_INS.items() if stand_in == words), words)
    return (Complaint(where, f'does not always say "{variable}"', mend),)


def without_keyword(
    where: str, readings: Iterable[str], keyword: str, *, mend: str
) -> tuple[Complaint, ...]:
    """Complain unless every reading has the keyword in capitals."""
    if all(re.search(rf"\b{keyword}\b", reading) for reading in readings):
        return ()
    return (Complaint(where, f'does not name "{keyword}"', mend),)


def answers(
    where: str, readings: Iterable[str], language: Language, *, allowed: tuple[str, ...]
) -> tuple[Complaint, ...]:
    """Refuse answers that carriers or the law read as something else (47 CFR 64.1200(a)(10))."""
    found = (invited_answer(each, language=language, allowed=allowed) for each in readings)
    mend = "ask for 1, 2, 3 or {{ book_word }}: carriers take such words as stop, start or help"
    complaints = (Complaint(where, f'asks for "{word}"', mend) for word in found if word)
    return tuple(dict.fromkeys(complaints))


def offers(where: str, readings: Sequence[str], language: Language) -> tuple[Complaint, ...]:
    """Refuse money and offers in care texts: they make marketing of it (45 CFR 164.501)."""
    priced = any(_PRICE.search(_plain(reading)) for reading in readings)
    money = Complaint(where, "names a price in a care text", "take the price out")
    mend = "take it out, or make it a marketing step"
    words = (word for word in language.promotional if _any_says(readings, word))
    found = (Complaint(where, f'says "{word}" in a care text', mend) for word in words)
    return (*((money,) if priced else ()), *found)


def private(where: str, readings: Sequence[str], language: Language) -> tuple[Complaint, ...]:
    """Refuse drug, diagnosis and dose: anyone may read a lock screen (45 CFR 164.530(c))."""
    mend = "use neutral words, like: your treatment"
    return tuple(
        Complaint(where, f'says "{word}", which others may read', mend)
        for word in language.private
        if _any_says(readings, word)
    )


def strange(where: str, readings: Iterable[str]) -> tuple[Complaint, ...]:
    letters = dict.fromkeys(each for reading in readings for each in count(fold(reading)).offending)
    if not letters:
        return ()
    named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
    mend = "use plain letters: such a letter more than doubles the cost"
    return (Complaint(where, f"has letters that plain texts cannot carry: {named}", mend),)


def _any_says(readings: Iterable[str], words: str) -> bool:
    return any(_says(reading, words) for reading in readings)


def _says(reading: str, words: str) -> bool:
    return _spoken(words).search(_plain(reading)) is not None


@lru_cache(maxsize=2048)
def _spoken(words: str) -> re.Pattern[str]:
    """Find whole words or their plural, whatever the case and the accents; "10mg" says mg."""
    letter = r"\w" if words.isdigit() else r"[^\W\d_]"
    before = rf"(?<!{letter})" if words[0].isalnum() else ""
    after = rf"(?:e?s)?(?!{letter})" if words[-1].isalnum() else ""
    return re.compile(before + re.escape(_plain(words)) + after)


@lru_cache(maxsize=2048)
def _plain(words: str) -> str:
    decomposed = normalize("NFKD", words.casefold())
    return " ".join("".join(each for each in decomposed if not combining(each)).split())
