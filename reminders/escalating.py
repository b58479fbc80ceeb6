"""Tells staff of what a patient wrote, chases the unanswered, records who took it and how it ended.

The ladder itself is a rule of care; here it is climbed, one transaction at a time. The bells
besides SMS are rung after the transaction, so that a slow mail server holds nobody up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog

from reminders.care.effect import Level
from reminders.care.escalation import DEADLINES, Member, Rung, rung
from reminders.care.names import texting_name
from reminders.care.segments import count
from reminders.gateways.bells import ring
from reminders.runtime import Runtime
from reminders.settings import Clinic
from reminders.store import escalations, holds, inbox, ledger, thread
from reminders.store.answers import AnswerKind, write_answer
from reminders.store.database import Session
from reminders.store.escalations import Escalation
from reminders.store.journal import Line, write_lines

log = structlog.get_logger()

PAGE_USEFUL = timedelta(hours=4)
"""How long a page, and the patient's last text, is worth sending after an outage."""


@dataclass(frozen=True, slots=True)
class _Bell:
    """What the other ways than SMS are told; nothing about the patient."""

    title: str
    words: str


def climb(runtime: Runtime) -> int:
    """Tell whoever must be told by now, then ring the other bells. Returns how many rungs."""
    with runtime.database.read() as session:
        if not escalations.is_any_due(session, now=runtime.now()):
            return 0
    with runtime.database.write() as session:
        bells = _climb_all(session, runtime)
    addresses = [each.get_secret_value() for each in runtime.settings.alert_addresses]
    for bell in bells:
        ring(addresses, title=bell.title, words=bell.words)
    return len(bells)


def climb_due(session: Session, runtime: Runtime) -> int:
    """Climb every rung that is due, inside the caller's transaction and by SMS only."""
    return len(_climb_all(session, runtime))


def _climb_all(session: Session, runtime: Runtime) -> list[_Bell]:
    due = escalations.due(session, now=runtime.now())
    known = [each for each in due if _has_clinic(session, runtime, each)]
    return [_climb(session, runtime, each) for each in known]


def _has_clinic(session: Session, runtime: Runtime, escalation: Escalation) -> bool:
    """Without its clinic nobody is known to be told: it stays in the inbox, and in the log."""
    if runtime.settings.knows_clinic(escalation.clinic):
        return True
    escalations.climb(session, escalation, next_at=None)
    log.error("nobody to tell: the clinic is not in the settings", escalation=escalation.number)
    return False


def _climb(session: Session, runtime: Runtime, escalation: Escalation) -> _Bell:
    """Tell one rung. The ladder is that of the moment it was raised: no change of shift on the
    way may leave anybody out."""
    clinic = runtime.settings.clinic_by_key(escalation.clinic)
    step = rung(escalation.rung, _members(clinic), zone=clinic.time_zone, now=escalation.raised_at)
    told = [_page(session, runtime, escalation, member, step) for member in step.members]
    if step.tell_patient:
        told.append(_send_to_telephone(session, runtime, escalation))
    next_at = None if step.is_last else runtime.now() + deadline(runtime, escalation.level)
    escalations.climb(session, escalation, next_at=next_at)
    write_lines(session, told, now=runtime.now(), mint=runtime.mint)
    log.info("climbed", escalation=escalation.number, rung=escalation.rung, told=len(step.members))
    level = escalation.level.value.upper()
    words = _staff_words(runtime, clinic, escalation, _key(step, escalation, clinic))
    return _Bell(f"{clinic.name}: {level} {escalation.number}", words)


def _members(clinic: Clinic) -> list[Member]:
    return [Member(each.name, each.phone, each.hours) for each in clinic.on_call]


def _key(step: Rung, escalation: Escalation, clinic: Clinic) -> str:
    """One person is asked; the second time, a clinic's only person is reminded as all are."""
    is_first = escalation.rung == 0 or len(clinic.on_call) > 1
    return "page" if is_first and len(step.members) == 1 else "page_all"


def deadline(runtime: Runtime, level: Level) -> timedelta:
    """How long a rung waits to be taken: the settings may shorten it, and never lengthen it."""
    section = runtime.settings.escalation
    minutes = {Level.EMERGENCY: section.emergency_minutes, Level.URGENT: section.urgent_minutes}
    return min(DEADLINES[level], timedelta(minutes=minutes[level]))


