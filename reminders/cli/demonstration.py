"""`demo`: a made-up clinic's year, played with the real planner and sender in seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from reminders.cli.hands import app, log_to_stderr, read_clock, words_for_faults
from reminders.cli.options import NowOption, SettingsOption
from reminders.cli.screen import Screen
from reminders.cli.summary import summary
from reminders.clock import SystemClock
from reminders.settings import Settings
from reminders.simulator import Outcome, Script, Seen, Way, simulate
from reminders.simulator.premises import made_up_clinic, opened, year_of

PLAY_SECONDS, PRESSING_SECONDS = 14.0, 0.5
"""How long the year takes in a terminal, and how long it stands at each bubble of an emergency."""

SeedOption = Annotated[int, typer.Option("--seed", help="Another number plays another year.")]


@app.command()
def demo(
    now: NowOption = None,
    settings: SettingsOption = None,  # noqa: ARG001 - the demo brings its own clinic
    seed: SeedOption = 1,
) -> None:
    """Show a made-up clinic's year in seconds. Nothing is sent, and nothing of yours is touched.

    --now sets the first day; --settings is not read, for the demo brings its own.
    """
    log_to_stderr(level="error")
    try:
        with words_for_faults(), made_up_clinic() as made_up:
            _perform(made_up, read_clock(now, made_up).now(), seed=seed)
    except KeyboardInterrupt:
        print("\nStopped. Nothing was sent and nothing is left behind.")
        raise typer.Exit(130) from None


def _perform(settings: Settings, start: datetime, *, seed: int) -> None:
    clinic = settings.clinics[0]
    with opened(settings, start, seed=seed) as runtime:
        script = year_of(settings, start, seed=seed, protocols=runtime.templates.protocols)
        console = _console()
        show = _in_the_terminal if console.is_terminal else _in_lines
        outcome = show(
            console,
            _Year(clinic.name, start, script),
            lambda on_text: simulate(runtime, script, on_text=on_text),
        )
    with console.capture() as written:
        console.print(*summary(outcome, script, zone=clinic.time_zone), sep="\n")
    print("\n".join(line.rstrip() for line in written.get().splitlines()))
    print("Nothing here was sent. Next: reminders preview writers-cramp")


def _console() -> Console:
    """A terminal that can move its cursor gets the picture; everything else gets plain lines."""
    console = Console(highlight=False)
    if sys.stdout.isatty() and not console.is_dumb_terminal:
        return console
    return Console(highlight=False, force_terminal=False, color_system=None, width=100)


OnText = Callable[[Seen], None]


@dataclass(frozen=True, slots=True)
class _Year:
    clinic: str
    start: datetime
    script: Script


_ARROWS: dict[Way, str] = {
    Way.TEXT: "->",
    Way.ANSWER: "->",
    Way.WROTE: "<-",
    Way.PAGE: "=>",
    Way.STAFF: "<=",
}


def _in_lines(console: Console, year: _Year, play: Callable[[OnText], Outcome]) -> Outcome:
    console.print(f"{year.clinic}, a made-up year from {year.start:%Y-%m-%d} on.")
    console.print("Each line: local time, who, and the text.")
    console.print("-> to a patient, <- from a patient, => to staff on call, <= from staff on call.")
    months: set[str] = set()

    def line(seen: Seen) -> None:
        month = f"{seen.local:%B %Y}"
        if month not in months:
            months.add(month)
            console.print(f"\n{month}")
        words = f"  {seen.local:%a %d %H:%M}  {_ARROWS[seen.way]} {seen.name:<5}  {seen.words}"
        console.print(words, markup=False, soft_wrap=True)

    outcome = play(line)
    console.print()
    return outcome


def _in_the_terminal(console: Console, year: _Year, play: Callable[[OnText], Outcome]) -> Outcome:
    screen = Screen(year.clinic, year.start, year.script.until, year.start)
    pace = _Pace(SystemClock(), year)
    with Live(console=console, auto_refresh=False, transient=True) as live:

        def frame(seen: Seen) -> None:
            pace.wait_for(seen.local)
            screen.add(seen)
            live.update(screen.draw(console), refresh=True)
            if seen.is_pressing:
                pace.linger()

        return play(frame)


class _Pace:
    """Lets a year pass evenly within PLAY_SECONDS; a slow machine does not wait at all."""

    def __init__(self, clock: SystemClock, year: _Year) -> None:
        self._clock, self._year = clock, year
        self._began = clock.monotonic()
        self._ahead = 0.0

    def wait_for(self, at: datetime) -> None:
        """Sleep until the moment's place in the play has come."""
        share = (at - self._year.start) / (self._year.script.until - self._year.start)
        self._ahead = self._began + share * PLAY_SECONDS - self._clock.monotonic()
        time.sleep(max(0.0, self._ahead))

    def linger(self) -> None:
        """Let the year stand still for a moment, unless the machine is late already."""
        if self._ahead >= 0:
            time.sleep(PRESSING_SECONDS)
            self._began += PRESSING_SECONDS
