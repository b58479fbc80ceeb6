"""`drill`: a made-up emergency on the clinic's own ladder, with the time to each step."""

from __future__ import annotations

from datetime import timedelta

import typer

from reminders.cli.charts import AnyClinicOption
from reminders.cli.hands import (
    app,
    find_clinic,
    log_to_stderr,
    read_clock,
    read_settings,
    words_for_faults,
)
from reminders.cli.local_times import moment
from reminders.cli.options import NowOption, SettingsOption
from reminders.simulator.drill import Drill, Step, play_drill


@app.command()
def drill(
    clinic: AnyClinicOption = None, now: NowOption = None, settings: SettingsOption = None
) -> None:
    """Play an emergency that nobody takes, and say who is told when. Nothing is sent.

    Uses a database of its own and the pretend gateway. 0 when every step comes in time.
    """
    log_to_stderr(level="error")
    loaded = read_settings(settings)
    start = read_clock(now, loaded).now()
    known = [find_clinic(loaded, clinic)] if clinic else loaded.clinics
    well = True
    for each in known:
        with words_for_faults():
            played = play_drill(loaded, each, start)
        when = moment(start, zone=each.time_zone)
        print(f"{each.name}, {when}: a drill with a made-up emergency. Nothing is sent.\n")
        _print(played)
        well = well and played.went_well
    raise typer.Exit(0 if well else 1)


def _print(played: Drill) -> None:
    print(f"   0:00  the text comes: “{played.words}”, understood as {played.intent}")
    for step in played.steps:
        print(f"{_clock(step.after):>7}  {step.what}  ({_judged(step)})")
    print(f"\n{_verdict(played)}\n")


def _judged(step: Step) -> str:
    return f"{'in time' if step.is_in_time else 'TOO LATE'}: by {_clock(step.by)}"


def _verdict(played: Drill) -> str:
    if not played.people:
        return "NOBODY IS ON CALL: name the people to be told under clinic.on_call."
    if played.went_well:
        return "Every step came in time."
    return "NOT every step came in time, or the text was not understood: see above."


def _clock(distance: timedelta) -> str:
    minutes, seconds = divmod(round(distance.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
