"""Receipts as they come, and the states that they lift texts to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from reminders.care.message import Event, State, after, sources_of
from reminders.store.tables import messages
from reminders.store.thread_tables import receipts

m = messages.c


@dataclass(frozen=True, slots=True)
class TextOnRecord:
    """As much of a text as a receipt needs."""

    id: int
    state: State
    kind: str


def text_of(session: Session, *, sid: str, message: int | None) -> TextOnRecord | None:
    """Find the text by the gateway's id, else by ours where it has no other sid yet."""
    whose = m.sid == sid
    row = session.execute(select(m.id, m.state, m.kind).where(whose)).first()
    if row is None and message is not None:
        unbound = (m.id == message) & m.sid.is_(None)
        row = session.execute(select(m.id, m.state, m.kind).where(unbound)).first()
    return TextOnRecord(row[0], State(row[1]), row[2]) if row else None


def write(
    session: Session,
    *,
    row_id: int,
    sid: str,
    message: int | None,
    status: str,
    code: int | None,
    now: datetime,
) -> None:
    """Keep every receipt, whatever it says."""
    session.execute(
        insert(receipts).values(
            id=row_id, sid=sid, message=message, status=status, code=code, at=now
        )
    )


def adopt(session: Session, message: int, *, sid: str, now: datetime) -> None:
    """The gateway has the text: what was in doubt is sent."""
    in_doubt = [State.SENDING.value, State.UNCERTAIN.value]
    session.execute(
        update(messages)
        .where(m.id == message, m.state.in_(in_doubt))
        .values(state=State.SENT.value, sid=sid, settled_at=now, reason="")
    )


def settle(session: Session, message: int, event: Event, *, code: int | None) -> None:
    """Move a text to its final state, from where the table allows it and from nowhere else."""
    for state in sources_of(event):
        values: dict[str, Any] = {"state": after(state, event).value}
        if code is not None:
            values["code"] = code
        session.execute(
            update(messages).where(m.id == message, m.state == state.value).values(**values)
        )
