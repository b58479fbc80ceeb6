"""The book of replies: which words it must hold, what each may use, and what it must say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from reminders.care.complaint import Complaint, meant
from reminders.care.complaint import Level as Weight
from reminders.care.effect import Effect, Level, Say, Situation
from reminders.care.language import Language
from reminders.care.reply import TABLE
from reminders.care.triage import Intent
from reminders.care.wordbook import REPLIES, Wordbook, words_path
from reminders.care.wording import (
    STAND_INS,
    answers,
    lacking,
    offers,
    private,
    strange,
    without_keyword,
)

Table = Mapping[tuple[Intent, Situation], tuple[Effect, ...]]

LEVELS = tuple(level.value for level in Level)
"""What {{ level }} can be."""

BENDINGS: Mapping[str, Intent] = {
    "too_early": Intent.NO_EFFECT,
    "wearing_off_early": Intent.WEARING_OFF,
    "read_later": Intent.UNCLEAR,
}
"""The words that bend a row of the table, and the intent they answer."""

LADDER: Mapping[str, str] = {
    "page": "tells the next person on call",
    "page_all": "tells everybody on call",
    "nobody_yet": "sends the patient to the telephone",
    "taken": "says who took an escalation",
    "taken_already": "says that an escalation was taken before",
}
"""The words of an escalation, and what each is for."""

_PATIENT = frozenset(
    {"clinic", "first_name", "clinic_phone", "emergency_number", "book_word", "minutes"}
)
_BOOKING = _PATIENT | {"earliest", "booking_url"}
# Nothing about the patient, not even a first name: a page lies on a lock screen too.
_STAFF = frozenset({"clinic", "level", "number"})

_VARIABLES: Mapping[str, frozenset[str]] = {
    "book": _BOOKING,
    # No web page and no word for booking: nobody may book before the earliest day.
    "wearing_off_early": _PATIENT - {"book_word"} | {"earliest"},
    "read_later": _PATIENT | {"opens"},
    # The waiting is over.
    "nobody_yet": _PATIENT - {"minutes"},
    "page": _STAFF,
    "page_all": _STAFF,
    "taken": _STAFF | {"who"},
    "taken_already": _STAFF | {"who"},
}

_WITH_EMERGENCY_NUMBER = ("emergency", "urgent", "nobody_yet", "read_later")
_INTRODUCING = ("help", "restarted")
_PAGES = ("page", "page_all")
_KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "help": ("stop", "help"),
    "restarted": ("stop", "help"),
    "stopped": ("start",),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to be judged: where it stands, its key, and how it reads with stand-in values."""

    where: str
    words: str
    readings: tuple[str, ...]
    language: Language


def purposes(table: Table = TABLE) -> dict[str, str]:
    """Say of each key of the book what it is for, the table's own first."""
    answered: dict[str, list[str]] = defaultdict(list)
    for (intent, _), effects in table.items():
        for effect in effects:
            if isinstance(effect, Say) and intent.value not in answered[effect.words]:
                answered[effect.words].append(intent.value)
    for words, intent in BENDINGS.items():
        answered[words].append(intent.value)
    said = {words: f"answers {', '.join(intents)}" for words, intents in answered.items()}
    return said | dict(LADDER)


_PURPOSES = purposes()


def is_used(words: str) -> bool:
    """Say whether an intent or the ladder uses these words."""
    return words in _PURPOSES


def reply_variables(words: str) -> frozenset[str]:
    """Return the variables that a reply may use; for staff, none that is about the patient."""
    return _VARIABLES.get(words, _PATIENT)


def missing_replies(book: Wordbook, table: Table = TABLE) -> tuple[Complaint, ...]:
    """List the replies that an intent or the ladder needs and the language lacks.

    A language without the file draws no complaint here: the missing file is named elsewhere.
    """
    if REPLIES not in book.texts:
        return ()
    return tuple(
        Complaint(
            words_path(book.code, REPLIES),
            f'has no text "{words}", which {purpose}',
            f'write {words} = "…" under [texts]',
        )
        for words, purpose in purposes(table).items()
        if words not in book.texts[REPLIES]
    )


def unused_replies(book: Wordbook, table: Table = TABLE) -> tuple[Complaint, ...]:
    """Note the replies that neither an intent nor the ladder uses."""
    known = purposes(table)
    return tuple(
        Complaint(
            f"{words_path(book.code, REPLIES)}, texts.{words}",
            "is used by no intent",
            f"take it out, or {meant(words, known)}",
            Weight.NOTE,
        )
        for words in book.texts.get(REPLIES, {})
        if words not in known
    )


def reply_complaints(reply: Reply) -> tuple[Complaint, ...]:
    """List every word that a reply lacks or may not have."""
    where, readings, language = reply.where, reply.readings, reply.language
    allowed = _KEYWORDS.get(reply.words, ())
    return (
        *_unsigned(reply),
        *_unsafe(reply),
        *_unexplained(reply),
        *_asking(reply),
        *_untakeable(reply),
        *answers(where, readings, language, allowed=allowed),
        *offers(where, readings, language),
        *private(where, readings, language),
        *strange(where, readings),
    )


def _unsigned(reply: Reply) -> tuple[Complaint, ...]:
    if all(each.casefold().startswith(STAND_INS["clinic"]) for each in reply.readings):
        return ()
    what = "does not begin with the clinic's name"
    return (Complaint(reply.where, what, "begin with {{ clinic }}: "),)


def _unsafe(reply: Reply) -> tuple[Complaint, ...]:
    if reply.words not in _WITH_EMERGENCY_NUMBER:
        return ()
    number, mend = STAND_INS["emergency_number"], "write {{ emergency_number }}"
    return lacking(reply.where, reply.readings, number, mend=mend)


def _unexplained(reply: Reply) -> tuple[Complaint, ...]:
    """Ask of HELP and of a new start what the carriers ask (CTIA Messaging Principles)."""
    if reply.words not in _INTRODUCING:
        return ()
    where, readings, rates = reply.where, reply.readings, reply.language.rates
    phone = STAND_INS["clinic_phone"]
    called = lacking(where, readings, phone, mend="write {{ clinic_phone }}")
    return (
        *without_keyword(where, readings, "STOP", mend="say how to leave, with STOP in capitals"),
        *lacking(where, readings, rates, mend=f'write "{rates}"'),
        *(called if reply.words == "help" else ()),
    )


def _asking(reply: Reply) -> tuple[Complaint, ...]:
    """Keep the one text after STOP a plain confirmation (47 CFR 64.1200(a)(12))."""
    if reply.words != "stopped" or not any("?" in reading for reading in reply.readings):
        return ()
    mend = "only confirm: nothing else may go after STOP"
    return (Complaint(reply.where, "asks a question", mend),)


def _untakeable(reply: Reply) -> tuple[Complaint, ...]:
    if reply.words not in _PAGES:
        return ()
    taking = f"TAKE {STAND_INS['number']}"
    if all(taking in reading for reading in reply.readings):
        return ()
    what = "does not say how to take the escalation"
    return (Complaint(reply.where, what, "write TAKE {{ number }}"),)
