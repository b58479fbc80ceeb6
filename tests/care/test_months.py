"""Calendar arithmetic, held against python-dateutil."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reminders.care.months import add_months, shifted_day
from reminders.care.protocol import Offset

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@settings(deadline=None, max_examples=500)
@given(day=DAYS, months=st.integers(-600, 600))
@example(day=date(2024, 2, 29), months=12)
@example(day=date(2023, 11, 30), months=3)
@example(day=date(2024, 3, 31), months=-1)
@example(day=date(2026, 12, 31), months=-12)
def test_months_are_counted_as_dateutil_counts_them(day: date, months: int) -> None:
    assert add_months(day, months) == day + relativedelta(months=months)


@settings(deadline=None, max_examples=200)
@given(day=DAYS, months=st.integers(-600, 600))
def test_a_month_end_clamps_and_never_spills_into_the_next_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (
        moved.day < day.day and (moved + timedelta(days=1)).month != moved.month
    )


def test_a_patient_treated_on_29_february_has_an_anniversary_every_year() -> None:
    treated = date(2024, 2, 29)
    years = [shifted_day(treated, Offset(12 * n, "months")) for n in range(1, 5)]
    assert years == [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("offset", "day"),
    [
        (Offset(0, "days"), date(2026, 3, 31)),
        (Offset(14, "days"), date(2026, 4, 14)),
        (Offset(-14, "days"), date(2026, 3, 17)),
        (Offset(12, "weeks"), date(2026, 6, 23)),
        (Offset(-1, "weeks"), date(2026, 3, 24)),
        (Offset(3, "months"), date(2026, 6, 30)),
        (Offset(-1, "months"), date(2026, 2, 28)),
    ],
)
def test_an_offset_counts_days_weeks_and_calendar_months(offset: Offset, day: date) -> None:
    assert shifted_day(date(2026, 3, 31), offset) == day


def test_an_offset_in_hours_is_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match=r"1 hours does not move a day: .* write days, weeks"):
        shifted_day(date(2026, 3, 31), Offset(1, "hours"))


def test_a_day_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="year"):
        add_months(date(9999, 12, 1), 1)
