"""Reading for people: texts on record, those that are coming, and those that should have gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from reminders.care.message import State
from reminders.store.outbox import IN_HAND
from reminders.store.tables import messages, patients, treatments

m, p, t = messages.c, patients.c, treatments.c


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One text on record. `text` and `segments` are None until it has left; instants are UTC.

    `phone` and `time_zone` are the patient's, `treatment` is the clinic's id of the treatment.
    """

    id: int
    clinic: str
    patient: int
    patient_ref: str
    phone: str
    time_zone: str | None
    care_plan: int
    treatment: str
    protocol: str
    step: str
    occurrence: int
    kind: str
    message_class: str
    state: str
    due_at: datetime
    until: datetime
    reason: str
    hold: str | None
    merged_into: int | None
    attempts: int
    started_at: datetime | None
    text: str | None
    segments: int | None
    sid: str | None
    code: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Texts whose time has come and that have not left, and those too late to be of use."""

    due: int
    oldest_due_at: datetime | None
    too_late: int


_ROW = (
    m.id,
    m.clinic,
    m.patient,
    p.ref.label("patient_ref"),
    p.phone,
    p.time_zone,
    m.care_plan,
    t.ref.label("treatment"),
    t.protocol,
    m.step,
    m.occurrence,
    m.kind,
    m.message_class,
    m.state,
    m.due_at,
    m.until,
    m.reason,
    m.hold,
    m.merged_into,
    m.attempts,
    m.started_at,
    m.text,
    m.segments,
    m.sid,
    m.code,
    m.created_at,
)


def messages_where(session: Session, condition: Any) -> list[MessageRow]:
    """Return the texts on record that meet the condition, in due order."""
    query = (
        select(*_ROW)
        .join(patients, p.id == m.patient)
        .join(treatments, t.id == m.care_plan)
        .where(condition)
        .order_by(m.due_at, m.id)
    )
    return [MessageRow(**row) for row in session.execute(query).mappings()]


def upcoming(session: Session, *, clinics: Collection[str], until: datetime) -> list[MessageRow]:
    """Return the planned texts of these clinics due until then, held ones too, in due order.

    Each half reads one partial index, so a million finished texts cost nothing.
    """
    planned = m.state == State.PLANNED.value
    soon = (
        select(m.id).where(planned, m.hold.is_(None), m.wake_at <= until),
        select(m.id).where(planned, m.hold.is_not(None), m.due_at <= until),
    )
    return messages_where(session, m.id.in_(union_all(*soon)) & m.clinic.in_(clinics))


def waiting(session: Session, *, now: datetime) -> Waiting:
    """Count the texts that are due and not held, also those claimed and not yet started."""
    rows = [
        session.execute(
            select(
                func.count(),
                func.min(m.due_at),
                func.count().filter(m.until <= now),
            ).where(condition)
        ).one()
        for condition in (
            (m.state == State.PLANNED.value) & m.hold.is_(None) & (m.wake_at <= now),
            IN_HAND & (m.state == State.CLAIMED.value),
        )
    ]
    oldest = min((row[1] for row in rows if row[1] is not None), default=None)
    return Waiting(sum(row[0] for row in rows), oldest, sum(row[2] for row in rows))
