"""How many texts one telephone may get: one a local day, three in any seven days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reminders.care.caps import SEVEN_DAYS, Caps
from reminders.care.hours import local_day
from tests.care.lives import NEW_YORK, at

CAPS = Caps(per_day=1, per_seven_days=3, zone=NEW_YORK)
TEN = time(10)


def test_a_first_text_meets_no_cap() -> None:
    assert CAPS.clash(at("2026-03-02 10:00"), []) is None
    assert CAPS.clash(at("2026-03-02 10:00"), [at("2026-02-01 10:00")]) is None


def test_a_second_text_on_one_day_waits_for_the_next_at_its_own_hour() -> None:
    clash = CAPS.clash(at("2026-03-02 10:00"), [at("2026-03-02 18:00")], retry_at=TEN)
    assert clash is not None
    assert clash.reason == "no more than 1 a day to one number"
    assert clash.over_at == at("2026-03-03 10:00")


def test_the_day_is_the_patients_and_not_the_one_of_greenwich() -> None:
    evening, same_evening = at("2026-03-02 18:30"), at("2026-03-02 19:30")
    assert evening.day != same_evening.day  # two days in UTC, one in New York
    assert CAPS.clash(same_evening, [evening]) is not None
    assert CAPS.clash(at("2026-03-03 09:00"), [evening]) is None


def test_a_day_of_a_clock_change_is_one_day() -> None:
    clash = CAPS.clash(at("2026-03-08 19:00"), [at("2026-03-08 09:00")], retry_at=TEN)
    assert clash is not None
    assert clash.over_at == at("2026-03-09 10:00")


def test_a_fourth_text_waits_until_seven_days_after_the_first() -> None:
    three = [at("2026-03-16 10:05"), at("2026-03-18 10:00"), at("2026-03-20 10:00")]
    clash = CAPS.clash(at("2026-03-22 10:00"), three)
    assert clash is not None
    assert clash.reason == "no more than 3 in seven days to one number"
    assert clash.over_at == at("2026-03-23 10:15")
    assert CAPS.clash(clash.over_at, three) is None


def test_seven_days_to_the_second_are_seven_days() -> None:
    three = [at("2026-03-09 10:00"), at("2026-03-11 10:00"), at("2026-03-13 10:00")]
    assert CAPS.clash(at("2026-03-16 10:00"), three) is None
    assert CAPS.clash(at("2026-03-16 10:00") - timedelta(seconds=1), three) is not None


def test_a_text_in_the_middle_of_the_week_counts_with_those_planned_after_it() -> None:
    ahead = [at("2026-03-03 10:00"), at("2026-03-05 10:00"), at("2026-03-07 10:00")]
    assert CAPS.clash(at("2026-03-02 10:00"), ahead) is not None
    assert CAPS.clash(at("2026-03-02 10:00"), ahead[:2]) is None


def test_a_text_that_leaves_seconds_after_it_is_due_still_leaves_its_room() -> None:
    planned = [at("2026-03-02 10:00"), at("2026-03-04 10:00"), at("2026-03-06 10:00")]
    left = [each + timedelta(seconds=7) for each in planned]
    before, now = (CAPS.clash(at("2026-03-08 10:00"), each) for each in (planned, left))
    assert before == now
    assert before is not None
    assert CAPS.clash(before.over_at, left) is None


def test_a_clinic_may_allow_more() -> None:
    generous = Caps(per_day=2, per_seven_days=4, zone=NEW_YORK)
    assert generous.clash(at("2026-03-02 12:00"), [at("2026-03-02 10:00")]) is None
    assert generous.clash(at("2026-03-02 12:00"), [at("2026-03-02 10:00")] * 2) is not None


_INSTANTS = st.integers(0, 28 * 24 * 60).map(
    lambda minutes: datetime(2026, 2, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(wished=st.lists(_INSTANTS, max_size=12), retry_at=st.sampled_from([time(0), TEN]))
def test_texts_placed_one_after_another_never_break_a_cap(
    wished: list[datetime], retry_at: time
) -> None:
    taken: list[datetime] = []
    for start in wished:
        moment = start
        while (clash := CAPS.clash(moment, taken, retry_at=retry_at)) is not None:
            assert clash.over_at > moment
            moment = clash.over_at
        taken.append(moment)
    taken.sort()
    days = [local_day(each, zone=NEW_YORK) for each in taken]
    assert len(set(days)) == len(days)
    assert all(b - a >= SEVEN_DAYS for a, b in zip(taken, taken[3:], strict=False))
