"""How a clinic writes its hours, and what each mistake is answered."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminders.care.protocol import MessageClass
from reminders.care.window import (
    DEFAULT_HOURS,
    EVERY_DAY,
    MIDNIGHT,
    Window,
    closing,
    narrower,
    parse_window,
    past_midnight,
)

WORKDAYS = frozenset(range(5))
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def test_care_texts_go_nine_to_eight_every_day_unless_the_clinic_says_otherwise() -> None:
    expected = Window(time(9), time(20), EVERY_DAY, on_holidays=True)
    assert DEFAULT_HOURS.window(MessageClass.CARE) == expected


def test_marketing_goes_ten_to_six_on_working_days_unless_the_clinic_says_otherwise() -> None:
    expected = Window(time(10), time(18), WORKDAYS, on_holidays=False)
    assert DEFAULT_HOURS.window(MessageClass.MARKETING) == expected


def test_a_phone_gets_one_text_a_day_and_three_in_seven_days_by_default() -> None:
    assert (DEFAULT_HOURS.per_day, DEFAULT_HOURS.per_seven_days) == (1, 3)
    assert DEFAULT_HOURS.closed_days == frozenset()


@pytest.mark.parametrize(
    ("text", "opens", "closes", "weekdays"),
    [
        ("9-20 every day", time(9), time(20), EVERY_DAY),
        ("9-20, Every Day", time(9), time(20), EVERY_DAY),
        ("9-20", time(9), time(20), EVERY_DAY),
        ("  9 - 20  ", time(9), time(20), EVERY_DAY),
        ("10-18 Monday to Friday", time(10), time(18), WORKDAYS),
        ("10–18 mon–fri", time(10), time(18), WORKDAYS),  # dashes as a word processor sets them
        ("09:30-17:00 Mon, Wed, Fri", time(9, 30), time(17), frozenset({0, 2, 4})),
        ("9-12 Sat and Sun", time(9), time(12), frozenset({5, 6})),
        ("9-12 Mon to Wed, Saturday", time(9), time(12), frozenset({0, 1, 2, 5})),
        ("9-12 Friday to Monday", time(9), time(12), frozenset({4, 5, 6, 0})),
        ("9-12 Thurs", time(9), time(12), frozenset({3})),
        ("0-24", time(0), MIDNIGHT, EVERY_DAY),
        ("18:15-24:00 Sunday", time(18, 15), MIDNIGHT, frozenset({6})),
    ],
)
def test_hours_are_read_as_a_person_writes_them(
    text: str, opens: time, closes: time, weekdays: frozenset[int]
) -> None:
    expected = Window(opens, closes, weekdays, on_holidays=True)
    assert parse_window(text, on_holidays=True) == expected


@pytest.mark.parametrize("text", ["10-18 Monday to Friday, no holidays", "10-18 No Holidays"])
def test_the_words_no_holidays_keep_the_holidays_free(text: str) -> None:
    assert parse_window(text, on_holidays=True).on_holidays is False


def test_holidays_are_as_asked_when_the_hours_do_not_mention_them() -> None:
    assert parse_window("9-20", on_holidays=True).on_holidays is True
    assert parse_window("9-20", on_holidays=False).on_holidays is False


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("", 'write it as "9-20 every day"'),
        ("nine to five", 'write it as "9-20 every day"'),
        ("9am-5pm", "on the 24-hour clock"),
        ("9-20Monday", 'write it as "9-20 every day"'),
        ("20-8", "must close later than it opens.*20-24 and 0-8"),
        ("9-9", "must close later than it opens"),
        ("9-0", "midnight is 24"),
        ("9-25", '"25" is not a time of day: write 0 to 24'),
        ("9-24:30", '"24:30" is not a time of day'),
        ("9:60-17", '"9:60" is not a time of day'),
        ("9:5-17", '"9:5" is not a time of day: .* 09:30'),
        ("9-20 Montag", '"Montag" is not a day of the week: write Monday or Mon'),
        ("9-20 Mo", '"Mo" is not a day of the week'),
        ("9-20 Mon,", '"" is not a day of the week'),
        ("9-20 Mon to Wed to Fri", '"Wed to Fri" is not a day of the week'),
        ("9-20 weekdays", '"weekdays" is not a day of the week: .*"Monday to Friday"'),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_the_mend(text: str, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        parse_window(text, on_holidays=True)


MINUTES = st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(sorted)


@settings(deadline=None, max_examples=200)
@given(minutes=MINUTES, days=st.frozensets(st.sampled_from(range(7)), min_size=1))
def test_hours_written_in_full_are_read_back_exactly(
    minutes: list[int], days: frozenset[int]
) -> None:
    opens, closes = (f"{m // 60:02}:{m % 60:02}" for m in minutes)
    named = ", ".join(NAMES[day] for day in days)
    window = parse_window(f"{opens}-{closes} {named}", on_holidays=True)
    assert past_midnight(window.opens) == timedelta(minutes=minutes[0])
    assert closing(window) == timedelta(minutes=minutes[1])
    assert window.weekdays == days


INSIDE = [
    ("9-20", "9-20"),
    ("10-18 Mon to Fri", "9-20"),
    ("10-18 Mon to Fri, no holidays", "10-18 Mon to Fri"),
    ("9-20", "9-24"),
    ("0-24", "0-24"),
]
OUTSIDE = [
    ("8:59-20", "9-20"),
    ("9-20:01", "9-20"),
    ("9-24", "9-20"),
    ("9-20", "9-20 Mon to Sat"),
    ("9-20", "9-20, no holidays"),
]


@pytest.mark.parametrize(("window", "limit"), INSIDE)
def test_hours_within_the_limit_count_as_narrower(window: str, limit: str) -> None:
    inner = parse_window(window, on_holidays=True)
    assert narrower(inner, parse_window(limit, on_holidays=True)) is True


@pytest.mark.parametrize(("window", "limit"), OUTSIDE)
def test_hours_beyond_the_limit_in_any_way_do_not_count_as_narrower(
    window: str, limit: str
) -> None:
    inner = parse_window(window, on_holidays=True)
    assert narrower(inner, parse_window(limit, on_holidays=True)) is False
