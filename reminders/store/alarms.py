"""Account alarms, tasks for people, heartbeats and marks: what the installation knows of itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from reminders.care.message import State
from reminders.store.tables import alarms, heartbeats, marks, messages, tasks

HELD = "held"

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why all sending has stopped. `seen_at` is the last refusal of this kind."""

    code: int
    words: str
    raised_at: datetime
    seen_at: datetime


def open_alarm(session: Session) -> Alarm | None:
    """Return the account alarm that stops all sending, if there is one."""
    a = alarms.c
    row = session.execute(
        select(a.code, a.words, a.raised_at, a.seen_at).where(a.cleared_at.is_(None)).limit(1)
    ).first()
    return Alarm(*row) if row else None


def raise_alarm(session: Session, *, code: int, words: str, now: datetime, row_id: int) -> None:
    """Stop all sending, or note that the reason still stands."""
    seen = session.execute(
        update(alarms)
        .where(alarms.c.cleared_at.is_(None))
        .values(seen_at=now, code=code, words=words)
    )
    if not getattr(seen, "rowcount", 0):
        session.execute(
            insert(alarms).values(
                id=row_id, kind="account", code=code, words=words, raised_at=now, seen_at=now
            )
        )


def clear_alarm(session: Session, *, now: datetime) -> bool:
    """Let sending go on. False when there was no alarm."""
    cleared = session.execute(
        update(alarms).where(alarms.c.cleared_at.is_(None)).values(cleared_at=now)
    )
    return bool(getattr(cleared, "rowcount", 0))


def open_task(session: Session, **facts: Any) -> None:
    """Ask a person to look: id, clinic, kind, words, opened_at, and what it is about."""
    session.execute(insert(tasks).values(**facts))


def open_tasks(session: Session) -> dict[str, int]:
    """Count what waits for a person, by kind."""
    rows = session.execute(
        select(tasks.c.kind, func.count().label("tally"))
        .where(tasks.c.closed_at.is_(None))
        .group_by(tasks.c.kind)
    )
    return {row.kind: row.tally for row in rows}


def beat(session: Session, *, worker: str, now: datetime, started_at: datetime) -> None:
    """Write that this worker lives; workers silent for a day are forgotten when a new one comes."""
    alive = session.execute(update(heartbeats).where(heartbeats.c.worker == worker).values(at=now))
    if not getattr(alive, "rowcount", 0):
        session.execute(delete(heartbeats).where(heartbeats.c.at < now - FORGOTTEN_AFTER))
        session.execute(insert(heartbeats).values(worker=worker, at=now, started_at=started_at))


def last_beat(session: Session) -> datetime | None:
    """When any worker last wrote that it lives."""
    latest: datetime | None = session.scalar(select(func.max(heartbeats.c.at)))
    return latest


def mark(session: Session, name: str) -> str | None:
    """Read one of the installation's marks."""
    return session.scalar(select(marks.c.value).where(marks.c.name == name))


def set_mark(session: Session, name: str, value: str) -> None:
    """Write one of the installation's marks."""
    known = session.execute(update(marks).where(marks.c.name == name).values(value=value))
    if not getattr(known, "rowcount", 0):
        session.execute(insert(marks).values(name=name, value=value))


def counts_by_state(session: Session) -> dict[str, int]:
    """Count texts by state in one pass; planned texts that wait for a person count as held."""
    rows = session.execute(
        select(messages.c.state, messages.c.hold.is_not(None), func.count()).group_by(
            messages.c.state, messages.c.hold.is_not(None)
        )
    )
    counts: Counter[str] = Counter()
    for state, is_held, count in rows:
        counts[HELD if is_held and state == State.PLANNED else state] += count
    return dict(counts)
