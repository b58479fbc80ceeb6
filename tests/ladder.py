"""People on call at the made-up clinic, and what they and the patient were told, in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from reminders import escalating
from reminders.care.effect import Level
from reminders.store import escalations
from reminders.store.tables import messages
from tests.clinic import OpenClinic, phone

ANA, BEN, CLEO = phone(901), phone(902), phone(903)
PATIENT = phone(1)

NIGHT = f"""
on_call = [
  {{ name = "Nurse Ana Example", phone = "{ANA}" }},
  {{ name = "Ben Sample", phone = "{BEN}", hours = "18-24 every day" }},
  {{ name = "Cleo Madeup", phone = "{CLEO}", hours = "8-18 Monday to Friday" }},
]
"""
"""Ana is on call always, Ben in the evening, Cleo on workdays."""


def raised(
    clinic: OpenClinic,
    *,
    level: Level = Level.EMERGENCY,
    patient: int | None = None,
    number: str = PATIENT,
) -> int:
    """Raise an escalation now; returns its number."""
    now = clinic.clock.now()
    with clinic.runtime.database.write() as session:
        return escalations.raise_one(
            session,
            row_id=clinic.runtime.mint(now),
            clinic="k",
            level=level,
            patient=patient,
            phone=number,
            inbound=None,
            now=now,
        )


def climb_after(clinic: OpenClinic, **distance: float) -> int:
    """Let time pass, then climb; returns how many rungs were told."""
    clinic.clock.advance(timedelta(**distance))
    return escalating.climb(clinic.runtime)


def answers(clinic: OpenClinic) -> list[dict[str, Any]]:
    """Return every page, answer and staff's reply in the outbox, in order."""
    rows = [row for row in clinic.rows_of(messages) if row["care_plan"] is None]
    return sorted(rows, key=lambda row: row["id"])


def told(clinic: OpenClinic) -> list[tuple[str, str]]:
    """Return whom the outbox tells, with which words, in order."""
    return [(row["phone"], row["step"]) for row in answers(clinic)]


def standing(clinic: OpenClinic, number: int) -> escalations.Escalation:
    """Return an escalation as recorded."""
    with clinic.runtime.database.read() as session:
        found = escalations.find(session, number)
    assert found is not None
    return found
