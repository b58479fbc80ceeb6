"""Who may be texted what: an append-only ledger, and what its entries amount to.

Consent to care texts and written consent to marketing texts are different things
(47 CFR 64.1200(a)(1)-(2), (f)(9)). STOP belongs to the telephone number and outranks both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reminders.care.protocol import MessageClass
from reminders.care.treatment import Agreement


class Answer(StrEnum):
    """What an entry says: a patient's answer for one class, or a number's STOP and START."""

    GRANTED = "granted"
    REFUSED = "refused"
    STOPPED = "stopped"
    RESTARTED = "restarted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `message_class` None speaks of every class.

    `origin` names the record that said so (a treatment's id, a message's id, a member of staff).
    """

    message_class: MessageClass | None
    answer: Answer
    at: datetime
    source: str
    origin: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger amounts to now, for one patient at one number."""

    care: bool
    marketing: bool
    stopped_at: datetime | None


_OF_EVERYTHING = frozenset({Answer.STOPPED, Answer.RESTARTED})

NOTHING_SAID = Standing(care=False, marketing=False, stopped_at=None)


def standing(of_patient: Iterable[Entry], of_number: Iterable[Entry]) -> Standing:
    """Read both ledgers, each in the order in which it was written."""
    entries = list(of_patient)
    stops = [_standing_stop(entries), _standing_stop(list(of_number))]
    stopped = [stop.at for stop in stops if stop is not None]
    return Standing(
        care=_granted(entries, MessageClass.CARE),
        marketing=_granted(entries, MessageClass.MARKETING),
        stopped_at=min(stopped, default=None),
    )


def _standing_stop(entries: Sequence[Entry]) -> Entry | None:
    """The STOP that no START has lifted since."""
    last = next((e for e in reversed(entries) if e.answer in _OF_EVERYTHING), None)
    return last if last is not None and last.answer is Answer.STOPPED else None


def _granted(entries: Sequence[Entry], message_class: MessageClass) -> bool:
    """The newest answer stands, whichever came to us last; of two at one moment the refusal.

    Each record speaks once: what it said later corrects what it said before.
    """
    answers = _last_words(entries, message_class).values()
    newest = max((entry.at for entry in answers), default=None)
    said = {entry.answer for entry in answers if entry.at == newest}
    return said == {Answer.GRANTED}


def _last_words(entries: Sequence[Entry], message_class: MessageClass) -> dict[str, Entry]:
    """Return what each record says last about a class of text, by its origin."""
    answers = (e for e in entries if e.answer not in _OF_EVERYTHING)
    return {e.origin: e for e in answers if e.message_class in (message_class, None)}


def why_not(now: Standing, message_class: MessageClass) -> str | None:
    """Say in words why this class of text may not go to this patient; None when it may."""
    if now.stopped_at is not None:
        return f"the number sent STOP on {now.stopped_at:%Y-%m-%d %H:%M} UTC"
    if message_class is MessageClass.MARKETING:
        return None if now.marketing else "no written consent to marketing texts"
    return None if now.care else "no consent to care texts"


def news(
    agreement: Agreement, *, at: datetime, source: str, origin: str, ledger: Sequence[Entry]
) -> tuple[Entry, ...]:
    """Return the entries that a clinic's record adds to a patient's ledger; often none.

    A record is written down when it is new or says something else than it did, a refusal too: an
    older record that comes in later must not outrank it.
    """
    wanted = {
        MessageClass.CARE: agreement is not Agreement.NONE,
        MessageClass.MARKETING: agreement is Agreement.CARE_AND_MARKETING,
    }
    return tuple(
        Entry(message_class, _answer(grants), at, source, origin)
        for message_class, grants in wanted.items()
        if not _is_known(_last_words(ledger, message_class).get(origin), _answer(grants), at)
    )


def _answer(grants: bool) -> Answer:
    return Answer.GRANTED if grants else Answer.REFUSED


def _is_known(said: Entry | None, answer: Answer, at: datetime) -> bool:
    return said is not None and (said.answer, said.at) == (answer, at)
