"""Civil hours, closed days and delays, told as a clinic would tell them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reminders.care.hours import (
    DEFAULT_HOURS,
    Window,
    is_civil,
    jitter,
    local_day,
    local_instant,
    next_civil,
    parse_window,
    with_jitter,
)

NEW_YORK = "America/New_York"
LOS_ANGELES = "America/Los_Angeles"
NEVER: frozenset[date] = frozenset()
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def care(at: datetime, *zones: str, closed: frozenset[date] = NEVER) -> datetime | None:
    return next_civil(
        at, until=at + 30 * DAY, window=DEFAULT_HOURS.care, zones=zones, closed_days=closed
    )


def marketing(at: datetime, *zones: str) -> datetime | None:
    return next_civil(
        at, until=at + 30 * DAY, window=DEFAULT_HOURS.marketing, zones=zones, closed_days=NEVER
    )


def text_is_civil(at: datetime, window: Window, *zones: str) -> bool:
    return is_civil(at, window=window, zones=zones, closed_days=NEVER)


def test_a_text_may_go_from_the_opening_minute_until_just_before_closing() -> None:
    window = DEFAULT_HOURS.care
    opens = datetime(2026, 5, 5, 13, tzinfo=UTC)  # 09:00 in New York
    closes = datetime(2026, 5, 6, 0, tzinfo=UTC)  # 20:00 in New York
    tick = timedelta(microseconds=1)
    assert text_is_civil(opens, window, NEW_YORK)
    assert not text_is_civil(opens - tick, window, NEW_YORK)
    assert text_is_civil(closes - tick, window, NEW_YORK)
    assert not text_is_civil(closes, window, NEW_YORK)


def test_a_new_york_patient_of_a_california_clinic_is_texted_when_both_are_awake() -> None:
    night = datetime(2026, 5, 5, 10, tzinfo=UTC)  # 06:00 in New York, 03:00 in Los Angeles
    assert care(night, NEW_YORK) == datetime(2026, 5, 5, 13, tzinfo=UTC)
    assert care(night, NEW_YORK, LOS_ANGELES) == datetime(2026, 5, 5, 16, tzinfo=UTC)
    evening = datetime(2026, 5, 6, 0, 30, tzinfo=UTC)  # 20:30 and 17:30
    assert care(evening, LOS_ANGELES) == evening
    assert care(evening, NEW_YORK, LOS_ANGELES) == datetime(2026, 5, 6, 16, tzinfo=UTC)


def test_without_a_zone_no_hour_is_civil() -> None:
    noon = datetime(2026, 5, 5, 16, tzinfo=UTC)
    assert not text_is_civil(noon, DEFAULT_HOURS.care)
    assert care(noon) is None


def test_an_unknown_zone_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        care(datetime(2026, 5, 5, 16, tzinfo=UTC), "America/Nowhere")


def test_nothing_is_found_when_the_usefulness_ends_before_the_morning() -> None:
    night = datetime(2026, 5, 5, 3, tzinfo=UTC)
    morning = datetime(2026, 5, 5, 13, tzinfo=UTC)
    window, zones = DEFAULT_HOURS.care, (NEW_YORK,)
    early = morning - timedelta(microseconds=1)
    assert next_civil(night, until=early, window=window, zones=zones, closed_days=NEVER) is None
    assert (
        next_civil(night, until=morning, window=window, zones=zones, closed_days=NEVER) == morning
    )
    assert next_civil(morning, until=early, window=window, zones=zones, closed_days=NEVER) is None


def test_an_instant_between_two_seconds_still_finds_the_exact_opening() -> None:
    # The clocks of New York change at 07:00 UTC on this day; 9 o'clock is then 13:00 UTC.
    odd = datetime(2026, 3, 8, 6, 59, 59, 123_456, tzinfo=UTC)
    assert care(odd, NEW_YORK) == datetime(2026, 3, 8, 13, tzinfo=UTC)


def test_an_instant_told_in_another_zone_gives_the_same_answer_in_utc() -> None:
    night = datetime(2026, 3, 8, 0, 30, tzinfo=ZoneInfo(NEW_YORK))
    found = care(night, NEW_YORK)
    assert found == datetime(2026, 3, 8, 13, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_window_that_opens_in_the_skipped_hour_opens_when_the_clocks_have_jumped() -> None:
    window = parse_window("2:30-4", on_holidays=True)
    night = datetime(2026, 3, 8, 6, 59, 58, 400_000, tzinfo=UTC)
    found = next_civil(night, until=night + DAY, window=window, zones=[NEW_YORK], closed_days=NEVER)
    assert found == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_a_window_in_the_hour_that_comes_twice_opens_twice() -> None:
    window = parse_window("1-1:30", on_holidays=True)
    between = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)  # 01:45, the first time
    found = next_civil(
        between, until=between + DAY, window=window, zones=[NEW_YORK], closed_days=NEVER
    )
    assert found == datetime(2026, 11, 1, 6, tzinfo=UTC)


def test_a_text_due_on_a_closed_day_waits_for_the_next_open_one() -> None:
    closed = frozenset({date(2026, 5, 5), date(2026, 5, 6)})
    noon = datetime(2026, 5, 5, 16, tzinfo=UTC)
    assert care(noon, NEW_YORK, closed=closed) == datetime(2026, 5, 7, 13, tzinfo=UTC)


def test_a_closed_day_is_counted_by_the_patients_own_calendar() -> None:
    closed = frozenset({date(2026, 5, 6)})
    at = datetime(2026, 5, 5, 23, tzinfo=UTC)  # still the 5th in Honolulu, the 6th in Guam
    assert care(at, "Pacific/Honolulu", closed=closed) == at
    assert care(at, "Pacific/Guam", closed=closed) == datetime(2026, 5, 6, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 7, 3),  # Independence Day falls on a Saturday and is kept on Friday
        date(2026, 11, 26),
        date(2026, 12, 25),
        date(2027, 12, 31),  # New Year's Day of 2028 falls on a Saturday
    ],
)
def test_marketing_keeps_federal_holidays_free_and_care_does_not(day: date) -> None:
    noon = local_instant(day, time(12), zone=NEW_YORK)
    assert not text_is_civil(noon, DEFAULT_HOURS.marketing, NEW_YORK)
    assert text_is_civil(noon, DEFAULT_HOURS.care, NEW_YORK)


def test_marketing_waits_over_a_long_weekend() -> None:
    thursday_evening = datetime(2026, 7, 2, 23, tzinfo=UTC)
    assert marketing(thursday_evening, NEW_YORK) == datetime(2026, 7, 6, 14, tzinfo=UTC)


def test_on_call_hours_may_last_the_whole_day() -> None:
    window = parse_window("0-24 Monday", on_holidays=True)
    monday = date(2026, 5, 4)
    start = local_instant(monday, time(0), zone=NEW_YORK)
    end = local_instant(monday + DAY, time(0), zone=NEW_YORK)
    assert text_is_civil(start, window, NEW_YORK)
    assert text_is_civil(end - timedelta(microseconds=1), window, NEW_YORK)
    assert not text_is_civil(start - timedelta(microseconds=1), window, NEW_YORK)
    assert not text_is_civil(end, window, NEW_YORK)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        (NEW_YORK, date(2026, 3, 8), time(2, 30), "2026-03-08T03:30:00-04:00"),
        (NEW_YORK, date(2026, 11, 1), time(1, 30), "2026-11-01T01:30:00-04:00"),
        (NEW_YORK, date(2026, 11, 1), time(1, 30, fold=1), "2026-11-01T01:30:00-04:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "2026-10-04T02:40:00+11:00"),
        ("America/Havana", date(2026, 3, 8), time(0, 15), "2026-03-08T01:15:00-04:00"),
        ("Asia/Kathmandu", date(2026, 3, 8), time(9), "2026-03-08T09:00:00+05:45"),
        ("Pacific/Apia", date(2011, 12, 30), time(9), "2011-12-31T09:00:00+14:00"),
    ],
)
def test_a_skipped_time_moves_forward_and_a_repeated_one_is_the_first(
    zone: str, day: date, at: time, expected: str
) -> None:
    found = local_instant(day, at, zone=zone)
    assert found.tzinfo is UTC
    assert found.astimezone(ZoneInfo(zone)).isoformat() == expected


def test_one_instant_has_its_own_date_in_every_zone() -> None:
    at = datetime(2026, 5, 6, 3, tzinfo=UTC)
    assert local_day(at, zone=NEW_YORK) == date(2026, 5, 5)
    assert local_day(at, zone="Pacific/Guam") == date(2026, 5, 6)


@settings(deadline=None, max_examples=200)
@given(key=st.text(max_size=40), seconds=st.integers(0, 5000))
@example(key="", seconds=0)
def test_a_delay_is_whole_seconds_within_its_bound_and_always_the_same(
    key: str, seconds: int
) -> None:
    most = timedelta(seconds=seconds, milliseconds=400)
    delay = jitter(key, most=most)
    assert timedelta(0) <= delay <= most
    assert delay % timedelta(seconds=1) == timedelta(0)
    assert delay == jitter(key, most=most)


def test_delays_keep_their_values_from_one_release_to_the_next() -> None:
    most = timedelta(minutes=15)
    assert [jitter(f"made-up/{n}", most=most).seconds for n in range(3)] == [244, 552, 49]


def test_texts_planned_for_the_same_minute_spread_over_the_quarter_hour() -> None:
    delays = [jitter(f"made-up/{n}", most=timedelta(minutes=15)) for n in range(3000)]
    per_minute = [sum(d // MINUTE == minute for d in delays) for minute in range(15)]
    assert min(per_minute) > 140
    assert max(per_minute) < 260


def test_a_delay_into_the_past_is_refused() -> None:
    with pytest.raises(ValueError, match="most must be zero or more"):
        jitter("made-up", most=timedelta(seconds=-1))


def test_a_text_planned_just_before_closing_still_goes_before_closing() -> None:
    window = DEFAULT_HOURS.care
    closes = local_instant(date(2026, 5, 5), time(20), zone=NEW_YORK)
    for seconds in (0.5, 1, 2, 90):
        at = closes - timedelta(seconds=seconds)
        moved = {
            with_jitter(at, key=str(n), window=window, zones=[NEW_YORK], closed_days=NEVER)
            for n in range(300)
        }
        assert at <= min(moved) <= max(moved) < closes


def test_a_scattered_text_goes_before_the_first_of_two_zones_closes() -> None:
    window, zones = DEFAULT_HOURS.care, (LOS_ANGELES, NEW_YORK)
    closes = local_instant(date(2026, 5, 5), time(20), zone=NEW_YORK)
    at = closes - timedelta(minutes=2)
    moved = {
        with_jitter(at, key=str(n), window=window, zones=zones, closed_days=NEVER)
        for n in range(300)
    }
    assert at <= min(moved) < max(moved) < closes


def test_a_text_outside_the_window_is_not_delayed_further() -> None:
    night = datetime(2026, 5, 5, 5, tzinfo=UTC)
    window = DEFAULT_HOURS.care
    assert night == with_jitter(
        night, key="made-up", window=window, zones=[NEW_YORK], closed_days=NEVER
    )
