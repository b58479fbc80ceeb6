"""The JSON forms of charts, texts and the state of things. Other programs rely on every name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reminders.care.message import State
from reminders.care.phone import masked
from reminders.cli.words_ahead import Shown
from reminders.store.chart import Chart, LedgerLine, TreatmentFacts
from reminders.store.mint import to_public

Form = dict[str, Any]

LEFT = frozenset({State.SENT, State.DELIVERED, State.UNDELIVERED})
"""In these states the gateway took the text for certain."""


def text_form(text: Shown) -> Form:
    """One text: ids, state, times (UTC and local, ISO 8601), reason, words and their segments."""
    row = text.row
    return {
        "message_id": to_public(row.id),
        "clinic": row.clinic,
        "patient_id": row.patient_ref,
        "treatment_id": row.treatment,
        "protocol": row.protocol,
        "step": row.step,
        "occurrence": row.occurrence,
        "kind": row.kind,
        "class": row.message_class,
        "state": row.state,
        "hold": row.hold,
        "due_at": row.due_at.isoformat(),
        "due_local": _local(row.due_at, text.home),
        "useful_until": row.until.isoformat(),
        "reason": row.reason,
        "text": text.words,
        "segments": text.segments,
        "sid": row.sid,
        "code": row.code,
        "attempts": row.attempts,
        "sent_at": _iso(row.started_at) if row.state in LEFT else None,
        "merged_into": to_public(row.merged_into) if row.merged_into else None,
    }


def chart_form(chart: Chart, texts: Sequence[Shown], *, home: str) -> Form:
    """A patient's whole chart; of the number only its ending."""
    patient = chart.patient
    return {
        "patient": {
            "patient_id": patient.ref,
            "clinic": patient.clinic,
            "first_name": patient.first_name,
            "last_name": patient.last_name,
            "phone": masked(patient.phone),
            "phone_ending": patient.phone[-4:],
            "phone_trouble": patient.trouble or None,
            "language": patient.language,
            "time_zone": patient.time_zone,
            "home_time_zone": home,
        },
        "consent": {
            "care": chart.standing.care,
            "marketing": chart.standing.marketing,
            "stopped_at": _iso(chart.standing.stopped_at),
            "entries": [_entry(line) for line in chart.ledger],
        },
        "treatments": [_treatment(each, home) for each in chart.treatments],
        "messages": [text_form(text) for text in texts],
    }


def _entry(line: LedgerLine) -> Form:
    entry = line.entry
    return {
        "class": entry.message_class,
        "answer": entry.answer,
        "at": entry.at.isoformat(),
        "recorded_at": line.recorded_at.isoformat(),
        "source": entry.source,
        "origin": entry.origin,
        "of": "number" if line.of_number else "patient",
    }


def _treatment(treatment: TreatmentFacts, home: str) -> Form:
    return {
        "treatment_id": treatment.ref,
        "protocol": treatment.protocol,
        "product": treatment.product,
        "site": treatment.site,
        "treated_at": treatment.treated_at.isoformat(),
        "treated_local": _local(treatment.treated_at, home),
        "day": treatment.day.isoformat(),
        "interval_days": treatment.interval_days,
        "booked_for": treatment.booked_for.isoformat() if treatment.booked_for else None,
        "status": treatment.status,
        "recorded_at": treatment.recorded_at.isoformat(),
        "plan_state": treatment.plan_state,
        "plan_reason": treatment.plan_reason,
    }


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat()


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
