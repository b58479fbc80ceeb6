"""Dates and times as clinics write them. Ambiguous ones are refused, never guessed. No clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from reminders.care.cells import Problem, shown

# A day without a time stands at the end of a clinic's day, so that no aftercare precedes it.
END_OF_DAY = time(17)
EARLIEST_YEAR = 2000
SLACK = timedelta(days=1)
LONGEST_WAIT = timedelta(days=5 * 366)

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_NUMBERS = re.compile(r"([0-9]{1,4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})(?![0-9])")
_WANTED = "write it as 2026-03-04 14:30, or 2026-03-04 without a time"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC; `time_known` False when only the day was written; `note` may be empty."""

    at: datetime
    time_known: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """The parts of a date cell; `offset` None means clinic time, `clock` None a day only."""

    day: date
    clock: time | None
    offset: timezone | None


def read_treated_at(cell: str, *, zone: str, now: datetime) -> Moment | Problem:
    """Return when the treatment was: not before 2000, not more than a day after `now`.

    `zone` is the clinic's. A day without a time stands at 17:00 there, with a note.
    """
    if not cell:
        return Problem("is empty", _WANTED)
    moment = _read_moment(cell, zone=zone, without_time=END_OF_DAY)
    if isinstance(moment, Moment) and moment.at > now + SLACK:
        return Problem("is in the future", "correct the date; a booking belongs into booked_for")
    return moment


def read_agreed_at(cell: str, *, zone: str, now: datetime) -> datetime | Problem | None:
    """Return when the patient agreed, in UTC; a day without a time is its first instant."""
    if not cell:
        return None
    moment = _read_moment(cell, zone=zone, without_time=time.min)
    if isinstance(moment, Problem):
        return moment
    if moment.at > now + SLACK:
        return Problem("is in the future", "write the day on which the patient agreed")
    return moment.at


def read_booked_for(cell: str, *, zone: str, now: datetime) -> date | Problem | None:
    """Return the booked day at the clinic; more than five years ahead is taken for a slip."""
    if not cell:
        return None
    written = _written(cell)
    if isinstance(written, Problem):
        return written
    if written.clock is None or written.offset is None:
        day = written.day
    else:
        instant = datetime.combine(written.day, written.clock, written.offset)
        day = instant.astimezone(ZoneInfo(zone)).date()
    if day > (now + LONGEST_WAIT).date():
        return Problem("is more than five years ahead", "correct the date")
    return day


def _read_moment(cell: str, *, zone: str, without_time: time) -> Moment | Problem:
    written = _written(cell)
    if isinstance(written, Problem):
        return written
    if written.clock is None:
        local = datetime.combine(written.day, without_time)
        return Moment(_utc(local, zone), time_known=False, note=_no_time(without_time))
    if written.offset is not None:
        stated = datetime.combine(written.day, written.clock, written.offset)
        return Moment(stated.astimezone(UTC), time_known=True)
    return _at_clinic(datetime.combine(written.day, written.clock), zone)


def _no_time(clock: time) -> str:
    return f"no time of day: taken as {clock:%H:%M} at the clinic"


def _utc(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _at_clinic(local: datetime, zone: str) -> Moment | Problem:
    """Read a local time. One that clocks skipped is refused; of one that came twice, the first."""
    there = local.replace(tzinfo=ZoneInfo(zone))
    at = there.astimezone(UTC)
    if there.utcoffset() == there.replace(fold=1).utcoffset():
        return Moment(at, time_known=True)
    back = at.astimezone(ZoneInfo(zone))
    if back.replace(tzinfo=None) != local:
        return Problem(
            "does not exist: the clocks went forward over it",
            f"write the time with its offset, such as {back.isoformat(timespec='minutes')}",
        )
    return Moment(at, time_known=True, note="came twice, clocks went back: the first is taken")


@lru_cache(maxsize=4096)
def _written(cell: str) -> _Written | Problem:
    """Take an ISO 8601 cell apart; years end at 9000 so that no zone leaves the calendar."""
    match = _ISO.fullmatch(cell)
    if not match:
        return _not_iso(cell)
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        written = _Written(
            date(int(year), int(month), int(day)),
            time(int(hour), int(minute), int(second or 0)) if hour else None,
            _offset(offset) if offset else None,
        )
    except ValueError:
        return Problem(f"{shown(cell)} is not in the calendar", "correct the date or the time")
    if written.day.year < EARLIEST_YEAR:
        return Problem(f"is before {EARLIEST_YEAR}", "correct the year")
    if written.day.year > 9000:
        return Problem("is in the future", "correct the year")
    return written


def _offset(text: str) -> timezone:
    if text in ("Z", "z"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    if digits[2:] > "59":
        raise ValueError(text)
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if text[0] == "-" else ahead)


def _not_iso(cell: str) -> Problem:
    match = _NUMBERS.match(cell)
    days = _meanings(*match.groups()) if match else []
    if not days or cell.startswith(days[0].isoformat()):
        return Problem(f"{shown(cell)} is not a date we can read", _WANTED)
    mend = "write " + " or ".join(day.isoformat() for day in days)
    if match and cell[match.end() :].strip():
        mend += ", and the time as 14:30 after it"
    if len(days) > 1:
        return Problem("may be read as two different days", mend)
    return Problem("is not written as year-month-day", mend)


def _meanings(first: str, second: str, third: str) -> list[date]:
    """Return the days that three numbers may mean, month first before day first."""
    if len(first) > 2:
        orders = [(first, second, third)]
    else:
        orders = [(third, first, second), (third, second, first)]
    days = [day for order in orders if (day := _day(*order))]
    return list(dict.fromkeys(days))


def _day(year: str, month: str, day: str) -> date | None:
    full = int(year) + (EARLIEST_YEAR if len(year) < 3 else 0)
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None
