"""What patients wrote and whose telephone it is: one row a text, once, by the gateway's own id."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from reminders.care.message import (
    ASKED_TO_BOOK,
    RE_ASKED,
    STARTED,
    Event,
    State,
    sources_of,
)
from reminders.care.protocol import Kind
from reminders.care.triage import Verdict
from reminders.store.tables import messages, patients, treatments
from reminders.store.thread_tables import inbound

m, p = messages.c, patients.c

THREAD_MEMORY = timedelta(days=21)
"""How long a question waits for its answer before a number stands without a context."""

ASK_AGAIN_AFTER, ASK_AGAIN_UNTIL = timedelta(hours=24), timedelta(hours=24)
"""One repeat at 24 to 48 hours, then a person (practice in post-operative texting studies)."""


_RECORD = {
    "sqlite": sqlite.insert(inbound).on_conflict_do_nothing(index_elements=["sid"]),
    "postgresql": postgresql.insert(inbound).on_conflict_do_nothing(index_elements=["sid"]),
}
_SHARERS = (
    select(p.id, p.clinic, p.ref, p.first_name, p.language, p.time_zone)
    .where(p.phone == bindparam("phone"))
    .order_by(p.id)
)
_QUESTIONS = (
    select(m.id, m.patient, m.clinic, m.care_plan, treatments.c.protocol, m.step, m.started_at)
    .join(treatments, treatments.c.id == m.care_plan)
    .where(
        m.phone == bindparam("phone"),
        m.started_at > bindparam("since"),
        m.state.in_([s.value for s in STARTED]),
    )
    .order_by(m.started_at.desc())
)
_UNDERSTAND = update(inbound).where(inbound.c.id == bindparam("row_id"))
_COUNT = select(func.count()).where(
    inbound.c.phone == bindparam("phone"), inbound.c.received_at > bindparam("since")
)


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text as the gateway hands it over. `opt_out` is its own reading of a keyword, if any."""

    sid: str
    sender: str
    to: str
    words: str
    received_at: datetime
    opt_out: str = ""


@dataclass(frozen=True, slots=True)
class Sharer:
    """A patient who uses the telephone."""

    id: int
    clinic: str
    ref: str
    first_name: str
    language: str
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """What we last asked this telephone, whom, and after which treatment."""

    message: int
    patient: int
    clinic: str
    care_plan: int
    protocol: str
    step: str
    asked_at: datetime


def record_once(session: Session, text: InboundText, *, row_id: int) -> bool:
    """Write the text down before any work; False when it has come before."""
    row = {
        "id": row_id,
        "sid": text.sid,
        "phone": text.sender,
        "words": text.words,
        "received_at": text.received_at,
        "intent": "unclear",
    }
    return _one(session.execute(_RECORD[session.get_bind().dialect.name], row))


def _one(result: Any) -> bool:
    return bool(result.rowcount == 1)


def sharers(session: Session, phone: str) -> list[Sharer]:
    """Everyone who uses this telephone, at every clinic."""
    return [Sharer(*row) for row in session.execute(_SHARERS, {"phone": phone})]


def questions(session: Session, phone: str, *, now: datetime) -> list[Question]:
    """The texts of a care plan that left for this telephone lately, the latest first."""
    rows = session.execute(_QUESTIONS, {"phone": phone, "since": now - THREAD_MEMORY})
    return [Question(*row) for row in rows]


def understood(
    session: Session,
    row_id: int,
    verdict: Verdict,
    *,
    clinic: str,
    patient: int | None,
    asked_by: int | None,
    context: str,
    task: str | None,
) -> None:
    """Write down what we took the text to mean, and why."""
    reading = {
        "clinic": clinic,
        "patient": patient,
        "asked_by": asked_by,
        "context": context,
        "intent": verdict.intent.value,
        "also": " ".join(i.value for i in verdict.also),
        "evidence": json.dumps(list(verdict.evidence), ensure_ascii=False),
        "rule": verdict.rule,
        "version": verdict.version,
        "task": task,
    }
    session.execute(_UNDERSTAND, {"row_id": row_id} | reading)


def unread(session: Session, row_id: int, *, clinic: str, task: str) -> None:
    """Put a text that we could not understand before a person."""
    session.execute(update(inbound).where(inbound.c.id == row_id).values(clinic=clinic, task=task))


def texts_since(session: Session, phone: str, since: datetime) -> int:
    """How many texts this number has sent since then: the robot guard."""
    return int(session.scalar(_COUNT, {"phone": phone, "since": since}) or 0)


def end_reminders(session: Session, care_plan: int) -> None:
    """Cancel the re-treatment reminders of a plan that have not left, for good."""
    states = [s.value for s in sources_of(Event.WITHDRAWN)]
    session.execute(
        update(messages)
        .where(m.care_plan == care_plan, m.kind == Kind.RETREATMENT.value, m.state.in_(states))
        .values(state=State.CANCELLED.value, reason=ASKED_TO_BOOK, hold=None)
    )


def ask_again(session: Session, message: int, *, row_id: int, now: datetime) -> None:
    """Plan the same question once more a day from now; a question is repeated only once."""
    asked = session.execute(select(messages).where(m.id == message)).mappings().one()
    again = {"care_plan": asked["care_plan"], "step": asked["step"]}
    again |= {"occurrence": asked["occurrence"] + RE_ASKED}
    if asked["occurrence"] >= RE_ASKED or _exists(session, again):
        return
    at = now + ASK_AGAIN_AFTER
    kept = ("clinic", "patient", "kind", "message_class")
    session.execute(
        insert(messages).values(
            **again,
            **{name: asked[name] for name in kept},
            id=row_id,
            state=State.PLANNED.value,
            due_at=at,
            wake_at=at,
            until=at + ASK_AGAIN_UNTIL,
            reason="asked once more after a mild symptom",
            created_at=now,
        )
    )


def _exists(session: Session, place: dict[str, Any]) -> bool:
    held = [m[name] == value for name, value in place.items()]
    return session.scalar(select(m.id).where(*held)) is not None
