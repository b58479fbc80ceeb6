"""Texts that wait for a person: held, let go again, or expired while they waited."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reminders.care.message import Hold, State
from reminders.store.outbox import plans_of
from reminders.store.tables import messages, patients

m = messages.c


def hold_all(session: Session, phone: str, *, reason: str) -> int:
    """Hold every planned text to a number until the escalation is closed. Returns how many."""
    result = session.execute(
        update(messages)
        .where(m.care_plan.in_(plans_of(phone)), m.state == State.PLANNED.value, m.hold.is_(None))
        .values(hold=Hold.ESCALATION.value, reason=reason)
    )
    return int(getattr(result, "rowcount", 0))


def release_hold(session: Session, phone: str) -> int:
    """Let the texts go that were held for an escalation. Returns how many."""
    result = session.execute(
        update(messages)
        .where(m.care_plan.in_(plans_of(phone)), m.hold == Hold.ESCALATION.value)
        .values(hold=None, reason="")
    )
    return int(getattr(result, "rowcount", 0))


def release_trial(session: Session, *, guests: Collection[str] | None) -> int:
    """Let held texts be looked at again: all of them when `guests` is None, else the guests'."""
    held = (m.state == State.PLANNED.value) & (m.hold == Hold.TRIAL.value)
    if guests is not None:
        held &= m.patient.in_(select(patients.c.id).where(patients.c.phone.in_(guests)))
    result = session.execute(update(messages).where(held).values(hold=None, reason=""))
    return int(getattr(result, "rowcount", 0))


def expire_held(session: Session, *, now: datetime) -> int:
    """Expire texts that were held until their usefulness was over."""
    result = session.execute(
        update(messages)
        .where(m.state == State.PLANNED.value, m.hold.is_not(None), m.until <= now)
        .values(
            state=State.EXPIRED.value, hold=None, reason="its time passed while it was " + m.reason
        )
    )
    return int(getattr(result, "rowcount", 0))
