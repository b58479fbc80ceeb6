"""Claims what is due, looks once more at consent and hours, speaks to the gateway, settles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import structlog

from reminders.care.message import State
from reminders.gateways.gateway import (
    Accepted,
    GatewayError,
    NoAnswer,
    Outgoing,
    Refused,
    Scope,
    Unreachable,
)
from reminders.runtime import Runtime
from reminders.sending.settling import settle
from reminders.sending.writing import Written, claim_and_look
from reminders.store import alarms, outbox
from reminders.store.commits import Commits
from reminders.store.database import Session
from reminders.store.mint import to_public

log = structlog.get_logger()
T = TypeVar("T")

PROBE_AFTER = timedelta(minutes=15)
LONGEST_REST = 30.0
"""Seconds; how long we leave an unreachable gateway alone."""

LONGEST_NAP = 0.2
"""Seconds; how long a text that waits for its turn may overlook that we stop."""


@dataclass(slots=True)
class Shift:
    """One worker's turn at the outbox: what it remembers between passes.

    `alone` means that no other worker can be alive on this database. `stopping` lets what is in
    flight finish and claims nothing more.
    """

    commits: Commits
    alone: bool
    stopping: bool = False
    resting_until: float = 0.0
    failures: int = 0
    probe_went_through: bool = False
    tally: Counter[str] = field(default_factory=Counter)
    next_free: dict[str, float] = field(default_factory=dict)

    async def commit(self, write: Callable[[Session], T]) -> T:
        """Run a write in the shared queue; it is on disk when this returns."""
        return await asyncio.wrap_future(self.commits.submit(write))


async def send_due(runtime: Runtime, shift: Shift) -> None:
    """Send everything that is due now, then return; counts go to `shift.tally`."""
    if runtime.clock.monotonic() < shift.resting_until:
        return
    await shift.commit(lambda s: _prepare(s, runtime, shift))
    under_way: set[asyncio.Task[None]] = set()
    try:
        await _send(runtime, shift, under_way)
    finally:
        outcomes = await asyncio.gather(*under_way, return_exceptions=True)
    for fault in (o for o in outcomes if isinstance(o, BaseException)):
        raise fault


async def _send(runtime: Runtime, shift: Shift, under_way: set[asyncio.Task[None]]) -> None:
    limit = await shift.commit(lambda s: _allowance(s, runtime))
    gate = asyncio.Semaphore(runtime.settings.worker.in_flight)
    claimed = limit
    while limit and claimed and not _pausing(runtime, shift):
        ready, claimed = await shift.commit(
            partial(claim_and_look, runtime=runtime, limit=limit, tally=shift.tally)
        )
        for written in ready:
            await gate.acquire()
            if _pausing(runtime, shift):
                gate.release()
                await _put_back(shift, written)
                continue
            _launch(_carry(runtime, shift, written, gate), under_way)
        if limit == 1:
            await asyncio.gather(*under_way)
            limit = await shift.commit(lambda s: _after_probe(s, runtime, shift))


def _launch(work: Coroutine[Any, Any, None], under_way: set[asyncio.Task[None]]) -> None:
    """Start a task; one that ends well is forgotten, a fault is kept until the pass ends."""
    task = asyncio.create_task(work)
    under_way.add(task)
    task.add_done_callback(partial(_forget, under_way))


def _forget(under_way: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is None:
        under_way.discard(task)


async def _put_back(shift: Shift, written: Written) -> None:
    await shift.commit(lambda s: outbox.put_back(s, written.letter.id))


def _pausing(runtime: Runtime, shift: Shift) -> bool:
    return shift.stopping or runtime.clock.monotonic() < shift.resting_until


def _prepare(session: Session, runtime: Runtime, shift: Shift) -> None:
    """Rescue what dead workers left, and let go or expire what was held."""
    now = runtime.now()
    back, doubt = outbox.rescue(session, worker=runtime.worker, now=now, alone=shift.alone)
    if back or doubt:
        log.warning("rescued", planned_again=back, uncertain=doubt)
    gateway = runtime.settings.gateway
    outbox.expire_held(session, now=now)
    free = gateway.live or gateway.kind == "pretend"
    outbox.release_trial(session, guests=None if free else gateway.guests)


def _allowance(session: Session, runtime: Runtime) -> int:
    """How many texts to claim at once: none under an account alarm, one to probe after a while."""
    alarm = alarms.open_alarm(session)
    if alarm is None:
        return max(100, 2 * runtime.settings.worker.in_flight)
    return 1 if runtime.now() - alarm.seen_at >= PROBE_AFTER else 0


def _after_probe(session: Session, runtime: Runtime, shift: Shift) -> int:
    """One text went through although an alarm was open: the account works again."""
    if shift.probe_went_through:
        alarms.clear_alarm(session, now=runtime.now())
    return _allowance(session, runtime)


async def _carry(runtime: Runtime, shift: Shift, written: Written, gate: asyncio.Semaphore) -> None:
    letter = written.letter
    try:
        if not await _may_go(runtime, shift, written):
            await _put_back(shift, written)
            return
        started = await shift.commit(
            lambda s: outbox.start(
                s, letter.id, written.start, worker=runtime.worker, now=runtime.now()
            )
        )
        if not started:
            shift.tally["withdrawn"] += 1
            return
        outcome = await _speak(runtime, written)
    finally:
        gate.release()
    _rest(runtime, shift, outcome)
    state = await shift.commit(lambda s: settle(s, runtime, letter, outcome))
    shift.tally[state] += 1
    shift.probe_went_through = state == State.SENT
    log.info("settled", message=to_public(letter.id), state=state, code=_code(outcome))


async def _speak(runtime: Runtime, written: Written) -> Accepted | GatewayError:
    letter = written.letter
    clinic, gateway = runtime.settings.clinic_by_key(letter.clinic), runtime.gateway
    outgoing = Outgoing(
        message_id=to_public(letter.id),
        attempt=letter.attempts + 1,
        to=letter.phone,
        sender=clinic.sender,
        body=written.start.text,
        useful_for=written.good_until - runtime.now(),
    )
    try:
        return await gateway.send(outgoing)
    except GatewayError as error:
        return error
    except Exception as error:
        # Whatever this is, the text may have left: nobody may send it again blindly.
        log.error("gateway broke its promise", message=outgoing.message_id, fault=_fault(error))
        return NoAnswer("the gateway failed in a way we do not know")


def _fault(error: Exception) -> str:
    return type(error).__name__


def _code(outcome: Accepted | GatewayError) -> int | None:
    return outcome.code if isinstance(outcome, Refused) else None


def _rest(runtime: Runtime, shift: Shift, outcome: Accepted | GatewayError) -> None:
    """Leave a gateway alone that cannot be reached, asks for patience, or refuses the account."""
    match outcome:
        case Unreachable():
            pause = 2.0**shift.failures
        case Refused(permanent=False, scope=Scope.ACCOUNT):
            pause = 1.0
        case Refused(permanent=False, retry_after=wait):
            pause = wait.total_seconds() if wait else 2.0**shift.failures
        case _:
            shift.failures = 0
            return
    now = runtime.clock.monotonic()
    if now >= shift.resting_until:  # many texts in flight fail together: that is one failure
        shift.failures = min(shift.failures + 1, 5)
    shift.resting_until = max(shift.resting_until, now + min(pause, LONGEST_REST))


async def _may_go(runtime: Runtime, shift: Shift, written: Written) -> bool:
    """Wait for the sender's turn; False when meanwhile we stop or the texting hours end."""
    loop = asyncio.get_running_loop()
    free = _turn(runtime, shift, written, loop.time())
    while (wait := free - loop.time()) > 0 and not _pausing(runtime, shift):
        await asyncio.sleep(min(wait, LONGEST_NAP))
    return not _pausing(runtime, shift) and runtime.now() < written.good_until


def _turn(runtime: Runtime, shift: Shift, written: Written, now: float) -> float:
    """When this text may go by its sender's segments per second, where the clinic set a limit."""
    clinic = runtime.settings.clinic_by_key(written.letter.clinic)
    if not clinic.segments_per_second:
        return now
    free = max(now, shift.next_free.get(clinic.sender, now))
    shift.next_free[clinic.sender] = free + written.start.segments / clinic.segments_per_second
    return free
