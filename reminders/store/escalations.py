"""Escalations: raised, taken, closed; each with a small number that staff can say and type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from reminders.care.effect import Level
from reminders.care.message import Event, State, sources_of
from reminders.store.answers import AnswerKind
from reminders.store.tables import messages
from reminders.store.thread_tables import escalations

e, m = escalations.c, messages.c

_NEVER_ARRIVES = (State.FAILED, State.UNDELIVERED, State.CANCELLED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Escalation:
    """One escalation as recorded. `next_at` is when the next rung is due."""

    id: int
    number: int
    clinic: str
    level: Level
    state: str
    patient: int | None
    phone: str
    inbound: int | None
    raised_at: datetime
    rung: int
    next_at: datetime | None
    taken_by: str | None
    taken_at: datetime | None
    closed_at: datetime | None
    note: str
    is_drill: bool


_COLUMNS = tuple(escalations.c[name] for name in Escalation.__slots__)


def raise_one(
    session: Session,
    *,
    row_id: int,
    clinic: str,
    level: Level,
    patient: int | None,
    phone: str,
    inbound: int | None,
    now: datetime,
    is_drill: int = 0,
) -> int:
    """Raise an escalation, due at once for its first rung. Returns its number.

    A telephone that writes again while one is raised or taken at this level or above gets no
    second one: the same people already look. Returns that one's number then.
    """
    standing = _standing(session, phone, level)
    if standing is not None and not is_drill:
        return standing
    number = int(session.scalar(select(func.coalesce(func.max(e.number), 0))) or 0) + 1
    session.execute(
        insert(escalations).values(
            id=row_id,
            number=number,
            clinic=clinic,
            level=level.value,
            state="raised",
            patient=patient,
            phone=phone,
            inbound=inbound,
            raised_at=now,
            next_at=now,
            is_drill=is_drill,
        )
    )
    return number


def _standing(session: Session, phone: str, level: Level) -> int | None:
    levels = [Level.EMERGENCY.value] + ([level.value] if level is not Level.EMERGENCY else [])
    found: int | None = session.scalar(
        select(e.number).where(
            e.phone == phone, e.state != "closed", e.level.in_(levels), e.is_drill == 0
        )
    )
    return found


def due(session: Session, *, now: datetime) -> list[Escalation]:
    """The raised escalations whose next rung is due, emergencies first."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(_is_due(now))
        .order_by(e.level, e.raised_at)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in rows]


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Look whether a rung is due, without a lock: asked every second."""
    return session.scalar(select(e.id).where(_is_due(now)).limit(1)) is not None


def next_due(session: Session) -> datetime | None:
    """When the next rung falls due, or None when nobody waits to be told."""
    found: datetime | None = session.scalar(select(func.min(e.next_at)).where(e.state == "raised"))
    return found


def _is_due(now: datetime) -> ColumnElement[bool]:
    """A rung is due when its time has come, or at once when no page of the last can arrive."""
    return (e.state == "raised") & ((e.next_at <= now) | (e.next_at.is_not(None) & _is_unheard()))


def _is_unheard() -> ColumnElement[bool]:
    """Pages were written for the last rung, and none of them can arrive any more."""
    newer = messages.alias("newer")
    ours = (m.merged_into == e.id) & (m.kind == AnswerKind.PAGE.value)
    same = (newer.c.merged_into == e.id) & (newer.c.kind == AnswerKind.PAGE.value)
    of_last_rung = ~select(newer.c.id).where(same, newer.c.created_at > m.created_at).exists()
    hopeless = m.state.in_([s.value for s in _NEVER_ARRIVES]) | m.hold.is_not(None)
    hoped_for = select(m.id).where(ours, of_last_rung, ~hopeless)
    return select(m.id).where(ours).exists() & ~hoped_for.exists()


def find(session: Session, number: int) -> Escalation | None:
    """Return the escalation of this number."""
    row = session.execute(select(*_COLUMNS).where(e.number == number)).first()
    return _read(row) if row else None


def open_ones(session: Session) -> list[Escalation]:
    """Everything raised or taken and not closed, emergencies first, then by time."""
    rows = session.execute(
        select(*_COLUMNS).where(e.state != "closed").order_by(e.level, e.raised_at)
    )
    return [_read(row) for row in rows]


def _read(row: Any) -> Escalation:
    facts = dict(zip(Escalation.__slots__, row, strict=True))
    return Escalation(
        **facts | {"level": Level(facts["level"]), "is_drill": bool(facts["is_drill"])}
    )


def climb(session: Session, escalation: Escalation, *, next_at: datetime | None) -> None:
    """Note that a rung has been told, and when the next is due."""
    session.execute(
        update(escalations)
        .where(e.id == escalation.id, e.state == "raised")
        .values(rung=e.rung + 1, next_at=next_at)
    )


def take(session: Session, number: int, *, by: str, now: datetime) -> bool:
    """Somebody looks after it; no more pages leave. False when it was not raised (any more)."""
    done = session.execute(
        update(escalations)
        .where(e.number == number, e.state == "raised")
        .values(state="taken", taken_by=by, taken_at=now, next_at=None)
    )
    return _settled(session, number, done)


def close(session: Session, number: int, *, note: str, now: datetime) -> bool:
    """It has ended, with a note of how. False when it was closed before."""
    done = session.execute(
        update(escalations)
        .where(e.number == number, e.state != "closed")
        .values(state="closed", closed_at=now, note=note, next_at=None)
    )
    return _settled(session, number, done)


def _settled(session: Session, number: int, done: Any) -> bool:
    """Take back the pages that have not left yet, when the one row did change."""
    if done.rowcount != 1:
        return False
    session.execute(
        update(messages)
        .where(
            m.merged_into == select(e.id).where(e.number == number).scalar_subquery(),
            m.kind == AnswerKind.PAGE.value,
            m.state.in_([s.value for s in sources_of(Event.WITHDRAWN)]),
        )
        .values(state=State.CANCELLED.value, reason="somebody looks after it", hold=None)
    )
    return True


def is_open_for(session: Session, phone: str) -> bool:
    """Say whether somebody still has to look after this telephone."""
    query = select(e.id).where(e.phone == phone, e.state != "closed").limit(1)
    return session.scalar(query) is not None
