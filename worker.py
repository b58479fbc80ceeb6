"""The timetable: which gerund runs how often. The only file that knows APScheduler."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from reminders import escalating, planning, rounds
from reminders.cli.hands import CannotRun, hands, log_to_stderr
from reminders.receiving import polling
from reminders.runtime import Runtime
from reminders.sending import Shift, send_due
from reminders.web.listening import PortTaken, open_doors, wants_webhooks

log = structlog.get_logger()

ASK = {"poll": 15.0, "webhook": 3600.0}
"""Seconds between two looks at the gateway's list: the only way in, or a mend for what was lost."""

DAY = 86_400.0

FINISH_WITHIN = 45.0
"""Seconds that texts in flight get to finish after SIGTERM; longer than any gateway time-out."""


def main() -> int:
    """Run until SIGTERM or SIGINT; 0 after an orderly end, 2 when it cannot start."""
    parser = argparse.ArgumentParser(description="The worker: texts leave when they fall due.")
    parser.add_argument("--settings", type=Path, help="else REMINDERS_SETTINGS, settings.toml")
    arguments = parser.parse_args()
    log_to_stderr(level="info")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a pass may outlast a tick
    try:
        with (
            hands(arguments.settings, None) as runtime,
            rounds.on_shift(runtime) as shift,
            open_doors(runtime, webhooks=wants_webhooks(runtime.settings), commits=shift.commits),
        ):
            asyncio.run(_work(runtime, shift))
    except (CannotRun, PortTaken) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def _work(runtime: Runtime, shift: Shift) -> None:
    started_at = runtime.now()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, _stop, shift, stop)
    scheduler = _timetable(runtime, shift, started_at)
    scheduler.start()
    clockwatch = asyncio.create_task(_heed_clock_steps(runtime, scheduler))
    log.info("worker started", worker=runtime.worker)
    await stop.wait()
    clockwatch.cancel()
    scheduler.pause()
    await _finish()
    scheduler.shutdown(wait=False)  # not before: it cancels what is in flight
    await runtime.gateway.close()
    log.info("worker stopped", worker=runtime.worker, settled=dict(shift.tally))


def _timetable(runtime: Runtime, shift: Shift, started_at: datetime) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    turn, caught_up = asyncio.Lock(), asyncio.Event()

    def every(seconds: float, work: Callable[[], Any]) -> None:
        async def ticking() -> None:
            await _guarded(work)

        scheduler.add_job(ticking, "interval", seconds=seconds, next_run_time=runtime.now())

    async def catching_up() -> None:
        try:
            await polling.catch_up(runtime, shift.commits)
        finally:
            caught_up.set()

    async def sending() -> None:
        await caught_up.wait()  # a STOP that came while nobody listened must win
        async with turn:
            await send_due(runtime, shift)

    def desk_work() -> None:
        rounds.take_in(runtime, stopping=lambda: shift.stopping)
        planning.replan_after_edits(runtime)
        planning.close_plans(runtime, now=runtime.now())

    every(ASK[runtime.settings.gateway.receive], catching_up)
    every(DAY, lambda: polling.ask_after(runtime, shift.commits, stopping=lambda: shift.stopping))
    every(1.0, lambda: asyncio.to_thread(escalating.climb, runtime))
    every(runtime.settings.worker.tick, sending)
    every(5.0, lambda: asyncio.to_thread(desk_work))
    every(5.0, lambda: asyncio.to_thread(rounds.heartbeat, runtime, started_at=started_at))
    return scheduler


async def _guarded(work: Callable[[], Any]) -> None:
    """One failing tick is said aloud and does not end the worker; the next one tries again."""
    try:
        await work()
    except rounds.Interrupted:
        log.info("import interrupted")
    except Exception as error:
        log.error("tick failed", fault=type(error).__name__)


async def _heed_clock_steps(runtime: Runtime, scheduler: AsyncIOScheduler) -> None:
    """When the clock is set back, do not let the ticks wait until it has caught up."""
    while True:
        for tick in scheduler.get_jobs():
            if tick.next_run_time - runtime.now() > 2 * tick.trigger.interval:
                log.warning("the clock was set back")
                tick.modify(next_run_time=runtime.now())
        await asyncio.sleep(1.0)


def _stop(shift: Shift, stop: asyncio.Event) -> None:
    shift.stopping = True
    stop.set()


async def _finish() -> None:
    """Let what is in flight finish within its bound; what does not is found again as uncertain."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=FINISH_WITHIN)


if __name__ == "__main__":
    sys.exit(main())
