"""When a text finds room: hours, lateness and caps for one wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from reminders.care.hours import DEFAULT_HOURS
from reminders.care.opening import Opening, Search
from reminders.care.plan import Wish
from reminders.care.protocol import Kind, MessageClass, Offset
from tests.care.lives import NEW_YORK, at, step, treatment

EARLY = at("2026-03-02 10:30")
WEEK_FULL = [at("2026-03-12 10:05"), at("2026-03-13 10:00"), at("2026-03-14 10:00")]


def _search(
    nominal: str = "2026-03-16 10:00",
    *,
    useful_for: timedelta = timedelta(days=2),
    kind: Kind = Kind.ONSET,
    message_class: MessageClass = MessageClass.CARE,
    zones: tuple[str, ...] = (NEW_YORK,),
    planned: str = "",
    reason: str = "",
) -> Search:
    asked = step(kind=kind, message_class=message_class, useful_for=useful_for)
    if kind is Kind.AFTERCARE:
        asked = replace(asked, offset=Offset(1, "hours"), at=None)
    start = at(nominal)
    wish = Wish(treatment(), asked, 0, start, start + useful_for, date(2026, 6, 1), reason=reason)
    return Search(wish, NEW_YORK, zones, DEFAULT_HOURS, at(planned) if planned else None)


def _opening(search: Search, now: datetime = EARLY, busy: Sequence[datetime] = ()) -> Opening:
    return search.opening(busy, now=now)


def _best(search: Search) -> datetime:
    found = _opening(search).at
    assert found is not None
    return found


def test_a_check_in_goes_at_its_hour_or_up_to_a_quarter_of_an_hour_later() -> None:
    found = _opening(_search())
    assert found.at is not None
    assert timedelta(0) <= found.at - at("2026-03-16 10:00") <= timedelta(minutes=15)
    assert found.reason == ""
    assert found == _opening(_search())


def test_aftercare_goes_on_the_minute() -> None:
    aftercare = _search("2026-03-02 11:00", kind=Kind.AFTERCARE, useful_for=timedelta(hours=6))
    assert _opening(aftercare) == Opening(at("2026-03-02 11:00"))


def test_the_spread_never_reaches_past_the_usefulness() -> None:
    found = _opening(_search(useful_for=timedelta(seconds=1)))
    assert found.at == at("2026-03-16 10:00")


def test_a_night_hour_moves_to_the_morning_and_says_so() -> None:
    found = _opening(_search("2026-03-16 21:30"))
    assert found.at is not None
    assert at("2026-03-17 09:00") <= found.at <= at("2026-03-17 09:15")
    assert found.reason == "moved: 2026-03-17 01:30 UTC is outside the texting hours"


def test_a_text_that_finds_no_civil_hour_while_it_is_useful_says_in_which_zones() -> None:
    aftercare = _search("2026-03-02 20:30", kind=Kind.AFTERCARE, useful_for=timedelta(hours=6))
    found = _opening(aftercare)
    assert found.at is None
    assert found.reason == (
        "no texting hour in America/New_York between 2026-03-03 01:30 UTC and 2026-03-03 07:30 UTC"
    )


def test_a_text_does_not_go_in_the_second_in_which_its_usefulness_ends() -> None:
    night = _search("2026-03-16 21:00", useful_for=timedelta(hours=12))
    assert _opening(night).at is None
    longer = _search("2026-03-16 21:00", useful_for=timedelta(hours=12, seconds=1))
    assert _opening(longer).at == at("2026-03-17 09:00")


def test_a_late_text_that_is_still_useful_goes_at_once() -> None:
    search = _search()
    found = _opening(search, at("2026-03-17 12:00"))
    assert found == Opening(_best(search))  # a time that has passed: at once


def test_a_late_text_at_night_waits_for_the_morning_and_says_that_it_is_late() -> None:
    found = _opening(_search(), at("2026-03-16 22:00"))
    assert found.at == at("2026-03-17 09:00")
    assert "passed before it could go, and then texting hours were over" in found.reason


def test_a_late_text_that_cannot_wait_for_the_morning_is_over() -> None:
    aftercare = _search("2026-03-02 18:00", kind=Kind.AFTERCARE, useful_for=timedelta(hours=6))
    assert _opening(aftercare, at("2026-03-02 20:00")).at is None
    assert _opening(aftercare, at("2026-03-02 19:59")).at == at("2026-03-02 18:00")


def test_a_late_text_keeps_its_place_of_the_same_day() -> None:
    moved = _search(planned="2026-03-17 10:00")
    assert _opening(moved, at("2026-03-17 08:00")).at == at("2026-03-17 10:00")
    assert _opening(moved, at("2026-03-17 10:01")).at == at("2026-03-17 10:00")


def test_a_late_text_that_waited_for_another_day_goes_at_once_when_the_way_is_free() -> None:
    moved, now, busy = (
        _search(planned="2026-03-17 10:00"),
        at("2026-03-16 16:00"),
        "2026-03-16 11:00",
    )
    assert _opening(moved, now, [at(busy)]).at == at("2026-03-17 10:00")
    assert _opening(moved, now).at == _best(_search())


def test_a_place_from_before_its_time_means_nothing() -> None:
    early = _search(planned="2026-03-15 10:00")
    assert _opening(early).at == _best(_search())
    assert _opening(early, at("2026-03-16 16:00")).at == _best(_search())


def test_a_full_day_moves_a_text_to_the_next_at_its_own_hour() -> None:
    found = _opening(_search(), busy=[at("2026-03-16 18:00")])
    assert found == Opening(at("2026-03-17 10:00"), "moved: no more than 1 a day to one number")


def test_a_full_week_moves_a_text_within_its_usefulness() -> None:
    long = _search(useful_for=timedelta(days=5))
    assert _opening(long, busy=WEEK_FULL).at == at("2026-03-19 10:15")


def test_a_text_that_caps_leave_no_room_for_says_so() -> None:
    found = _opening(_search(), busy=WEEK_FULL)
    assert found == Opening(
        None, "no room while it was useful: no more than 3 in seven days to one number"
    )


@pytest.mark.parametrize(
    ("planned", "then"),
    [
        ("2026-03-19 10:30", "2026-03-19 10:30"),  # close by and free: it stays
        ("2026-03-19 12:00", "2026-03-19 10:15"),  # far: it moves
        ("2026-03-19 10:00", "2026-03-19 10:15"),  # the cap forbids it
    ],
)
def test_a_text_that_caps_have_moved_does_not_move_again_by_minutes(
    planned: str, then: str
) -> None:
    long = _search(useful_for=timedelta(days=5), planned=planned)
    assert _opening(long, busy=WEEK_FULL).at == at(then)


def test_a_text_does_not_stay_where_hours_no_longer_let_it() -> None:
    busy = [at("2026-03-16 09:00")]
    late = replace(step(), at=None)
    search = _search(planned="2026-03-17 08:30")
    moved = replace(search, wish=replace(search.wish, step=late))
    assert _opening(moved, busy=busy).at == at("2026-03-17 09:00")


def test_a_reminder_that_waits_for_a_booking_says_so() -> None:
    waiting = "waits until a week after the booked visit"
    assert _opening(_search(reason=waiting)).reason == waiting
    assert _opening(_search("2026-03-16 21:00", reason=waiting)).reason == waiting


def test_marketing_waits_for_its_own_narrower_hours() -> None:
    saturday = _search(
        "2026-03-14 11:00", message_class=MessageClass.MARKETING, kind=Kind.RETREATMENT
    )
    found = _opening(replace(saturday, wish=replace(saturday.wish, until=at("2026-03-20 11:00"))))
    assert found.at is not None
    assert at("2026-03-16 10:00") <= found.at <= at("2026-03-16 10:15")


def test_a_number_in_two_zones_is_texted_when_both_are_awake() -> None:
    both = _search(zones=(NEW_YORK, "Pacific/Honolulu"))
    found = _opening(both)
    assert found.at is not None
    assert found.at >= at("2026-03-16 09:00", "Pacific/Honolulu")
