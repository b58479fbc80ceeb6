"""What each effect of the reply table does, inside the transaction that took the text in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reminders.care.effect import (
    AskAgain,
    AskAPerson,
    Effect,
    EndReminders,
    Escalate,
    HoldPlanned,
    QuarantineNumber,
    RestoreConsent,
    Say,
    WithdrawConsent,
)
from reminders.care.hours import local_day, next_civil
from reminders.care.message import ASKED_TO_BOOK
from reminders.care.names import texting_name
from reminders.care.plan import earliest_retreatment, nameable
from reminders.care.protocol import Kind
from reminders.care.reply import QUIET, ROBOT_TEXTS, ROBOT_WITHIN, SAFETY, may_answer
from reminders.care.segments import count
from reminders.receiving.telephone import Caller
from reminders.runtime import Runtime
from reminders.store import escalations, holds, ledger, outbox, thread
from reminders.store.alarms import open_task
from reminders.store.answers import AnswerKind, answered_since, write_answer
from reminders.store.database import Session
from reminders.store.journal import Line, write_lines
from reminders.store.mint import to_public
from reminders.store.plans import treatments_of

SAFETY_USEFUL, ANSWER_USEFUL = timedelta(hours=2), timedelta(hours=12)
"""How long a safety text, and any other answer, is worth sending."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The text that an effect follows from."""

    caller: Caller
    inbound: int
    now: datetime


def apply(session: Session, runtime: Runtime, effect: Effect, occasion: Occasion) -> None:
    """Carry out one effect."""
    caller, now = occasion.caller, occasion.now
    match effect:
        case Say(words):
            _say(session, runtime, words, occasion)
        case Escalate(level):
            escalations.raise_one(
                session,
                row_id=runtime.mint(now),
                clinic=caller.clinic.key,
                level=level,
                patient=caller.patient.id if caller.patient else None,
                phone=caller.phone,
                inbound=occasion.inbound,
                now=now,
            )
        case HoldPlanned():
            holds.hold_all(session, caller.phone, reason="held: a person looks after this")
        case WithdrawConsent():
            _withdraw(session, runtime, occasion)
        case RestoreConsent():
            ledger.write_start(
                session,
                caller.phone,
                at=now,
                source="the number sent START",
                origin=to_public(occasion.inbound),
                mint=runtime.mint,
            )
        case QuarantineNumber():
            _quarantine(session, runtime, occasion)
        case EndReminders():
            _end_reminders(session, runtime, occasion)
        case AskAgain():
            _ask_again(session, runtime, occasion)
        case AskAPerson():
            pass  # the text itself stands in the inbox until a person closes it


def _say(session: Session, runtime: Runtime, words: str, occasion: Occasion) -> None:
    """Put the answer into the outbox, unless the loop guard says that enough was said."""
    caller, now = occasion.caller, occasion.now
    answered = answered_since(session, caller.phone, now - QUIET)
    is_robot = thread.texts_since(session, caller.phone, now - ROBOT_WITHIN) > ROBOT_TEXTS
    if not may_answer(words, answered=answered, is_robot=is_robot):
        return
    language = runtime.templates.language_for(caller.language, offered=caller.clinic.languages)
    text = _words(session, runtime, words, caller, language)
    write_answer(
        session,
        row_id=runtime.mint(now),
        clinic=caller.clinic.key,
        phone=caller.phone,
        kind=AnswerKind.ANSWER,
        words=words,
        text=text,
        segments=count(text).segments,
        now=now,
        useful_for=SAFETY_USEFUL if words in SAFETY else ANSWER_USEFUL,
        patient=caller.patient.id if caller.patient else None,
        language=language,
    )


