"""A made-up clinic to play in: real settings and a real database in a folder that goes away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from reminders.care.hours import local_day
from reminders.care.protocol import Protocol
from reminders.clock import VirtualClock
from reminders.runtime import Runtime, open_runtime
from reminders.settings import Settings, load_settings
from reminders.simulator.cast import CAST
from reminders.simulator.lives import PatientFile, live
from reminders.simulator.script import Script
from reminders.store.mint import Mint

YEAR = timedelta(days=365)
NEWCOMERS = 150
"""Days over which the patients' first visits are spread."""

_SETTINGS = """
[database]
url = "sqlite:///var/demo.db"
key_file = "keys/demo.key"

[gateway]
kind = "pretend"

[[clinic]]
key = "lakeside"
name = "Lakeside Clinic"
phone = "(415) 555-0100"
time_zone = "America/Los_Angeles"
sender = "+14155550101"
on_call = [
  { name = "Nurse Penny Placeholder", phone = "+14155550140" },
  { name = "Dr. Sam Specimen", phone = "+14155550141" },
]
"""


@contextmanager
def made_up_clinic() -> Iterator[Settings]:
    """Yield the settings of a clinic whose folder is removed at the end, whatever happens."""
    with TemporaryDirectory(prefix="reminders-demo-") as folder:
        file = Path(folder) / "settings.toml"
        file.write_text(_SETTINGS, encoding="utf-8")
        yield load_settings(file, environ={})


@contextmanager
def opened(settings: Settings, start: datetime, *, seed: int) -> Iterator[Runtime]:
    """Open a runtime whose clock stands at `start`; the same seed throws the same dice."""
    runtime = open_runtime(settings, VirtualClock(start))
    try:
        yield replace(runtime, dice=_dice(seed), mint=Mint(_dice(seed)))
    finally:
        runtime.close()


def year_of(
    settings: Settings, start: datetime, *, seed: int, protocols: Mapping[str, Protocol]
) -> Script:
    """Write the year of the whole cast, from the day after `start`; same seed, same script.

    A patient whose protocol is not in the catalogue stays at home.
    """
    clinic = settings.clinics[0]
    dice, until = _dice(seed), start + YEAR
    first, last = (local_day(at, zone=clinic.time_zone) for at in (start, until))
    arrivals = []
    for person in CAST:
        day = first + timedelta(days=dice.randint(1, NEWCOMERS))
        if person.protocol in protocols:
            file = PatientFile(person, clinic.time_zone, protocols[person.protocol], dice, last)
            arrivals += list(live(file, day))
    in_time = sorted((a for a in arrivals if a.at <= until), key=lambda arrival: arrival.at)
    return Script(clinic.key, until, tuple(in_time))


def _dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a play needs repeatable dice, not secret ones
