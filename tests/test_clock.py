"""The two clocks: the machine's, and the one that is moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time

from reminders.clock import Clock, SystemClock, VirtualClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_machines_clock_tells_utc() -> None:
    clock: Clock = SystemClock()
    with freeze_time("2026-03-02 12:00:00"):
        now = clock.now()
    assert now == NOON
    assert now.tzinfo is UTC


def test_the_machines_seconds_never_run_backwards() -> None:
    clock = SystemClock()
    earlier = clock.monotonic()
    assert clock.monotonic() >= earlier


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock: Clock = VirtualClock(NOON)
    assert (clock.now(), clock.monotonic()) == (NOON, 0.0)
    assert (clock.now(), clock.monotonic()) == (NOON, 0.0)


def test_a_virtual_clock_moves_to_an_instant_and_by_a_distance() -> None:
    clock = VirtualClock(NOON)
    clock.advance_to(NOON + timedelta(hours=1))
    clock.advance(timedelta(days=1))
    assert clock.now() == NOON + timedelta(days=1, hours=1)
    assert clock.monotonic() == 25 * 3600


def test_a_virtual_clock_tells_utc_whatever_zone_it_was_set_in() -> None:
    clock = VirtualClock(datetime(2026, 3, 2, 4, tzinfo=ZoneInfo("America/Los_Angeles")))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_a_virtual_clock_refuses_to_run_backwards() -> None:
    clock = VirtualClock(NOON)
    with pytest.raises(ValueError, match="name a later instant"):
        clock.advance_to(NOON - timedelta(seconds=1))
    with pytest.raises(ValueError, match="name a later instant"):
        clock.advance(timedelta(seconds=-1))
    assert clock.now() == NOON


def test_a_virtual_clock_is_set_back_on_request_and_its_seconds_stay() -> None:
    clock = VirtualClock(NOON)
    clock.advance(timedelta(minutes=1))
    clock.advance(timedelta(hours=-1), backwards=True)
    assert clock.now() == NOON - timedelta(minutes=59)
    assert clock.monotonic() == 60


def test_an_instant_without_a_zone_is_refused() -> None:
    nowhere = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="needs a time zone"):
        VirtualClock(nowhere)
    with pytest.raises(ValueError, match="needs a time zone"):
        VirtualClock(NOON).advance_to(nowhere)