def _page(
    session: Session, runtime: Runtime, escalation: Escalation, member: Member, step: Rung
) -> Line:
    now, clinic = runtime.now(), runtime.settings.clinic_by_key(escalation.clinic)
    row_id, key = runtime.mint(now), _key(step, escalation, clinic)
    text = _staff_words(runtime, clinic, escalation, key)
    write_answer(
        session,
        row_id=row_id,
        clinic=clinic.key,
        phone=member.phone,
        kind=AnswerKind.PAGE,
        words=key,
        text=text,
        segments=count(text).segments,
        now=now,
        useful_for=PAGE_USEFUL,
        about=escalation.id,
        language=_staff_language(runtime, clinic),
    )
    words = f"{_name(escalation)}: a person on call is told, step {escalation.rung + 1}"
    return Line("paged", words, message=row_id, patient=escalation.patient)


def _name(escalation: Escalation) -> str:
    return f"{escalation.level.value} {escalation.number}"


def _staff_language(runtime: Runtime, clinic: Clinic) -> str:
    return runtime.templates.language_for(clinic.languages[0], offered=clinic.languages)


def _staff_words(runtime: Runtime, clinic: Clinic, escalation: Escalation, key: str) -> str:
    return runtime.templates.render(
        language=_staff_language(runtime, clinic),
        protocol="replies",
        text=key,
        values={
            "clinic": clinic.name,
            "level": escalation.level.value,
            "number": str(escalation.number),
        },
    )


def _send_to_telephone(session: Session, runtime: Runtime, escalation: Escalation) -> Line:
    """The last rung: the patient is told to call. After STOP only the desk's telephone is left."""
    if ledger.stopped_numbers(session, [escalation.phone]):
        words = f"{_name(escalation)}: nobody took it, and the number has sent STOP: telephone"
        return Line("unanswered", words, patient=escalation.patient)
    now, clinic = runtime.now(), runtime.settings.clinic_by_key(escalation.clinic)
    row_id = runtime.mint(now)
    language, text = _patient_words(session, runtime, escalation, clinic)
    write_answer(
        session,
        row_id=row_id,
        clinic=clinic.key,
        phone=escalation.phone,
        kind=AnswerKind.ANSWER,
        words="nobody_yet",
        text=text,
        segments=count(text).segments,
        now=now,
        useful_for=PAGE_USEFUL,
        patient=escalation.patient,
        language=language,
    )
    words = f"{_name(escalation)}: nobody took it, the patient is told to call the clinic"
    return Line("unanswered", words, message=row_id, patient=escalation.patient)


def _patient_words(
    session: Session, runtime: Runtime, escalation: Escalation, clinic: Clinic
) -> tuple[str, str]:
    """Return the language and the last rung's words to the patient."""
    people = thread.sharers(session, escalation.phone)
    writer = [each for each in people if each.id == escalation.patient]
    spoken = next((each.language for each in (*writer, *people)), clinic.languages[0])
    language = runtime.templates.language_for(spoken, offered=clinic.languages)
    text = runtime.templates.render(
        language=language,
        protocol="replies",
        text="nobody_yet",
        values={
            "clinic": clinic.name,
            "first_name": texting_name(writer[0].first_name) if writer else "",
            "clinic_phone": clinic.phone,
            "emergency_number": clinic.emergency_number,
        },
    )
    return language, text


def take(session: Session, runtime: Runtime, number: int, *, by: str) -> bool:
    """Record that somebody looks after it. False when it was not raised any more."""
    now = runtime.now()
    if not escalations.take(session, number, by=by, now=now):
        return False
    _note(session, runtime, "taken", number, "somebody looks after it")
    return True


def close(session: Session, runtime: Runtime, number: int, *, note: str) -> bool:
    """Record how it ended, and let the patient's texts go on. False when it was closed before."""
    now, found = runtime.now(), escalations.find(session, number)
    if found is None or not escalations.close(session, number, note=note, now=now):
        return False
    inbox.close_texts_of(session, found, note=note, now=now)
    if not escalations.is_open_for(session, found.phone):
        holds.release_hold(session, found.phone)
    _note(session, runtime, "closed", number, "it is closed, and planned texts go on")
    return True


def _note(session: Session, runtime: Runtime, event: str, number: int, words: str) -> None:
    found = escalations.find(session, number)
    if found is not None:
        line = Line(event, f"{_name(found)}: {words}", patient=found.patient)
        write_lines(session, [line], now=runtime.now(), mint=runtime.mint)
