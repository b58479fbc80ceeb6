"""What the gateway may know and we do not yet: texts we never saw, and texts without an end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reminders.care.message import State
from reminders.store.tables import messages
from reminders.store.thread_tables import inbound

m = messages.c

TOGETHER = 500


def unseen(session: Session, sids: Collection[str]) -> frozenset[str]:
    """Return those patients' texts that are not on record."""
    return frozenset(sids) - _among(session, sids)


def unsettled(session: Session, sids: Collection[str], *, arrived: bool) -> frozenset[str]:
    """Return those texts of ours to which their end would be news.

    To have arrived is news even of a text that was once reported undelivered.
    """
    states = [State.SENT, State.UNDELIVERED] if arrived else [State.SENT]
    found: set[str] = set()
    for some in _chunks(sids):
        query = select(m.sid).where(m.sid.in_(some), m.state.in_([s.value for s in states]))
        found.update(session.scalars(query))
    return frozenset(found)


def without_end(session: Session, *, after: datetime, before: datetime, limit: int) -> list[str]:
    """Return the sids of texts that left between the two and whose end nobody told us.

    Newest first: a carrier that tells nothing must not keep the others from being asked after.
    """
    query = (
        select(m.sid)
        .where(
            m.state == State.SENT.value,
            m.sid.is_not(None),
            m.started_at > after,
            m.started_at < before,
        )
        .order_by(m.started_at.desc())
        .limit(limit)
    )
    return [sid for sid in session.scalars(query) if sid]


def _among(session: Session, sids: Collection[str]) -> frozenset[str]:
    found: set[str] = set()
    for some in _chunks(sids):
        found.update(session.scalars(select(inbound.c.sid).where(inbound.c.sid.in_(some))))
    return frozenset(found)


def _chunks(sids: Collection[str]) -> list[list[str]]:
    """Split a long list: a statement takes a limited number of values."""
    ordered = sorted(sids)
    return [ordered[n : n + TOGETHER] for n in range(0, len(ordered), TOGETHER)]
