"""Answers, pages and staff's replies in the outbox: written when decided, and claimed first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from reminders.care.protocol import MessageClass
from reminders.store.ledger import stopped_numbers
from reminders.store.outbox import Rank
from reminders.store.tables import messages

m = messages.c


class AnswerKind(StrEnum):
    """To whom, and by whose hand."""

    ANSWER = "answer"
    PAGE = "page"
    STAFF = "staff"


_WRITE = insert(messages)
_ANSWERED = select(m.step).where(
    m.phone == bindparam("phone"),
    m.care_plan.is_(None),
    m.kind == AnswerKind.ANSWER.value,
    m.created_at > bindparam("since"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One claimed answer. `step` names its words in the book of replies."""

    id: int
    clinic: str
    patient: int | None
    phone: str
    kind: AnswerKind
    step: str
    text: str
    segments: int
    until: datetime
    attempts: int
    words_version: str
    is_stopped: bool


def write_answer(
    session: Session,
    *,
    row_id: int,
    clinic: str,
    phone: str,
    kind: AnswerKind,
    words: str,
    text: str,
    segments: int,
    now: datetime,
    useful_for: timedelta,
    patient: int | None = None,
    about: int | None = None,
    language: str = "",
) -> None:
    """Put an answer into the outbox, due now. `about` is the escalation that a page is about."""
    row = {
        "id": row_id,
        "clinic": clinic,
        "patient": patient,
        "phone": phone,
        "step": words,
        "occurrence": 0,
        "kind": kind.value,
        "message_class": MessageClass.CARE.value,
        "state": "planned",
        "due_at": now,
        "rank": Rank.ANSWER,
        "wake_at": now,
        "until": now + useful_for,
        "merged_into": about,
        "text": text,
        "segments": segments,
        "words_version": f"{language}/replies",
        "created_at": now,
    }
    session.execute(_WRITE, row)


def answers(session: Session, ids: Collection[int]) -> list[Answer]:
    """Load the answers among the claimed texts, oldest first."""
    rows = session.execute(
        select(
            *(m.id, m.clinic, m.patient, m.phone, m.kind, m.step, m.text, m.segments, m.until),
            *(m.attempts, m.words_version),
        )
        .where(m.id.in_(ids), m.care_plan.is_(None))
        .order_by(m.id)
    ).all()
    stopped = stopped_numbers(session, {row.phone for row in rows})
    return [
        Answer(
            id=row.id,
            clinic=row.clinic,
            patient=row.patient,
            phone=row.phone,
            kind=AnswerKind(row.kind),
            step=row.step,
            text=row.text,
            segments=row.segments,
            until=row.until,
            attempts=row.attempts,
            words_version=row.words_version,
            is_stopped=row.phone in stopped,
        )
        for row in rows
    ]


def answered_since(session: Session, phone: str, since: datetime) -> frozenset[str]:
    """The words of the automatic answers that a number has had since then."""
    return frozenset(session.scalars(_ANSWERED, {"phone": phone, "since": since}))
