"""Patients who write in: one text into an open clinic, and what stands on record after it."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from reminders.receiving import receive
from reminders.store.tables import messages
from reminders.store.thread import InboundText
from reminders.store.thread_tables import escalations, inbound
from tests.clinic import OpenClinic, phone

CLINIC_NUMBER = "+14155550199"
DAY = timedelta(days=1)
_sids = count(1)


def write_in(clinic: OpenClinic, words: str, *, sender: str = "", sid: str = "") -> str:
    """Let a telephone (patient 1's) text the clinic; returns the intent."""
    text = InboundText(
        sid=sid or f"SM{next(_sids):032x}",
        sender=sender or phone(1),
        to=CLINIC_NUMBER,
        words=words,
        received_at=clinic.clock.now(),
    )
    with clinic.runtime.database.write() as session:
        return receive(session, clinic.runtime, text)


def answers(clinic: OpenClinic) -> list[dict[str, Any]]:
    """Every answer in the outbox, in order."""
    query = select(messages).where(messages.c.care_plan.is_(None)).order_by(messages.c.id)
    with clinic.runtime.database.read() as session:
        return [dict(found) for found in session.execute(query).mappings()]


def said(clinic: OpenClinic) -> list[str]:
    """The words of every answer, by their keys."""
    return [answer["step"] for answer in answers(clinic)]


def raised(clinic: OpenClinic) -> list[str]:
    """The levels of the escalations on record."""
    return [row["level"] for row in clinic.rows_of(escalations)]


def tasks(clinic: OpenClinic) -> list[str | None]:
    """What each text wants of a person."""
    return [row["task"] for row in clinic.rows_of(inbound)]
