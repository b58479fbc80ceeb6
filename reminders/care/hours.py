"""Civil hours: when a text may go, and the first such instant. No clock and no I/O live here.

An instant is an aware UTC datetime. A window is told in wall-clock time and holds in a zone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from holidays import country_holidays

from reminders.care.months import add_months, shifted_day
from reminders.care.window import (
    DEFAULT_HOURS,
    MIDNIGHT,
    Hours,
    Window,
    closing,
    narrower,
    parse_window,
    past_midnight,
)

__all__ = [
    "DEFAULT_HOURS",
    "Hours",
    "Window",
    "add_months",
    "is_civil",
    "jitter",
    "local_day",
    "local_instant",
    "narrower",
    "next_civil",
    "parse_window",
    "shifted_day",
    "with_jitter",
]

MOST_JITTER = timedelta(minutes=15)

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_REMEMBERED = 16_384


def is_civil(
    at: datetime, *, window: Window, zones: Sequence[str], closed_days: frozenset[date]
) -> bool:
    """Say whether the UTC instant lies in the window in every zone, by each zone's own date.

    Closed days are out, and for a window not `on_holidays` so are the US federal holidays.
    Without a zone no hour is civil. An unknown zone raises zoneinfo.ZoneInfoNotFoundError.
    """
    return bool(zones) and all(
        _is_open(at.astimezone(_zone(zone)), window, closed_days=closed_days) for zone in zones
    )


def next_civil(
    at: datetime,
    *,
    until: datetime,
    window: Window,
    zones: Sequence[str],
    closed_days: frozenset[date],
) -> datetime | None:
    """Return the first civil instant from `at` to `until`, both included; UTC and exact.

    None means that there is none: nothing may be sent in that time.
    """
    return _next_civil(at.astimezone(UTC), until, window, tuple(zones), closed_days)


# Patients treated on one day share most of their texts' nominal instants.
@lru_cache(maxsize=_REMEMBERED)
def _next_civil(
    at: datetime,
    until: datetime,
    window: Window,
    zones: tuple[str, ...],
    closed_days: frozenset[date],
) -> datetime | None:
    moment = at
    while zones and moment <= until:
        if is_civil(moment, window=window, zones=zones, closed_days=closed_days):
            return moment
        # No zone is civil before its own next boundary, so all may skip to the latest of them.
        moment = max(
            _not_before(moment, window, zone=zone, closed_days=closed_days) for zone in zones
        )
    return None


def _not_before(
    at: datetime, window: Window, *, zone: str, closed_days: frozenset[date]
) -> datetime:
    """Return an instant before which the zone's window stays shut; `at` itself when it is open."""
    local = at.astimezone(_zone(zone))
    if _is_open(local, window, closed_days=closed_days):
        return at
    opens_today = local.time() < window.opens and _is_day(
        local.date(), window, closed_days=closed_days
    )
    boundary = past_midnight(window.opens) if opens_today else _DAY
    return _later_on_the_wall(at, boundary - past_midnight(local.time()), zone=zone)


def _is_open(local: datetime, window: Window, *, closed_days: frozenset[date]) -> bool:
    wall, closes = local.time(), window.closes
    return (
        window.opens <= wall
        and (wall < closes or closes == MIDNIGHT)
        and _is_day(local.date(), window, closed_days=closed_days)
    )


def _is_day(day: date, window: Window, *, closed_days: frozenset[date]) -> bool:
    return (
        day.weekday() in window.weekdays
        and day not in closed_days
        and (window.on_holidays or day not in _federal_holidays(day.year))
    )


def _later_on_the_wall(at: datetime, ahead: timedelta, *, zone: str) -> datetime:
    """Return when the wall clock has run on by `ahead`, or the clock change before that.

    `ahead` is a day at most, and no zone changes its clocks twice in a day, so equal offsets
    at both ends mean no change. Clocks change on whole seconds.
    """
    offset, then = _offset(at, zone), at + ahead
    if _offset(then, zone) == offset:
        return then
    start = at.replace(microsecond=0)
    seconds = range((then - start) // _SECOND)
    return start + _SECOND * bisect_left(
        seconds, True, key=lambda second: _offset(start + _SECOND * second, zone) != offset
    )


def _offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(_zone(zone)).utcoffset()


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    """Law: 5 U.S.C. 6103; a holiday on a weekend is also kept on the weekday beside it."""
    return frozenset(country_holidays("US", years=year))


def local_instant(day: date, at: time, *, zone: str) -> datetime:
    """Return the UTC instant of a wall-clock time.

    A time that a clock change skips moves forward by the gap (02:30 becomes 03:30); of a time
    that comes twice it is the first.
    """
    return _local_instant(day, at, zone)


@lru_cache(maxsize=_REMEMBERED)
def _local_instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at.replace(fold=0), tzinfo=_zone(zone)).astimezone(UTC)


def local_day(at: datetime, *, zone: str) -> date:
    """Return the date on the zone's calendar at a UTC instant."""
    return at.astimezone(_zone(zone)).date()


def jitter(key: str, *, most: timedelta) -> timedelta:
    """Return whole seconds from 0 to `most`, always the same for the same key and `most`.

    A negative `most` raises ValueError.
    """
    if most < timedelta(0):
        raise ValueError("most must be zero or more: there is no delay into the past")
    draw = int.from_bytes(blake2b(key.encode(), digest_size=8).digest())
    return _SECOND * (draw % (most // _SECOND + 1))


def with_jitter(
    at: datetime,
    *,
    key: str,
    window: Window,
    zones: Sequence[str],
    closed_days: frozenset[date],
) -> datetime:
    """Return `at` delayed by at most 15 minutes, before the window or a clock change ends it.

    An instant that is not civil comes back as it was.
    """
    start = at.astimezone(UTC)
    room = _room(start, window, tuple(zones), closed_days)
    return at if room is None else start + jitter(key, most=room)


@lru_cache(maxsize=_REMEMBERED)
def _room(
    at: datetime, window: Window, zones: tuple[str, ...], closed_days: frozenset[date]
) -> timedelta | None:
    """Return how much later than `at` a text may go; None when `at` is not civil."""
    if not is_civil(at, window=window, zones=zones, closed_days=closed_days):
        return None
    ends = closes_at(at, window=window, zones=zones)
    return min(MOST_JITTER, ends - at - timedelta.resolution)


def closes_at(at: datetime, *, window: Window, zones: Sequence[str]) -> datetime:
    """Return when the civil hour that `at` lies in ends, in the first zone where it does; UTC."""
    return min(_closing(at, window, zone=zone) for zone in zones)


def _closing(at: datetime, window: Window, *, zone: str) -> datetime:
    wall = at.astimezone(_zone(zone)).time()
    return _later_on_the_wall(at, closing(window) - past_midnight(wall), zone=zone)
