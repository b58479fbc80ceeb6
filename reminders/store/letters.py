"""Everything that a claimed text needs before it may leave: whose it is, and what it will say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reminders.care import consent
from reminders.care.message import INTRODUCED, State
from reminders.care.protocol import Kind, MessageClass
from reminders.care.treatment import Treatment
from reminders.store.ledger import entries_of_numbers, entries_of_patients, troubles
from reminders.store.plans import CAP_MEMORY, recently_left, treatments_of
from reminders.store.tables import messages, patients, treatments

m, p, t = messages.c, patients.c, treatments.c


@dataclass(frozen=True, slots=True)
class Companion:
    """A treatment for which another treatment's text speaks too."""

    first_name: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One claimed text with all the facts around it."""

    id: int
    clinic: str
    patient: int
    care_plan: int
    step: str
    kind: Kind
    message_class: MessageClass
    due_at: datetime
    until: datetime
    attempts: int
    phone: str
    language: str
    time_zone: str | None
    first_name: str
    protocol: str
    treatments: Sequence[Treatment]
    standing: consent.Standing
    trouble: str
    taken: Sequence[datetime]
    introduced: bool
    companions: Sequence[Companion]


def letters(session: Session, ids: Collection[int], *, now: datetime) -> list[Letter]:
    """Load the claimed texts, aftercare first, then by time."""
    rows = _rows(session, ids)
    people = {row["patient"] for row in rows}
    phones = {row["phone"] for row in rows}
    around = _Around(
        treatments={k: list(v) for k, v in _treatments(session, people).items()},
        of_patients=entries_of_patients(session, people),
        of_numbers=entries_of_numbers(session, phones),
        troubles=troubles(session, phones),
        taken=_taken(session, phones, ids, now),
        introduced=_introduced(session, people),
        companions=_companions(session, ids),
    )
    found = [_letter(row, around) for row in rows]
    return sorted(found, key=lambda letter: (letter.kind.rank, letter.due_at, letter.id))


@dataclass(frozen=True, slots=True)
class _Around:
    treatments: Mapping[int, Sequence[Treatment]]
    of_patients: Mapping[int, list[consent.Entry]]
    of_numbers: Mapping[str, list[consent.Entry]]
    troubles: Mapping[str, str]
    taken: Mapping[str, list[datetime]]
    introduced: frozenset[int]
    companions: Mapping[int, list[Companion]]


def _rows(session: Session, ids: Collection[int]) -> list[Mapping[str, Any]]:
    columns = (
        m.id,
        m.clinic,
        m.patient,
        m.care_plan,
        m.step,
        m.kind,
        m.message_class,
        m.due_at,
        m.until,
        m.attempts,
        p.phone,
        p.language,
        p.time_zone,
        p.first_name,
        t.protocol,
    )
    query = (
        select(*columns)
        .join(patients, p.id == m.patient)
        .join(treatments, t.id == m.care_plan)
        .where(m.id.in_(ids))
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _letter(row: Mapping[str, Any], around: _Around) -> Letter:
    patient, phone = row["patient"], row["phone"]
    facts = dict(row) | {
        "kind": Kind(row["kind"]),
        "message_class": MessageClass(row["message_class"]),
    }
    return Letter(
        **facts,
        treatments=around.treatments.get(patient, ()),
        standing=consent.standing(
            around.of_patients.get(patient, ()), around.of_numbers.get(phone, ())
        ),
        trouble=around.troubles.get(phone, ""),
        taken=around.taken.get(phone, ()),
        introduced=patient in around.introduced,
        companions=around.companions.get(row["id"], ()),
    )


def _treatments(session: Session, people: Collection[int]) -> dict[int, list[Treatment]]:
    found: dict[int, list[Treatment]] = defaultdict(list)
    for treatment, _ in treatments_of(session, people):
        found[treatment.patient].append(treatment)
    return found


def _taken(
    session: Session, phones: Collection[str], ids: Collection[int], now: datetime
) -> dict[str, list[datetime]]:
    """What has left for these numbers, and what else is in hand and about to leave."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for phone, left_at in recently_left(session, phones, now - CAP_MEMORY):
        found[phone].append(left_at)
    in_hand = (
        select(p.phone, m.claimed_at)
        .join(messages, m.patient == p.id)
        .where(m.state == State.CLAIMED.value, m.id.not_in(ids), p.phone.in_(phones))
    )
    for phone, claimed_at in session.execute(in_hand):
        found[phone].append(claimed_at)
    return found


def _introduced(session: Session, people: Collection[int]) -> frozenset[int]:
    query = (
        select(t.patient)
        .join(messages, m.care_plan == t.id)
        .where(t.patient.in_(people), m.state.in_([s.value for s in INTRODUCED]))
        .distinct()
    )
    return frozenset(session.scalars(query))


def _companions(session: Session, ids: Collection[int]) -> dict[int, list[Companion]]:
    found: dict[int, list[Companion]] = defaultdict(list)
    query = (
        select(m.merged_into, p.first_name, t.protocol)
        .join(patients, p.id == m.patient)
        .join(treatments, t.id == m.care_plan)
        .where(m.merged_into.in_(ids))
        .order_by(m.id)
    )
    for speaker, first_name, protocol in session.execute(query):
        found[speaker].append(Companion(first_name, protocol))
    return found