def _words(session: Session, runtime: Runtime, words: str, caller: Caller, language: str) -> str:
    clinic, patient, templates = caller.clinic, caller.patient, runtime.templates
    earliest = _earliest(session, runtime, caller)
    return templates.render(
        language=language,
        protocol="replies",
        text=words,
        values={
            "clinic": clinic.name,
            "first_name": texting_name(patient.first_name) if patient else "",
            "clinic_phone": clinic.phone,
            "emergency_number": clinic.emergency_number,
            "booking_url": clinic.booking_url,
            "earliest": templates.formatted_day(earliest, language=language) if earliest else "",
            "minutes": str(runtime.settings.escalation.urgent_minutes),
            "opens": _opens(runtime, caller, language),
        },
    )


def _earliest(session: Session, runtime: Runtime, caller: Caller) -> date | None:
    """The first day that an answer may name for a visit; None when it has come already."""
    history = [t for t, _ in treatments_of(session, [caller.patient.id])] if caller.patient else []
    if not history:
        return None
    earliest = earliest_retreatment(history[-1], history, protocols=runtime.templates.protocols)
    return nameable(earliest, today=local_day(runtime.now(), zone=caller.clinic.time_zone))


def _opens(runtime: Runtime, caller: Caller, language: str) -> str:
    """When somebody reads the inbox next, as a patient reads it."""
    clinic, now = caller.clinic, runtime.now()
    at = next_civil(
        now,
        until=now + timedelta(days=14),
        window=clinic.staffed,
        zones=(clinic.time_zone,),
        closed_days=frozenset(clinic.closed_days),
    )
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(clinic.time_zone))
    day = runtime.templates.formatted_day(local.date(), language=language)
    return f"{day} {local:%H:%M}"


def _withdraw(session: Session, runtime: Runtime, occasion: Occasion) -> None:
    """One STOP ends every text to all who share the number, at every clinic, at once."""
    now, phone = occasion.now, occasion.caller.phone
    ledger.write_stop(
        session,
        phone,
        at=now,
        source="the number texted that it wants no more",
        origin=to_public(occasion.inbound),
        mint=runtime.mint,
    )
    outbox.withdraw_all(session, phone, reason="the number sent STOP")
    lines = [
        Line("stopped", "the number sent STOP", patient=sharer.id)
        for sharer in occasion.caller.sharers
    ]
    write_lines(session, lines, now=now, mint=runtime.mint)


def _quarantine(session: Session, runtime: Runtime, occasion: Occasion) -> None:
    """A stranger may have read a patient's texts: nothing more goes there, and it is an incident
    (45 CFR 164.402: presumed a breach until assessed)."""
    now, caller = occasion.now, occasion.caller
    trouble = "somebody wrote that this is not the patient's number"
    ledger.quarantine(session, caller.phone, trouble=trouble, now=now)
    outbox.withdraw_all(session, caller.phone, reason=trouble)
    open_task(
        session,
        id=runtime.mint(now),
        clinic=caller.clinic.key,
        kind="incident",
        patient=caller.patient.id if caller.patient else None,
        words="A stranger may have read this patient's texts: find the right number, and assess",
        opened_at=now,
    )
    lines = [Line("quarantined", trouble, patient=s.id) for s in caller.sharers]
    write_lines(session, lines, now=now, mint=runtime.mint)


def _end_reminders(session: Session, runtime: Runtime, occasion: Occasion) -> None:
    """The desk arranges the visit now: the rest of the reminders would only be in the way."""
    asked = occasion.caller.question
    if asked is None:
        return
    thread.end_reminders(session, asked.care_plan)
    line = Line("booking", ASKED_TO_BOOK, patient=asked.patient)
    write_lines(session, [line], now=occasion.now, mint=runtime.mint)


def _ask_again(session: Session, runtime: Runtime, occasion: Occasion) -> None:
    """Ask the same once more the next day, within the hours and caps like any text of ours."""
    asked = occasion.caller.question
    if asked is not None and occasion.caller.context == Kind.SIDE_EFFECTS.value:
        thread.ask_again(
            session, asked.message, row_id=runtime.mint(occasion.now), now=occasion.now
        )
