"""Patients, treatments and consent as the clinics tell them: new ones in, changed ones updated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from reminders.care import consent
from reminders.care.message import PLANNABLE, State
from reminders.care.treatment import TreatmentRow
from reminders.store.ledger import entries_of_patients, write_entries
from reminders.store.many import insert_many
from reminders.store.tables import care_plans, messages, patients, treatments

Row = Mapping[str, Any]


@dataclass(slots=True)
class Recorded:
    """What a batch of rows changed. `phones` are the numbers whose plans must be reconciled,
    `texts` says what became of how many texts when they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    phones: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Batch:
    """The rows to write, gathered so that each table is written in one statement."""

    clinic: str
    zone: ZoneInfo
    now: datetime
    mint: Callable[[datetime], int]
    patients: dict[str, dict[str, Any]]
    treatments: dict[str, dict[str, Any]]
    fresh_patients: set[str] = field(default_factory=set)
    changed_patients: set[str] = field(default_factory=set)
    fresh_treatments: set[str] = field(default_factory=set)
    changed_treatments: set[str] = field(default_factory=set)
    old_phones: set[str] = field(default_factory=set)
    former_patients: set[int] = field(default_factory=set)
    regiven: set[int] = field(default_factory=set)


def record_rows(
    session: Session,
    rows: Sequence[TreatmentRow],
    *,
    clinic: str,
    zone: str,
    now: datetime,
    mint: Callable[[datetime], int],
) -> Recorded:
    """Write one batch of good rows of one clinic; writing the same rows again changes nothing."""
    batch = _Batch(
        clinic,
        ZoneInfo(zone),
        now,
        mint,
        _by_ref(session, patients, clinic, {r.patient_id for r in rows}),
        _by_ref(session, treatments, clinic, {r.treatment_id for r in rows}),
    )
    touched: set[str] = set()
    for row in rows:
        if _take_patient(batch, row) | _take_treatment(batch, row):
            touched.add(row.treatment_id)
    touched |= _take_consent(session, batch, rows)
    _write(session, batch)
    if batch.former_patients:
        held_by = select(patients.c.phone).where(patients.c.id.in_(batch.former_patients))
        batch.old_phones |= set(session.scalars(held_by))
    return _recorded(batch, rows, touched)


def _by_ref(
    session: Session, table: Any, clinic: str, refs: Iterable[str]
) -> dict[str, dict[str, Any]]:
    found = session.execute(select(table).where(table.c.clinic == clinic, table.c.ref.in_(refs)))
    return {row["ref"]: dict(row) for row in found.mappings()}


def _take_patient(batch: _Batch, row: TreatmentRow) -> bool:
    """The newest treatment's row speaks for the patient's name, number, language and zone."""
    facts = {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "phone": row.phone,
        "language": row.language,
        "time_zone": row.time_zone,
    }
    known = batch.patients.get(row.patient_id)
    if known is None:
        batch.fresh_patients.add(row.patient_id)
        known = {"id": batch.mint(batch.now), "clinic": batch.clinic, "ref": row.patient_id}
        batch.patients[row.patient_id] = known | _told(row) | facts | {"recorded_at": batch.now}
        return True
    if (row.treated_at, row.treatment_id) < (known["told_at"], known["told_by"]):
        return False
    changed = any(known[name] != value for name, value in facts.items())
    if changed:
        batch.old_phones.add(known["phone"])
    if changed or known["told_by"] != row.treatment_id or known["told_at"] != row.treated_at:
        known.update(facts | _told(row))
        batch.changed_patients.add(row.patient_id)
    return changed


def _told(row: TreatmentRow) -> dict[str, Any]:
    return {"told_at": row.treated_at, "told_by": row.treatment_id}


