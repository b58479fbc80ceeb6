"""Civil hours over every clock change, held against a plain reading of the wall clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reminders.care.hours import (
    DEFAULT_HOURS,
    Window,
    is_civil,
    local_day,
    local_instant,
    next_civil,
    with_jitter,
)

NEW_YORK = "America/New_York"
LOS_ANGELES = "America/Los_Angeles"
NEVER: frozenset[date] = frozenset()
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ABROAD = (
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Casablanca",
    "America/Nuuk",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Europe/Dublin",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Beirut",
)


def us_zones() -> list[str]:
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text()
    rows = [line.split("\t") for line in table.splitlines() if line[:1] != "#"]
    return [row[2] for row in rows if row[0] in {"US", "PR", "GU", "VI", "AS", "MP"}]


@cache
def change_days(zone: str) -> tuple[date, ...]:
    noons = [datetime(2024, 1, 1, 12, tzinfo=UTC) + DAY * n for n in range(7 * 366)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    pairs = zip(noons, offsets, offsets[1:], strict=False)
    return tuple(noon.date() for noon, before, after in pairs if before != after)


def plainly_civil(
    at: datetime, window: Window, zones: Sequence[str], closed_days: frozenset[date]
) -> bool:
    """Read the wall in every zone, minute by minute; for windows kept on holidays."""
    for zone in zones:
        local = at.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        closes = window.closes.hour * 60 + window.closes.minute or 1440
        if not window.opens.hour * 60 + window.opens.minute <= minute < closes:
            return False
        if local.weekday() not in window.weekdays or local.date() in closed_days:
            return False
    return True


def instants_to_scan(at: datetime, until: datetime) -> Iterator[datetime]:
    """Yield `at` and every whole minute after it: no window and no clock change lies between."""
    yield at
    moment = at.replace(second=0, microsecond=0) + MINUTE
    while moment <= until:
        yield moment
        moment += MINUTE


MINUTES = st.lists(st.integers(0, 288), min_size=2, max_size=2, unique=True).map(sorted)
WINDOWS = st.builds(
    lambda minutes, days: Window(
        time(minutes[0] * 5 // 60, minutes[0] * 5 % 60),
        time(minutes[1] * 5 // 60 % 24, minutes[1] * 5 % 60),
        days,
        on_holidays=True,
    ),
    MINUTES,
    st.frozensets(st.sampled_from(range(7)), min_size=3),
)
ZONES = st.lists(
    st.sampled_from([NEW_YORK, LOS_ANGELES, "America/Phoenix", *ABROAD]), min_size=1, max_size=3
)


@st.composite
def moments_near_a_clock_change(draw: st.DrawFn, zone: str) -> datetime:
    days = change_days(zone) or (date(2026, 6, 15),)
    noon = datetime.combine(draw(st.sampled_from(days)), time(12), tzinfo=UTC)
    return noon + timedelta(seconds=draw(st.integers(-129_600, 129_600)))


@settings(deadline=None, max_examples=200)
@given(chance=st.data(), window=WINDOWS, zones=ZONES)
def test_the_next_civil_hour_is_civil_everywhere_and_none_came_before_it(
    chance: st.DataObject, window: Window, zones: list[str]
) -> None:
    at = chance.draw(moments_near_a_clock_change(zones[0]))
    nearby = st.sampled_from([local_day(at, zone=zones[0]) + DAY * n for n in range(3)])
    closed = chance.draw(st.frozensets(nearby, max_size=2))
    until = at + 2 * DAY
    scan = instants_to_scan(at, until)
    first = next((m for m in scan if plainly_civil(m, window, zones, closed)), None)
    got = next_civil(at, until=until, window=window, zones=zones, closed_days=closed)
    assert got == first
    if got is not None:
        assert is_civil(got, window=window, zones=zones, closed_days=closed)
        assert got == next_civil(got, until=until, window=window, zones=zones, closed_days=closed)


@settings(deadline=None, max_examples=200)
@given(chance=st.data(), window=WINDOWS, zones=ZONES, key=st.text(max_size=12))
def test_a_scattered_text_stays_in_its_window_for_all_of_its_delay(
    chance: st.DataObject, window: Window, zones: list[str], key: str
) -> None:
    drawn = chance.draw(moments_near_a_clock_change(zones[0]))
    opened = next_civil(drawn, until=drawn + 8 * DAY, window=window, zones=zones, closed_days=NEVER)
    at = (opened or drawn) + chance.draw(st.integers(0, 240)) * timedelta(seconds=97)
    assume(plainly_civil(at, window, zones, NEVER))
    moved = with_jitter(at, key=key, window=window, zones=zones, closed_days=NEVER)
    assert timedelta(0) <= moved - at <= timedelta(minutes=15)
    assert all(
        plainly_civil(m, window, zones, NEVER) for m in [*instants_to_scan(at, moved), moved]
    )


@pytest.mark.parametrize("zone", [*us_zones(), *ABROAD])
def test_no_text_leaves_at_night_around_any_clock_change_from_2024_to_2030(zone: str) -> None:
    window, tz = DEFAULT_HOURS.care, ZoneInfo(zone)
    for changed in change_days(zone) or (date(2026, 3, 8),):
        for half_hour in range(96):
            day, part = changed + DAY * (half_hour // 48), half_hour % 48
            planned = local_instant(day, time(part // 2, part % 2 * 30), zone=zone)
            due = next_civil(
                planned, until=planned + DAY, window=window, zones=[zone], closed_days=NEVER
            )
            assert due is not None
            sent = with_jitter(
                due, key=f"{day}/{part}", window=window, zones=[zone], closed_days=NEVER
            )
            assert all(9 <= moment.astimezone(tz).hour < 20 for moment in (due, sent))
            # A text planned for a civil hour goes in that hour; a later one the next morning.
            assert due == planned or due.astimezone(tz).time() == time(9)


def test_the_zones_tried_include_those_with_and_without_summer_time() -> None:
    assert len(us_zones()) > 25
    assert len(change_days(NEW_YORK)) == 14
    assert change_days("America/Phoenix") == ()
    assert change_days("Australia/Lord_Howe")
