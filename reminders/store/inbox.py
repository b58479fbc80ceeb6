"""What waits for a person: patients' texts with a task, and the escalations that stand open."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reminders.care.effect import Level
from reminders.store.escalations import Escalation, open_ones
from reminders.store.tables import patients
from reminders.store.thread_tables import inbound

i = inbound.c

_LEVELS = [level.value for level in Level]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `id` is the text's, None for an escalation without one.

    `task` says why a person should look, None where only an escalation does. `patient_ref` is
    the clinic's own id, None when nobody can tell who wrote.
    """

    id: int | None
    clinic: str
    patient_ref: str | None
    intent: str
    task: str | None
    words: str
    evidence: tuple[str, ...]
    rule: str
    received_at: datetime
    escalation: Escalation | None


def needing_a_person(session: Session) -> list[Waiting]:
    """Return everything that waits: emergencies first, urgent next, then in order of time."""
    standing = open_ones(session)
    texts = [_waiting(row, standing) for row in _rows(session, standing)]
    found = [each for each in texts if each.task or each.escalation]
    spoken_for = {each.escalation.number for each in found if each.escalation}
    refs = _refs(session, standing)
    found += [_bare(e, refs.get(e.patient)) for e in standing if e.number not in spoken_for]
    return sorted(found, key=_urgency)


def _rows(session: Session, standing: Iterable[Escalation]) -> list[Any]:
    phones = {each.phone for each in standing}
    cries = i.phone.in_(phones) & i.intent.in_(_LEVELS)
    query = (
        select(inbound, patients.c.ref)
        .join(patients, patients.c.id == i.patient, isouter=True)
        .where(i.closed_at.is_(None), i.task.is_not(None) | cries)
    )
    return list(session.execute(query).mappings())


def _waiting(row: Any, standing: Iterable[Escalation]) -> Waiting:
    return Waiting(
        id=row["id"],
        clinic=row["clinic"] or "",
        patient_ref=row["ref"],
        intent=row["intent"],
        task=row["task"],
        words=row["words"],
        evidence=tuple(json.loads(row["evidence"])),
        rule=row["rule"],
        received_at=row["received_at"],
        escalation=_escalation_of(row, standing),
    )


def _escalation_of(row: Any, standing: Iterable[Escalation]) -> Escalation | None:
    """The one that this text raised; else the open one that its telephone had already raised."""
    if row["intent"] not in _LEVELS:
        return None
    of_phone = [
        e for e in standing if e.phone == row["phone"] and row["id"] >= (e.inbound or row["id"])
    ]
    own = [e for e in of_phone if e.inbound == row["id"]]
    return next(iter([*own, *of_phone]), None)


def _refs(session: Session, standing: Iterable[Escalation]) -> dict[int | None, str]:
    people = [each.patient for each in standing if each.patient is not None]
    p = patients.c
    return {row[0]: row[1] for row in session.execute(select(p.id, p.ref).where(p.id.in_(people)))}


def _bare(escalation: Escalation, ref: str | None) -> Waiting:
    return Waiting(
        id=None,
        clinic=escalation.clinic,
        patient_ref=ref,
        intent=escalation.level.value,
        task=None,
        words="",
        evidence=(),
        rule="",
        received_at=escalation.raised_at,
        escalation=escalation,
    )


def _urgency(waiting: Waiting) -> tuple[int, datetime]:
    level = waiting.escalation.level.value if waiting.escalation else ""
    return (_LEVELS.index(level) if level else len(_LEVELS), waiting.received_at)


def close_text(session: Session, row_id: int, *, note: str, now: datetime) -> bool:
    """A person has dealt with a text. False when none of this id waits."""
    done = session.execute(
        update(inbound)
        .where(i.id == row_id, i.task.is_not(None), i.closed_at.is_(None))
        .values(closed_at=now, note=note)
    )
    return bool(getattr(done, "rowcount", 0) == 1)


def close_texts_of(session: Session, escalation: Escalation, *, note: str, now: datetime) -> None:
    """With an escalation end the cries that it answered; other texts of the telephone stay."""
    if escalation.inbound is None:
        return
    session.execute(
        update(inbound)
        .where(
            i.phone == escalation.phone,
            i.id >= escalation.inbound,
            i.intent.in_(_LEVELS),
            i.closed_at.is_(None),
        )
        .values(closed_at=now, note=note)
    )
