"""What the gateway's answer means: for the text, for the number, for the account."""

from __future__ import annotations

from datetime import datetime, timedelta

from reminders.care.message import State
from reminders.gateways.gateway import Accepted, GatewayError, NoAnswer, Refused, Scope, Unreachable
from reminders.runtime import Runtime
from reminders.store import alarms, ledger, outbox
from reminders.store.answers import Answer
from reminders.store.database import Session
from reminders.store.journal import Line, write_lines
from reminders.store.letters import Letter

LONGEST_WAIT = timedelta(minutes=5)
UNREACHABLE_WAIT = timedelta(seconds=30)


def settle(
    session: Session, runtime: Runtime, letter: Letter | Answer, outcome: Accepted | GatewayError
) -> str:
    """Write what became of a text that was spoken. Returns its state."""
    now = runtime.now()
    match outcome:
        case Accepted(sid=sid):
            outbox.accepted(session, letter.id, sid=sid, now=now)
            return State.SENT
        case Unreachable():
            wait = _wait(runtime, letter, UNREACHABLE_WAIT)
            return _again(session, letter, now + wait, "the gateway could not be reached", None)
        case Refused(permanent=False):
            return _refused_for_now(session, runtime, letter, outcome)
        case Refused():
            return _refused(session, runtime, letter, outcome)
        case NoAnswer():
            reason = "the gateway did not answer: it may have been sent"
            outbox.lost(session, letter.id, reason=reason)
            write_lines(session, [Line("lost", reason, letter.id)], now=now, mint=runtime.mint)
            return State.UNCERTAIN
    raise TypeError(f"a gateway cannot answer {type(outcome).__name__}")


def _again(
    session: Session, letter: Letter | Answer, at: datetime, reason: str, code: int | None
) -> str:
    outbox.not_sent(session, letter.id, code=code, reason=reason, wake_at=at)
    return State.PLANNED


def _refused_for_now(
    session: Session, runtime: Runtime, letter: Letter | Answer, refusal: Refused
) -> str:
    now = runtime.now()
    reason = f"{refusal.reason} (code {refusal.code})"
    if refusal.scope is Scope.ACCOUNT:
        alarms.raise_alarm(
            session, code=refusal.code, words=refusal.reason, now=now, row_id=runtime.mint(now)
        )
        return _again(session, letter, now, f"waits for the account: {reason}", refusal.code)
    wait = max(refusal.retry_after or timedelta(0), _wait(runtime, letter, LONGEST_WAIT))
    return _again(session, letter, now + wait, reason, refusal.code)


def _refused(session: Session, runtime: Runtime, letter: Letter | Answer, refusal: Refused) -> str:
    now = runtime.now()
    reason = f"{refusal.reason} (code {refusal.code})"
    outbox.refused(session, letter.id, code=refusal.code, reason=reason, now=now)
    lines = [Line("refused", reason, letter.id)]
    if refusal.opted_out:
        lines.append(_stopped(session, runtime, letter, now))
    elif refusal.scope is Scope.NUMBER:
        lines.append(_bad_number(session, runtime, letter, reason))
    write_lines(session, lines, now=now, mint=runtime.mint)
    return State.FAILED


def _stopped(session: Session, runtime: Runtime, letter: Letter | Answer, now: datetime) -> Line:
    """The gateway knows of a STOP that never reached us: it counts all the same."""
    ledger.write_stop(
        session,
        letter.phone,
        at=now,
        source="the gateway refused a text because the number had sent STOP",
        origin=str(letter.id),
        mint=runtime.mint,
    )
    count = outbox.withdraw_all(session, letter.phone, reason="the number sent STOP")
    words = f"the number sent STOP: {count} planned texts cancelled"
    return Line("stopped", words, patient=letter.patient)


def _bad_number(session: Session, runtime: Runtime, letter: Letter | Answer, reason: str) -> Line:
    now = runtime.now()
    trouble = f"the number cannot be texted: {reason}"
    ledger.quarantine(session, letter.phone, trouble=trouble, now=now)
    count = outbox.withdraw_all(session, letter.phone, reason=trouble)
    alarms.open_task(
        session,
        id=runtime.mint(now),
        clinic=letter.clinic,
        kind="bad_number",
        patient=letter.patient,
        message=letter.id,
        words=f"Ask the patient for a number that takes texts: {reason}",
        opened_at=now,
    )
    words = f"the number was put in quarantine: {count} planned texts cancelled"
    return Line("quarantined", words, patient=letter.patient)


def _wait(runtime: Runtime, letter: Letter | Answer, longest: timedelta) -> timedelta:
    """Twice as long each time, with jitter, so that many texts do not come back at once."""
    wait = min(longest, timedelta(seconds=2.0 ** min(letter.attempts + 1, 10)))
    return wait * runtime.dice.uniform(0.75, 1.25)
