"""Claims what is due, looks once more at consent and hours, speaks to the gateway, settles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import structlog

from reminders.care.message import State
from reminders.gateways.gateway import Accepted, GatewayError, NoAnswer, Outgoing, Refused
from reminders.runtime import Runtime
from reminders.sending.pace import Pace
from reminders.sending.settling import settle
from reminders.sending.writing import Written, claim_and_look
from reminders.store import alarms, holds, outbox
from reminders.store.commits import Commits
from reminders.store.database import Session
from reminders.store.mint import to_public

log = structlog.get_logger()
T = TypeVar("T")

PROBE_AFTER = timedelta(minutes=15)
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
    probe_went_through: bool = False
    pace: Pace = field(default_factory=Pace)
    tally: Counter[str] = field(default_factory=Counter)

    async def commit(self, write: Callable[[Session], T]) -> T:
        """Run a write in the shared queue; it is on disk when this returns."""
        return await asyncio.wrap_future(self.commits.submit(write))


@dataclass(slots=True)
class _Hands:
    """The texts that one pass has in hand: `room` bounds them all, `gate` those in flight."""

    room: asyncio.Semaphore
    gate: asyncio.Semaphore
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def take(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task; one that ends well is forgotten, a fault is kept until the pass ends."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._let_go)

    def _let_go(self, task: asyncio.Task[None]) -> None:
        self.room.release()
        if not task.cancelled() and task.exception() is None:
            self.tasks.discard(task)


async def send_due(runtime: Runtime, shift: Shift) -> None:
    """Send everything that is due now, then return; counts go to `shift.tally`."""
    shift.pace.halted = False
    if _pausing(runtime, shift):
        return
    await shift.commit(lambda s: _prepare(s, runtime, shift))
    in_flight = runtime.settings.worker.in_flight
    hands = _Hands(asyncio.Semaphore(_most(runtime)), asyncio.Semaphore(in_flight))
    try:
        await _send(runtime, shift, hands)
    finally:
        outcomes = await asyncio.gather(*hands.tasks, return_exceptions=True)
    for fault in (o for o in outcomes if isinstance(o, BaseException)):
        raise fault


async def _send(runtime: Runtime, shift: Shift, hands: _Hands) -> None:
    limit = await shift.commit(lambda s: _allowance(s, runtime))
    loop = asyncio.get_running_loop()
    while limit and not _pausing(runtime, shift):
        shift.probe_went_through = False
        booked_up = shift.pace.booked_up(runtime.settings.clinics, loop.time())
        claim = partial(
            claim_and_look, runtime=runtime, limit=limit, tally=shift.tally, passing_by=booked_up
        )
        ready, claimed = await shift.commit(claim)
        await _take_all(runtime, shift, hands, ready)
        if limit == 1:
            await asyncio.gather(*hands.tasks)
            limit = await shift.commit(lambda s: _after_probe(s, runtime, shift))
        if not claimed:
            if not booked_up:
                return
            await asyncio.sleep(LONGEST_NAP)


async def _take_all(
    runtime: Runtime, shift: Shift, hands: _Hands, ready: Sequence[Written]
) -> None:
    """Take in hand what may go; what has no turn soon, or comes when we pause, is put back."""
    loop = asyncio.get_running_loop()
    back: list[int] = []
    for written in ready:
        await hands.room.acquire()
        clinic = runtime.settings.clinic_by_key(written.letter.clinic)
        at = None
        if not _pausing(runtime, shift):
            at = shift.pace.turn(clinic, written.start.segments, loop.time())
        if at is None:
            hands.room.release()
            back.append(written.letter.id)
        else:
            hands.take(_carry(runtime, shift, written, at=at, gate=hands.gate))
    if back:
        await shift.commit(lambda s: outbox.put_back(s, back))


def _pausing(runtime: Runtime, shift: Shift) -> bool:
    resting = runtime.clock.monotonic() < shift.pace.resting_until
    return shift.stopping or shift.pace.halted or resting


def _prepare(session: Session, runtime: Runtime, shift: Shift) -> None:
    """Rescue what dead workers left, and let go or expire what was held."""
    now = runtime.now()
    back, doubt = outbox.rescue(session, worker=runtime.worker, now=now, alone=shift.alone)
    if back or doubt:
        log.warning("rescued", planned_again=back, uncertain=doubt)
    gateway = runtime.settings.gateway
    holds.expire_held(session, now=now)
    free = gateway.live or gateway.kind == "pretend"
    holds.release_trial(session, guests=None if free else gateway.guests)


def _most(runtime: Runtime) -> int:
    return max(100, 2 * runtime.settings.worker.in_flight)


def _allowance(session: Session, runtime: Runtime) -> int:
    """How many texts to claim at once: none under an account alarm, one to probe after a while."""
    alarm = alarms.open_alarm(session)
    if alarm is None:
        return _most(runtime)
    return 1 if runtime.now() - alarm.seen_at >= PROBE_AFTER else 0


def _after_probe(session: Session, runtime: Runtime, shift: Shift) -> int:
    """One text went through although an alarm was open: the account works again."""
    if shift.probe_went_through:
        alarms.clear_alarm(session, now=runtime.now())
    return _allowance(session, runtime)


async def _carry(
    runtime: Runtime, shift: Shift, written: Written, *, at: float, gate: asyncio.Semaphore
) -> None:
    letter = written.letter
    await _wait_for_turn(runtime, shift, at)
    async with gate:
        if _pausing(runtime, shift) or runtime.now() >= written.good_until:
            await shift.commit(lambda s: outbox.put_back(s, [letter.id]))
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
        shift.pace.hear(outcome, runtime.clock.monotonic())
    state = await shift.commit(lambda s: settle(s, runtime, letter, outcome))
    shift.tally[state] += 1
    shift.probe_went_through = state == State.SENT
    log.info("settled", message=to_public(letter.id), state=state, code=_code(outcome))


async def _wait_for_turn(runtime: Runtime, shift: Shift, at: float) -> None:
    loop = asyncio.get_running_loop()
    while (wait := at - loop.time()) > 0 and not _pausing(runtime, shift):
        await asyncio.sleep(min(wait, LONGEST_NAP))


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
