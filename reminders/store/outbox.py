"""The outbox: every text is a row here before it leaves, and each step it takes is one update."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, select, text, true, update
from sqlalchemy.orm import Session

from reminders.care.message import Event, Hold, State, after, sources_of
from reminders.store.tables import messages, patients, treatments

LEASE = timedelta(minutes=5)

m = messages.c

IN_HAND = text("state IN ('claimed', 'sending')")
"""As the index says it: written with parameters, SQLite would read every text instead."""


class Rank(IntEnum):
    """Who goes first when more is due than may leave."""

    ANSWER = 0
    STARTED_BY_US = 1


@dataclass(frozen=True, slots=True)
class Start:
    """What is written on the row before a word is spoken to the gateway."""

    phone: str
    text: str
    segments: int
    words_version: str


def claim(
    session: Session,
    *,
    worker: str,
    now: datetime,
    limit: int,
    passing_by: Collection[str] = (),
) -> list[int]:
    """Claim the texts that are due, answers before all others, then oldest first.

    Nobody else gets these rows. Those of the clinics in `passing_by` are left for later.
    """
    ids: list[int] = []
    for rank in Rank:
        due = _due(rank, now, limit - len(ids)).where(m.clinic.not_in(passing_by))
        ids += session.scalars(due)
    if ids:
        session.execute(
            update(messages)
            .where(m.id.in_(ids), m.state == State.PLANNED.value)
            .values(state=State.CLAIMED.value, claimed_by=worker, claimed_at=now)
        )
    return ids


def _due(rank: Rank, now: datetime, limit: int) -> Select[tuple[int]]:
    """One rank at a time: each is one range of the index, however many texts lie in the future."""
    return (
        select(m.id)
        .where(m.state == State.PLANNED.value, m.hold.is_(None), m.rank == rank, m.wake_at <= now)
        .order_by(m.wake_at, m.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def step_back(
    session: Session,
    message: int,
    event: Event,
    *,
    reason: str,
    due_at: datetime | None = None,
    hold: Hold | None = None,
) -> bool:
    """Withdraw, miss or postpone a claimed text. True when it was still ours to do so."""
    state = after(State.CLAIMED, event)
    values: dict[str, Any] = {"state": state.value, "reason": reason, "claimed_by": None}
    values |= {"claimed_at": None, "hold": hold.value if hold else None}
    if due_at is not None:
        values |= {"due_at": due_at, "wake_at": due_at}
    return _change(session, message, State.CLAIMED, values)


def start(session: Session, message: int, words: Start, *, worker: str, now: datetime) -> bool:
    """Write the intent to send. False when something, a STOP perhaps, came in between."""
    changed = session.execute(
        update(messages)
        .where(m.id == message, m.state == State.CLAIMED.value, m.claimed_by == worker)
        .values(
            state=after(State.CLAIMED, Event.STARTED).value,
            started_at=now,
            attempts=m.attempts + 1,
            phone=words.phone,
            text=words.text,
            segments=words.segments,
            words_version=words.words_version,
            reason="",
        )
    )
    return _one(changed)


def put_back(session: Session, ids: Collection[int]) -> None:
    """Give up claims that nothing became of."""
    session.execute(
        update(messages)
        .where(m.id.in_(ids), m.state == State.CLAIMED.value)
        .values(state=State.PLANNED.value, claimed_by=None, claimed_at=None)
    )


def accepted(session: Session, message: int, *, sid: str, now: datetime) -> bool:
    """The gateway took it."""
    values = {"state": State.SENT.value, "sid": sid, "settled_at": now, "code": None}
    return _change(session, message, State.SENDING, values)


def refused(session: Session, message: int, *, code: int, reason: str, now: datetime) -> bool:
    """The gateway said no for good."""
    values = {"state": State.FAILED.value, "code": code, "reason": reason, "settled_at": now}
    return _change(session, message, State.SENDING, values | {"started_at": None})


def lost(session: Session, message: int, *, reason: str) -> bool:
    """Nobody knows whether it left: hold it, never send it again blindly."""
    return _change(
        session, message, State.SENDING, {"state": State.UNCERTAIN.value, "reason": reason}
    )


def not_sent(
    session: Session, message: int, *, code: int | None, reason: str, wake_at: datetime
) -> bool:
    """It provably never left, or was not processed: plan it again, a little later."""
    values = {
        "state": State.PLANNED.value,
        "code": code,
        "reason": reason,
        "wake_at": wake_at,
        "started_at": None,
        "claimed_by": None,
        "claimed_at": None,
        "text": _unless_planned(m.text),
        "segments": _unless_planned(m.segments),
        "phone": _unless_planned(m.phone),
    }
    return _change(session, message, State.SENDING, values)


def _unless_planned(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The words and number of an answer stay; those of a planned text are written anew."""
    return case((m.care_plan.is_(None), column), else_=null())


def _change(session: Session, message: int, was: State, values: dict[str, Any]) -> bool:
    return _one(
        session.execute(
            update(messages).where(m.id == message, m.state == was.value).values(**values)
        )
    )


def _one(result: Any) -> bool:
    return bool(result.rowcount == 1)


def plans_of(phone: str) -> Select[tuple[int]]:
    """The care plans of everybody who shares a telephone."""
    return (
        select(treatments.c.id)
        .join(patients, patients.c.id == treatments.c.patient)
        .where(patients.c.phone == phone)
    )


def withdraw_all(session: Session, phone: str, *, reason: str) -> int:
    """Cancel every text to a number that has not left, whoever shares it. Returns how many."""
    states = [s.value for s in sources_of(Event.WITHDRAWN)]
    result = session.execute(
        update(messages)
        .where(m.care_plan.in_(plans_of(phone)), m.state.in_(states))
        .values(state=State.CANCELLED.value, reason=reason, hold=None)
    )
    return int(getattr(result, "rowcount", 0))


def rescue(session: Session, *, worker: str, now: datetime, alone: bool) -> tuple[int, int]:
    """Take over from workers that died: (put back, now uncertain).

    A stale claimed text was never spoken: it is planned again. A stale sending text may have
    been: it becomes uncertain. `alone` means that no other worker can be alive. Called while
    this worker has nothing in hand, so what bears its own name is stale as well.
    """
    ours, over = m.claimed_by == worker, now - LEASE
    unspoken = true() if alone else ours | (m.claimed_at < over)
    unheard = true() if alone else ours | (m.started_at < over)
    back = session.execute(
        update(messages)
        .where(IN_HAND, m.state == State.CLAIMED.value, unspoken)
        .values(state=State.PLANNED.value, claimed_by=None, claimed_at=None)
    )
    doubt = session.execute(
        update(messages)
        .where(IN_HAND, m.state == State.SENDING.value, unheard)
        .values(state=State.UNCERTAIN.value, reason="the worker stopped while sending it")
    )
    return int(getattr(back, "rowcount", 0)), int(getattr(doubt, "rowcount", 0))


def next_wake(session: Session) -> datetime | None:
    """When the next text falls due, or None when none is planned."""
    waiting = (m.state == State.PLANNED.value) & m.hold.is_(None)
    found = [session.scalar(select(func.min(m.wake_at)).where(waiting, m.rank == r)) for r in Rank]
    return min((at for at in found if at is not None), default=None)
