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


NOTHING_SAID = Standing(care=False, marketing=False, stopped_at=None)


def standing(of_patient: Iterable[Entry], of_number: Iterable[Entry]) -> Standing:
    """Read both ledgers, each in the order in which it was written."""
    latest: dict[MessageClass | None, Entry] = {e.message_class: e for e in of_patient}
    stop = next(iter(list(of_number)[-1:]), None)
    return Standing(
        care=_granted(latest.get(MessageClass.CARE)),
        marketing=_granted(latest.get(MessageClass.MARKETING)),
        stopped_at=stop.at if stop and stop.answer is Answer.STOPPED else None,
    )


def _granted(entry: Entry | None) -> bool:
    return entry is not None and entry.answer is Answer.GRANTED


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

    A record counts when it is newer than the last answer, or corrects its own earlier one. Of
    two answers given at the same moment by different records the refusal stands.
    """
    wanted = {
        MessageClass.CARE: agreement is not Agreement.NONE,
        MessageClass.MARKETING: agreement is Agreement.CARE_AND_MARKETING,
    }
    latest = {e.message_class: e for e in ledger}
    return tuple(
        Entry(message_class, _answer(grants), at, source, origin)
        for message_class, grants in wanted.items()
        if _is_news(latest.get(message_class), at, grants=grants, origin=origin)
    )


def _answer(grants: bool) -> Answer:
    return Answer.GRANTED if grants else Answer.REFUSED


def _is_news(last: Entry | None, at: datetime, *, grants: bool, origin: str) -> bool:
    if last is None:
        return grants
    if last.answer is _answer(grants):
        return False
    return last.origin == origin or at > last.at or (at == last.at and not grants)
