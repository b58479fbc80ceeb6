"""What planning reads and writes: everything about some telephones, and the changes to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from reminders.care import consent
from reminders.care.agenda import Key, Known
from reminders.care.message import STARTED, State
from reminders.care.protocol import MessageClass
from reminders.care.treatment import Status, Treatment
from reminders.store.ledger import entries_of_numbers, entries_of_patients, troubles
from reminders.store.tables import care_plans, messages, patients, treatments

CAP_MEMORY = timedelta(days=8)

t = treatments.c

_TREATMENTS = (
    select(
        t.id,
        t.ref,
        t.patient,
        t.protocol,
        t.product,
        t.treated_at,
        t.day,
        t.interval_days,
        t.booked_for,
        t.status,
        care_plans.c.state,
    )
    .join(care_plans, care_plans.c.id == t.id)
    .where(t.patient.in_(bindparam("ids", expanding=True, type_=t.patient.type)))
    .order_by(t.treated_at, t.ref)
)


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient as recorded; `time_zone` None means that nobody recorded one."""

    id: int
    clinic: str
    ref: str
    phone: str
    language: str
    time_zone: str | None


@dataclass(slots=True)
class Telephone:
    """All that is on record about one number: who shares it, their treatments and texts."""

    patients: list[PatientRow] = field(default_factory=list)
    standings: dict[int, consent.Standing] = field(default_factory=dict)
    treatments: dict[int, list[Treatment]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[int, str] = field(default_factory=dict)
    known: dict[Key, Known] = field(default_factory=dict)
    taken: list[datetime] = field(default_factory=list)
    trouble: str = ""


def telephones(session: Session, phones: Collection[str], *, now: datetime) -> dict[str, Telephone]:
    """Load everything that planning must know about these numbers."""
    found: dict[str, Telephone] = {phone: Telephone() for phone in phones}
    phone_of: dict[int, str] = {}
    for row in _patients(session, phones):
        found[row.phone].patients.append(row)
        phone_of[row.id] = row.phone
    ids = list(phone_of)
    _load_consent(session, found, phone_of)
    plan_phone: dict[int, str] = {}
    for treatment, plan_state in treatments_of(session, ids):
        phone = phone_of[treatment.patient]
        found[phone].treatments[treatment.patient].append(treatment)
        found[phone].plans[treatment.care_plan] = plan_state
        plan_phone[treatment.care_plan] = phone
    for known in _known(session, list(plan_phone)):
        found[plan_phone[known.key[0]]].known[known.key] = known
    for number, left_at in recently_left(session, phones, now - CAP_MEMORY):
        found[number].taken.append(left_at)
    for number, trouble in troubles(session, phones).items():
        found[number].trouble = trouble
    return found


def _patients(session: Session, phones: Collection[str]) -> list[PatientRow]:
    p = patients.c
    columns = (p.id, p.clinic, p.ref, p.phone, p.language, p.time_zone)
    rows = session.execute(select(*columns).where(p.phone.in_(phones)).order_by(p.id))
    return [PatientRow(*row) for row in rows]


def _load_consent(
    session: Session, found: Mapping[str, Telephone], phone_of: Mapping[int, str]
) -> None:
    of_patients = entries_of_patients(session, list(phone_of))
    of_numbers = entries_of_numbers(session, list(found))
    for patient, phone in phone_of.items():
        found[phone].standings[patient] = consent.standing(
            of_patients.get(patient, ()), of_numbers.get(phone, ())
        )


def treatments_of(session: Session, ids: Collection[int]) -> Iterable[tuple[Treatment, str]]:
    """Yield each treatment of these patients with its plan's state, oldest first."""
    for row in session.execute(_TREATMENTS, {"ids": list(ids)}):
        *facts, status, plan_state = row
        yield _treatment(facts, Status(status)), plan_state


def _treatment(facts: Sequence[Any], status: Status) -> Treatment:
    plan, ref, patient, protocol, product, treated_at, day, interval, booked = facts
    return Treatment(
        plan, ref, patient, protocol, product, treated_at, day, interval, booked, status
    )


def _known(session: Session, plans: Sequence[int]) -> list[Known]:
    m = messages.c
    rows = session.execute(
        select(
            m.id,
            m.care_plan,
            m.step,
            m.occurrence,
            m.state,
            m.due_at,
            m.until,
            func.coalesce(m.started_at, m.claimed_at),
            m.merged_into,
            m.message_class,
            m.reason,
        ).where(m.care_plan.in_(plans))
    ).all()
    key_of = {row[0]: (row[1], row[2], row[3]) for row in rows}
    return [
        Known(
            row[0],
            key_of[row[0]],
            State(row[4]),
            row[5],
            row[6],
            left_at=row[7],
            together_with=key_of.get(row[8]),
            message_class=MessageClass(row[9]),
            reason=row[10],
        )
        for row in rows
    ]


def recently_left(
    session: Session, phones: Collection[str], since: datetime
) -> Iterable[tuple[str, datetime]]:
    """Return (number, instant) of each text we started that left since then, for the caps."""
    m = messages.c
    rows = session.execute(
        select(m.phone, m.started_at).where(
            m.phone.in_(phones),
            m.started_at > since,
            m.care_plan.is_not(None),
            m.state.in_([s.value for s in STARTED]),
        )
    )
    return [(phone, left_at) for phone, left_at in rows]


def phones_after(session: Session, phone: str, *, limit: int) -> list[str]:
    """Return the next numbers on record, in order."""
    p = patients.c.phone
    return list(session.scalars(select(p).where(p > phone).distinct().order_by(p).limit(limit)))


def close_finished(session: Session, *, now: datetime, reason: str) -> int:
    """Complete the active plans none of whose texts can still leave.

    A cancelled text can, as long as it is of use: consent may come, or its speaker may fall away.
    """
    m = messages.c
    can_leave = m.state.in_([State.PLANNED.value, State.CLAIMED.value, State.SENDING.value])
    may_come_back = (m.state == State.CANCELLED.value) & (m.until > now)
    unfinished = select(m.id).where(m.care_plan == care_plans.c.id, can_leave | may_come_back)
    closed = session.execute(
        update(care_plans)
        .where(care_plans.c.state == "active", ~unfinished.exists())
        .values(state="completed", reason=reason)
    )
    return int(getattr(closed, "rowcount", 0))
