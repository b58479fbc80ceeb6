"""The facts of one treatment as a clinic tells them. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    """What the clinic says has become of the treatment or its patient."""

    ACTIVE = "active"
    PAUSED = "paused"
    MOVED = "moved"
    VOID = "void"
    DECEASED = "deceased"


class Agreement(StrEnum):
    """What the patient agreed to receive by text."""

    NONE = "none"
    CARE = "care"
    CARE_AND_MARKETING = "care+marketing"


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """One good row of a clinic's export.

    `treated_at` is UTC. `time_known` is False when the export gave a day only: then `treated_at`
    stands at 17:00 clinic time, so that no aftercare can come before the treatment.
    `time_zone` None means that nobody recorded the patient's zone.
    `interval_days` is the clinician's own minimum for this patient; it may only raise the floor.
    """

    line: int
    treatment_id: str
    patient_id: str
    first_name: str
    last_name: str
    phone: str
    language: str
    time_zone: str | None
    protocol: str
    product: str
    site: str
    treated_at: datetime
    time_known: bool
    agreement: Agreement
    agreed_at: datetime | None
    agreement_source: str
    interval_days: int | None
    booked_for: date | None
    status: Status


@dataclass(frozen=True, slots=True)
class Treatment:
    """What was done, to whom, when; `day` (the clinic's local date) is day zero.

    `care_plan` and `patient` are our own numbers, `ref` is the clinic's name for the treatment.
    """

    care_plan: int
    ref: str
    patient: int
    protocol: str
    product: str
    treated_at: datetime
    day: date
    interval_days: int | None
    booked_for: date | None
    status: Status
