"""Reading for people: everything that is on record about one patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reminders.care import consent
from reminders.care.protocol import MessageClass
from reminders.store.coming import MessageRow, messages_where
from reminders.store.journal import Told, lines_of
from reminders.store.tables import care_plans, consents, messages, numbers, patients, treatments

p, t, c = patients.c, treatments.c, consents.c


class UnknownPatient(LookupError):
    """No patient of this clinic is on record under this id."""


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """A patient as the clinic's newest treatment tells it; `time_zone` None: nobody recorded one.

    `trouble` says why the number cannot be texted, since `trouble_since`; empty when it can.
    """

    id: int
    clinic: str
    ref: str
    first_name: str
    last_name: str
    phone: str
    language: str
    time_zone: str | None
    trouble: str
    trouble_since: datetime | None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the consent ledger; `of_number` marks a STOP or START, which binds the number."""

    entry: consent.Entry
    recorded_at: datetime
    of_number: bool


@dataclass(frozen=True, slots=True)
class TreatmentFacts:
    """A treatment and where its care plan stands; `id` is the care plan's too."""

    id: int
    ref: str
    protocol: str
    product: str
    site: str
    treated_at: datetime
    day: date
    interval_days: int | None
    booked_for: date | None
    status: str
    recorded_at: datetime
    plan_state: str
    plan_reason: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything known about one patient, each list in order of time."""

    patient: PatientFacts
    standing: consent.Standing
    ledger: Sequence[LedgerLine]
    treatments: Sequence[TreatmentFacts]
    messages: Sequence[MessageRow]
    journal: Sequence[Told]


def chart(session: Session, *, clinic: str, ref: str) -> Chart:
    """Read a patient's chart by the clinic's own id; UnknownPatient when there is none."""
    patient = _patient(session, clinic, ref)
    ledger = _ledger(session, patient)
    given = _treatments(session, patient.id)
    texts = messages_where(session, messages.c.care_plan.in_([each.id for each in given]))
    return Chart(
        patient,
        consent.standing(
            [line.entry for line in ledger if not line.of_number],
            [line.entry for line in ledger if line.of_number],
        ),
        ledger,
        given,
        texts,
        lines_of(session, patient=patient.id, texts=[text.id for text in texts]),
    )


def _patient(session: Session, clinic: str, ref: str) -> PatientFacts:
    columns = (p.id, p.clinic, p.ref, p.first_name, p.last_name, p.phone, p.language, p.time_zone)
    query = (
        select(
            *columns,
            func.coalesce(numbers.c.trouble, "").label("trouble"),
            numbers.c.since.label("trouble_since"),
        )
        .join(numbers, numbers.c.number == p.phone, isouter=True)
        .where(p.clinic == clinic, p.ref == ref)
    )
    row = session.execute(query).mappings().first()
    if row is None:
        raise UnknownPatient
    return PatientFacts(**row)


def _ledger(session: Session, patient: PatientFacts) -> list[LedgerLine]:
    columns = (c.message_class, c.answer, c.at, c.source, c.origin, c.recorded_at, c.phone)
    rows = session.execute(
        select(*columns)
        .where((c.patient == patient.id) | (c.phone == patient.phone))
        .order_by(c.id)
    )
    return _said_once([_ledger_line(*row) for row in rows])


def _said_once(lines: list[LedgerLine]) -> list[LedgerLine]:
    """A STOP stands with the number and with each patient: it is told once, as the number's."""
    told = {(line.entry.answer, line.entry.at) for line in lines if line.of_number}
    return [
        line
        for line in lines
        if line.of_number
        or line.entry.message_class is not None
        or (line.entry.answer, line.entry.at) not in told
    ]


def _ledger_line(
    scope: str | None, answer: str, at: datetime, source: str, origin: str, *rest: Any
) -> LedgerLine:
    recorded_at, phone = rest
    message_class = MessageClass(scope) if scope else None
    entry = consent.Entry(message_class, consent.Answer(answer), at, source, origin)
    return LedgerLine(entry, recorded_at, of_number=phone is not None)


def _treatments(session: Session, patient: int) -> list[TreatmentFacts]:
    columns = (t.id, t.ref, t.protocol, t.product, t.site, t.treated_at, t.day, t.interval_days)
    rows = session.execute(
        select(
            *columns,
            t.booked_for,
            t.status,
            t.recorded_at,
            care_plans.c.state.label("plan_state"),
            care_plans.c.reason.label("plan_reason"),
        )
        .join(care_plans, care_plans.c.id == t.id)
        .where(t.patient == patient)
        .order_by(t.treated_at, t.ref)
    )
    return [TreatmentFacts(**row) for row in rows.mappings()]
