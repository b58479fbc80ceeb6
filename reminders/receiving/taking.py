"""Somebody on call answers a page: "TAKE 17", read before any patient is thought of."""

from __future__ import annotations

from datetime import timedelta

import structlog

from reminders.care.escalation import EscalationState, read_take, spoken_name
from reminders.care.segments import count
from reminders.runtime import Runtime
from reminders.settings import Clinic, OnCall
from reminders.store import escalations
from reminders.store.answers import AnswerKind, write_answer
from reminders.store.database import Session
from reminders.store.escalations import Escalation
from reminders.store.journal import Line, write_lines

log = structlog.get_logger()

CONFIRMATION_USEFUL = timedelta(hours=1)


def taken_by_text(session: Session, runtime: Runtime, phone: str, words: str) -> bool:
    """Let a member of a clinic's on-call list take an escalation; False when this is no such text.

    Only the clinic's own list counts. A number that is not open gets the open ones of the
    member's clinics again, so that a slip of the thumb leaves nobody unattended.
    """
    number = read_take(words)
    duties = _duties(runtime, phone)
    if number is None or not duties:
        return False
    found = escalations.find(session, number)
    if found is not None and found.clinic in duties:
        _take(session, runtime, found, duties[found.clinic])
        return True
    raised = [
        each
        for each in escalations.open_ones(session)
        if each.clinic in duties and each.state == EscalationState.RAISED
    ]
    for each in raised:
        _tell(session, runtime, each, phone, key="page")
    return bool(raised)


def _duties(runtime: Runtime, phone: str) -> dict[str, OnCall]:
    """The clinics at which this telephone is on the list, with the person's name there."""
    return {
        clinic.key: member
        for clinic in runtime.settings.clinics
        for member in clinic.on_call
        if member.phone == phone
    }


def _take(session: Session, runtime: Runtime, escalation: Escalation, member: OnCall) -> None:
    now, who = runtime.now(), spoken_name(member.name)
    if escalations.take(session, escalation.number, by=member.name, now=now):
        line = f"{escalation.level.value} {escalation.number}: a person on call has taken it"
        lines = [Line("taken", line, patient=escalation.patient)]
        write_lines(session, lines, now=now, mint=runtime.mint)
        log.info("taken", escalation=escalation.number)
        _tell(session, runtime, escalation, member.phone, key="taken", who=who)
        return
    taker = escalation.taken_by or runtime.settings.clinic_by_key(escalation.clinic).name
    key = "taken" if taker == member.name else "taken_already"
    first = taker if escalation.taken_by is None else spoken_name(taker)
    _tell(session, runtime, escalation, member.phone, key=key, who=first)


def _tell(
    session: Session,
    runtime: Runtime,
    escalation: Escalation,
    phone: str,
    *,
    key: str,
    who: str = "",
) -> None:
    now, clinic = runtime.now(), runtime.settings.clinic_by_key(escalation.clinic)
    language = runtime.templates.language_for(clinic.languages[0], offered=clinic.languages)
    text = _words(runtime, escalation, clinic, language=language, key=key, who=who)
    write_answer(
        session,
        row_id=runtime.mint(now),
        clinic=clinic.key,
        phone=phone,
        kind=AnswerKind.PAGE,
        words=key,
        text=text,
        segments=count(text).segments,
        now=now,
        useful_for=CONFIRMATION_USEFUL,
        language=language,
    )


def _words(
    runtime: Runtime,
    escalation: Escalation,
    clinic: Clinic,
    *,
    language: str,
    key: str,
    who: str,
) -> str:
    return runtime.templates.render(
        language=language,
        protocol="replies",
        text=key,
        values={
            "clinic": clinic.name,
            "level": escalation.level.value,
            "number": str(escalation.number),
            "who": who,
        },
    )
