"""Whose telephone is it? The thread decides: what we asked last, and whom. Else a person does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reminders.care.effect import Situation
from reminders.runtime import Runtime
from reminders.settings import Clinic
from reminders.store import ledger, thread
from reminders.store.database import Session
from reminders.store.thread import InboundText, Question, Sharer

SAME_MOMENT = timedelta(days=2)
"""Two patients of one telephone asked within this time: nobody can tell whose answer it is."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who writes, as far as the record can tell.

    `patient` None on a shared telephone means that a person must find out.
    """

    phone: str
    clinic: Clinic
    situation: Situation
    sharers: tuple[Sharer, ...]
    patient: Sharer | None
    question: Question | None
    context: str
    language: str


def caller_of(session: Session, runtime: Runtime, text: InboundText, *, now: datetime) -> Caller:
    """Find the caller and the context in which to read the text."""
    sharers = tuple(
        s for s in thread.sharers(session, text.sender) if runtime.settings.knows_clinic(s.clinic)
    )
    questions = [
        q
        for q in thread.questions(session, text.sender, now=now)
        if runtime.settings.knows_clinic(q.clinic)
    ]
    asked = questions[0] if questions else None
    patient = _patient(sharers, questions)
    clinic = _clinic(runtime, text, asked, sharers)
    return Caller(
        phone=text.sender,
        clinic=clinic,
        situation=_situation(session, text.sender, sharers),
        sharers=sharers,
        patient=patient,
        question=asked,
        context=_context(runtime, asked),
        language=(patient or (sharers[0] if sharers else None) or _Anyone(clinic)).language,
    )


@dataclass(frozen=True, slots=True)
class _Anyone:
    clinic: Clinic

    @property
    def language(self) -> str:
        return self.clinic.languages[0]


def _patient(sharers: tuple[Sharer, ...], questions: list[Question]) -> Sharer | None:
    if len(sharers) == 1:
        return sharers[0]
    if not questions:
        return None
    last = questions[0]
    near = {q.patient for q in questions if last.asked_at - q.asked_at < SAME_MOMENT}
    return next((s for s in sharers if {s.id} == near), None)


def _clinic(
    runtime: Runtime, text: InboundText, asked: Question | None, sharers: tuple[Sharer, ...]
) -> Clinic:
    """The clinic whose number was texted; else the one that asked; else the patient's own."""
    settings = runtime.settings
    for clinic in settings.clinics:
        if clinic.sender == text.to:
            return clinic
    if asked:
        return settings.clinic_by_key(asked.clinic)
    return settings.clinic_by_key(sharers[0].clinic) if sharers else settings.clinics[0]


def _situation(session: Session, phone: str, sharers: tuple[Sharer, ...]) -> Situation:
    if ledger.stopped_numbers(session, [phone]):
        return Situation.STOPPED
    return Situation.PATIENT if sharers else Situation.STRANGER


def _context(runtime: Runtime, asked: Question | None) -> str:
    if asked is None:
        return "none"
    protocol = runtime.templates.protocols.get(asked.protocol)
    steps = {s.key: s for s in protocol.steps} if protocol else {}
    return steps[asked.step].question if asked.step in steps else "none"
