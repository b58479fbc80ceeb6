"""Reading for a simulation: every text on record, some of them, and why planned ones wait."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from reminders.care.message import State
from reminders.store.coming import MessageRow, messages_where
from reminders.store.tables import messages

m = messages.c


def every_text(session: Session) -> list[MessageRow]:
    """Return all texts on record, in due order; for a small database."""
    return messages_where(session, true())


def these_texts(session: Session, ids: Collection[int]) -> list[MessageRow]:
    """Return the texts of these ids, in due order."""
    return messages_where(session, m.id.in_(ids))


def reasons_to_wait(session: Session) -> dict[int, str]:
    """Return, by message, why each planned text waits longer than its step asks, else ""."""
    rows = session.execute(select(m.id, m.reason).where(m.state == State.PLANNED.value))
    return {row.id: row.reason for row in rows}
