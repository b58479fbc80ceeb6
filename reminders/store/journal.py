"""What happened to texts and patients after they came on record, one plain sentence a line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reminders.store.many import insert_many
from reminders.store.tables import journal


@dataclass(frozen=True, slots=True)
class Line:
    """One event; the words hold no number, no name and no patient's words."""

    event: str
    words: str
    message: int | None = None
    patient: int | None = None
    care_plan: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A line as read back."""

    at: datetime
    event: str
    words: str
    message: int | None


def write_lines(
    session: Session, lines: Iterable[Line], *, now: datetime, mint: Callable[[datetime], int]
) -> None:
    """Append lines."""
    rows = [
        {
            "id": mint(now),
            "at": now,
            "patient": line.patient,
            "care_plan": line.care_plan,
            "message": line.message,
            "event": line.event,
            "words": line.words,
        }
        for line in lines
    ]
    insert_many(session, journal, rows)


def lines_of(session: Session, *, patient: int, texts: Collection[int]) -> list[Told]:
    """Return the lines about a patient or any of these texts, oldest first."""
    j = journal.c
    rows = session.execute(
        select(j.at, j.event, j.words, j.message)
        .where((j.patient == patient) | j.message.in_(texts))
        .order_by(j.at, j.id)
    )
    return [Told(*row) for row in rows]
