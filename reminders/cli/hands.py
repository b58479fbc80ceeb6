"""Opening what a command needs, and saying in words what is in the way."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from reminders.cli.application import CannotRun, app
from reminders.clock import Clock, SystemClock, VirtualClock
from reminders.intake.rows import SheetError
from reminders.runtime import Runtime, open_runtime
from reminders.settings import Clinic, Settings, SettingsError, load_settings
from reminders.store.database import DatabaseError
from reminders.store.lock import WorkerIsRunning
from reminders.templates import TemplateError

__all__ = [
    "CannotRun",
    "app",
    "find_clinic",
    "hands",
    "log_to_stderr",
    "read_clock",
    "read_settings",
    "words_for_faults",
]


def read_settings(path: Path | None) -> Settings:
    """Load the settings or raise CannotRun with every complaint."""
    try:
        return load_settings(path, environ=os.environ)
    except SettingsError as error:
        raise CannotRun(f"The settings are not fit to start with:\n{error}") from None


def read_clock(now: str | None, settings: Settings) -> Clock:
    """Return the machine's clock, or one that stands at the given moment."""
    if now is None:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        raise CannotRun(
            f"--now {now}: this is no ISO 8601 moment; write it like 2026-03-02T10:00-08:00"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(settings.clinics[0].time_zone))
    return VirtualClock(moment)


def find_clinic(settings: Settings, key: str) -> Clinic:
    """Return the clinic of this key or raise CannotRun."""
    try:
        return settings.clinic_by_key(key)
    except LookupError as error:
        raise CannotRun(f"--clinic: {error.args[0]}") from None


@contextmanager
def hands(settings_path: Path | None, now: str | None) -> Iterator[Runtime]:
    """Open the runtime for one command and close it after."""
    settings = read_settings(settings_path)
    clock = read_clock(now, settings)
    with words_for_faults():
        runtime = open_runtime(settings, clock)
        try:
            yield runtime
        finally:
            runtime.close()


@contextmanager
def words_for_faults() -> Iterator[None]:
    """Turn what a person can mend into CannotRun."""
    try:
        yield
    except TemplateError as error:
        raise CannotRun(f"The templates are not fit to start with:\n{error}") from None
    except (DatabaseError, SheetError, WorkerIsRunning) as error:
        raise CannotRun(str(error)) from None


def log_to_stderr(*, level: str) -> None:
    """Write log lines at `level` and above to standard error: ids and codes, never people."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
