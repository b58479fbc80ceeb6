"""`tick`: one full pass of all that the worker does. `resume`: sending goes on after an alarm."""

from __future__ import annotations

import asyncio
from collections import Counter

from reminders.cli.hands import app, hands, log_to_stderr
from reminders.cli.options import NowOption, SettingsOption
from reminders.rounds import full_round, on_shift
from reminders.runtime import Runtime
from reminders.store import alarms


@app.command()
def tick(now: NowOption = None, settings: SettingsOption = None) -> None:
    """Do one full pass of all that the worker does, then exit: for cron, and for trying."""
    log_to_stderr(level="warning")
    with hands(settings, now) as runtime:
        tally, alarm = asyncio.run(_tick(runtime))
    print(_sentence(tally))
    if alarm:
        print(f"All sending has stopped: {alarm}. `reminders check` says more.")


async def _tick(runtime: Runtime) -> tuple[Counter[str], str]:
    with on_shift(runtime) as shift:
        try:
            tally = await full_round(runtime, shift)
        finally:
            await runtime.gateway.close()
    with runtime.database.read() as session:
        alarm = alarms.open_alarm(session)
    return tally, f"code {alarm.code}, {alarm.words}" if alarm else ""


def _sentence(tally: Counter[str]) -> str:
    """Say what became of the texts that were due."""
    if not tally:
        return "Nothing was due."
    return ", ".join(f"{count} {state}" for state, count in sorted(tally.items())) + "."


@app.command()
def resume(now: NowOption = None, settings: SettingsOption = None) -> None:
    """Let sending go on after the account's trouble has been mended."""
    with hands(settings, now) as runtime, runtime.database.write() as session:
        cleared = alarms.clear_alarm(session, now=runtime.now())
    print("Sending goes on." if cleared else "No alarm was open.")
