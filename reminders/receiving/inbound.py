"""One text from a patient, in one transaction: written down once, understood, acted upon."""

from __future__ import annotations

from datetime import datetime

import structlog

from reminders.care.effect import AskAPerson, Task
from reminders.care.hours import is_civil, local_day
from reminders.care.plan import earliest_retreatment
from reminders.care.protocol import Kind
from reminders.care.reply import Circumstances, answer, is_keyword
from reminders.care.triage import Intent, understand
from reminders.receiving.effects import Occasion, apply
from reminders.receiving.taking import taken_by_text
from reminders.receiving.telephone import Caller, caller_of
from reminders.runtime import Runtime
from reminders.store import thread
from reminders.store.database import Session
from reminders.store.mint import to_public
from reminders.store.plans import treatments_of
from reminders.store.thread import InboundText

log = structlog.get_logger()

REPEATED = "repeated"
TAKEN = "taken"


def receive(session: Session, runtime: Runtime, text: InboundText) -> str:
    """Take one text in; returns its intent, or REPEATED when it has come before.

    TAKEN when it is no patient's: somebody on call has answered a page.

    Everything that follows is in the caller's transaction: the ledger, the cancellations, the
    escalation and the answer, which is a row of the outbox.
    """
    now = runtime.now()
    row_id = runtime.mint(now)
    if not thread.record_once(session, text, row_id=row_id):
        return REPEATED
    if taken_by_text(session, runtime, text.sender, text.words):
        return TAKEN
    caller = caller_of(session, runtime, text, now=now)
    try:
        with session.begin_nested():
            return _act(session, runtime, Occasion(caller, row_id, now), text)
    except Exception as error:
        # A mistake of ours must not lose a patient's words: a person reads them instead.
        thread.unread(session, row_id, clinic=caller.clinic.key, task=Task.UNCLEAR.value)
        log.error("text not understood", inbound=to_public(row_id), fault=type(error).__name__)
        return Intent.UNCLEAR.value


def _act(session: Session, runtime: Runtime, occasion: Occasion, text: InboundText) -> str:
    caller = occasion.caller
    verdict = understand(text.words, context=caller.context, lexicon=runtime.lexicon)
    effects = answer(
        verdict.intent,
        verdict.also,
        circumstances=_circumstances(session, runtime, caller, text, occasion.now),
    )
    task = next((e.task.value for e in effects if isinstance(e, AskAPerson)), None)
    thread.understood(
        session,
        occasion.inbound,
        verdict,
        clinic=caller.clinic.key,
        patient=caller.patient.id if caller.patient else None,
        asked_by=caller.question.message if caller.question else None,
        context=caller.context,
        task=task,
    )
    for effect in effects:
        apply(session, runtime, effect, occasion)
    inbound, intent = to_public(occasion.inbound), verdict.intent.value
    log.info("received", inbound=inbound, intent=intent, rule=verdict.rule)
    return intent


def _circumstances(
    session: Session, runtime: Runtime, caller: Caller, text: InboundText, now: datetime
) -> Circumstances:
    clinic = caller.clinic
    answers_itself = clinic.sender_kind != "short_code"
    return Circumstances(
        situation=caller.situation,
        twilio_answers=answers_itself and bool(text.opt_out or is_keyword(text.words)),
        effect_may_come=_effect_may_come(runtime, caller),
        floor_ahead=_floor_ahead(session, runtime, caller, now),
        staffed=is_civil(
            now, window=clinic.staffed, zones=(clinic.time_zone,), closed_days=frozenset()
        ),
    )


def _effect_may_come(runtime: Runtime, caller: Caller) -> bool:
    """True while the protocol asks about the onset once more, later than the text they answer."""
    asked = caller.question
    protocol = runtime.templates.protocols.get(asked.protocol) if asked else None
    if asked is None or protocol is None:
        return False
    onsets = [step.key for step in protocol.steps if step.kind is Kind.ONSET]
    return asked.step in onsets and asked.step != onsets[-1]


def _floor_ahead(session: Session, runtime: Runtime, caller: Caller, now: datetime) -> bool:
    if caller.patient is None:
        return False
    history = [treatment for treatment, _ in treatments_of(session, [caller.patient.id])]
    today = local_day(now, zone=caller.clinic.time_zone)
    return any(
        earliest_retreatment(t, history, protocols=runtime.templates.protocols) > today
        for t in history[-1:]
    )