def _take_treatment(batch: _Batch, row: TreatmentRow) -> bool:
    facts = {
        "patient": batch.patients[row.patient_id]["id"],
        "protocol": row.protocol,
        "product": row.product,
        "site": row.site,
        "treated_at": row.treated_at,
        "day": _day(row.treated_at, batch.zone),
        "interval_days": row.interval_days,
        "booked_for": row.booked_for,
        "status": row.status.value,
    }
    known = batch.treatments.get(row.treatment_id)
    if known is None:
        batch.fresh_treatments.add(row.treatment_id)
        known = {"id": batch.mint(batch.now), "clinic": batch.clinic, "ref": row.treatment_id}
        batch.treatments[row.treatment_id] = known | facts | {"recorded_at": batch.now}
        return True
    if all(known[name] == value for name, value in facts.items()):
        return False
    if known["patient"] != facts["patient"]:
        batch.former_patients.add(known["patient"])
        batch.regiven.add(known["id"])
    known.update(facts)
    batch.changed_treatments.add(row.treatment_id)
    return True


def _day(treated_at: datetime, zone: ZoneInfo) -> date:
    return treated_at.astimezone(zone).date()


def _take_consent(session: Session, batch: _Batch, rows: Sequence[TreatmentRow]) -> set[str]:
    ids = {batch.patients[r.patient_id]["id"] for r in rows} - {
        batch.patients[ref]["id"] for ref in batch.fresh_patients
    }
    ledger: dict[int, list[consent.Entry]] = entries_of_patients(session, ids)
    written: list[tuple[int, consent.Entry]] = []
    touched: set[str] = set()
    for row in rows:
        patient = batch.patients[row.patient_id]["id"]
        mine = ledger.setdefault(patient, [])
        news = consent.news(
            row.agreement,
            at=row.agreed_at or row.treated_at,
            source=row.agreement_source,
            origin=row.treatment_id,
            ledger=mine,
        )
        if news:
            mine.extend(news)
            written += [(patient, entry) for entry in news]
            touched.add(row.treatment_id)
    write_entries(session, written, now=batch.now, mint=batch.mint)
    return touched


def _write(session: Session, batch: _Batch) -> None:
    insert_many(session, patients, [batch.patients[r] for r in batch.fresh_patients])
    _update(
        session,
        patients,
        [batch.patients[r] for r in batch.changed_patients - batch.fresh_patients],
    )
    fresh = [batch.treatments[ref] for ref in sorted(batch.fresh_treatments)]
    insert_many(session, treatments, fresh)
    insert_many(session, care_plans, [{"id": t["id"], "state": "active"} for t in fresh])
    changed = batch.changed_treatments - batch.fresh_treatments
    _update(session, treatments, [batch.treatments[r] for r in changed])
    _readdress(session, batch.regiven)


def _readdress(session: Session, regiven: Collection[int]) -> None:
    """A treatment that turns out to be another patient's takes its unsent texts along."""
    if regiven:
        own = select(treatments.c.patient).where(treatments.c.id == messages.c.care_plan)
        session.execute(
            update(messages)
            .where(
                messages.c.care_plan.in_(regiven),
                messages.c.state.in_([state.value for state in (*PLANNABLE, State.CLAIMED)]),
            )
            .values(patient=own.scalar_subquery())
        )


def _update(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = [c.name for c in table.c if c.name not in ("id", "clinic", "ref", "recorded_at")]
        statement = (
            update(table)
            .where(table.c.id == bindparam("row_id"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        parameters = [{"row_id": r["id"]} | {f"new_{n}": r[n] for n in names} for r in rows]
        session.connection().execute(statement, parameters)


def _recorded(batch: _Batch, rows: Sequence[TreatmentRow], touched: set[str]) -> Recorded:
    refs = {row.treatment_id for row in rows}
    new = len(batch.fresh_treatments)
    changed = len(touched - batch.fresh_treatments)
    phones = {batch.patients[r.patient_id]["phone"] for r in rows if r.treatment_id in touched}
    return Recorded(new, changed, len(refs) - new - changed, phones=phones | batch.old_phones)
