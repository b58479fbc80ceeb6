"""How dates and times of an export are read, and which are refused rather than guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.care.cells import Problem
from reminders.care.moments import Moment, read_agreed_at, read_booked_for, read_treated_at

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLINIC = "America/Los_Angeles"
PAST = st.datetimes(NOW.replace(year=2001, tzinfo=None), NOW.replace(month=5, tzinfo=None))


def treated(cell: str) -> Moment | Problem:
    return read_treated_at(cell, zone=CLINIC, now=NOW)


def moment(cell: str) -> Moment:
    found = treated(cell)
    assert isinstance(found, Moment), found
    return found


def problem(cell: str) -> Problem:
    found = treated(cell)
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-04T14:30",
        "2026-03-04 14:30",
        "2026-03-04t14:30:00",
        "2026-03-04 14:30:00.000",
        "2026-03-04T14:30-08:00",
        "2026-03-04T14:30-0800",
        "2026-03-04 14:30 -08",
        "2026-03-04T22:30Z",
        "2026-03-04T22:30:00z",
        "2026-03-05T04:00:00+05:30",
    ],
)
def test_half_past_two_in_los_angeles_may_be_written_in_many_ways(cell: str) -> None:
    assert treated(cell) == Moment(datetime(2026, 3, 4, 22, 30, tzinfo=UTC), time_known=True)


def test_a_day_without_a_time_stands_at_five_in_the_afternoon_at_the_clinic() -> None:
    found = moment("2026-03-04")
    assert found.at == datetime(2026, 3, 5, 1, tzinfo=UTC)
    assert not found.time_known
    assert "17:00" in found.note


@pytest.mark.parametrize(
    ("cell", "mend"),
    [
        ("03/04/2026", "write 2026-03-04 or 2026-04-03"),
        ("3.4.2026", "write 2026-03-04 or 2026-04-03"),
        ("03-04-26", "write 2026-03-04 or 2026-04-03"),
        ("13/04/2026", "write 2026-04-13"),
        ("04/13/2026", "write 2026-04-13"),
        ("04/04/2026", "write 2026-04-04"),
        ("2026/03/04", "write 2026-03-04"),
        ("2026-3-4", "write 2026-03-04"),
        ("03/04/2026 2:30 PM", "write 2026-03-04 or 2026-04-03, and the time as 14:30 after it"),
    ],
)
def test_a_date_in_another_order_is_refused_with_the_days_it_may_mean(cell: str, mend: str) -> None:
    assert problem(cell).mend == mend


@pytest.mark.parametrize(
    "cell",
    [
        "yesterday",
        "46085.5",
        "20260304",
        "31/31/2026",
        "0/0/0",
        "4 March 2026",
        "2026-03-04T",
        "2026-03-04 2 PM",
    ],
)
def test_what_is_no_date_is_refused_with_an_example(cell: str) -> None:
    assert "2026-03-04 14:30" in problem(cell).mend


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-29",
        "2026-13-01",
        "2026-03-04 24:00",
        "2026-03-04T10:61",
        "2026-03-04T10:00+25:00",
        "2026-03-04T10:00+01:75",
        "0000-01-01",
    ],
)
def test_a_day_or_hour_that_no_calendar_has_is_refused(cell: str) -> None:
    assert "not in the calendar" in problem(cell).reason


def test_an_empty_day_of_treatment_is_refused() -> None:
    assert problem("").reason == "is empty"


def test_an_hour_that_the_clocks_skipped_is_refused_with_the_mend() -> None:
    found = problem("2026-03-08 02:30")
    assert "went forward" in found.reason
    assert "2026-03-08T03:30-07:00" in found.mend
    assert moment("2026-03-08T02:30-08:00").at == datetime(2026, 3, 8, 10, 30, tzinfo=UTC)


def test_an_hour_that_came_twice_is_the_first_one_with_a_note() -> None:
    found = moment("2025-11-02 01:30")
    assert found.at == datetime(2025, 11, 2, 8, 30, tzinfo=UTC)
    assert "came twice" in found.note
    assert not moment("2025-11-02T01:30-08:00").note


def test_a_treatment_may_lie_a_day_ahead_but_not_more() -> None:
    assert moment("2026-06-02T12:00Z").at == datetime(2026, 6, 2, 12, tzinfo=UTC)
    assert "future" in problem("2026-06-02T12:01Z").reason
    assert "booked_for" in problem("2027-01-01").mend
    assert "future" in problem("9999-12-31 23:59").reason


def test_a_treatment_before_2000_is_refused() -> None:
    assert "before 2000" in problem("1999-12-31").reason
    assert moment("2000-01-01T00:00Z").at.year == 2000


def agreed(cell: str) -> datetime | Problem | None:
    return read_agreed_at(cell, zone=CLINIC, now=NOW)


def test_the_day_of_consent_begins_at_midnight_at_the_clinic() -> None:
    assert agreed("2026-03-01") == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert agreed("2026-03-01T10:00-08:00") == datetime(2026, 3, 1, 18, tzinfo=UTC)
    assert agreed("") is None


@pytest.mark.parametrize("cell", ["2026-06-05", "03/01/2026", "on paper"])
def test_a_consent_without_a_readable_past_day_is_refused(cell: str) -> None:
    assert isinstance(agreed(cell), Problem)


def booked(cell: str) -> date | Problem | None:
    return read_booked_for(cell, zone=CLINIC, now=NOW)


def test_a_booking_is_a_day_at_the_clinic() -> None:
    assert booked("2026-07-01") == date(2026, 7, 1)
    assert booked("2026-07-01 09:00") == date(2026, 7, 1)
    assert booked("2026-07-01T02:00Z") == date(2026, 6, 30)
    assert booked("") is None


@pytest.mark.parametrize("cell", ["2036-07-01", "07/01/2026", "soon"])
def test_a_booking_that_is_a_slip_is_refused(cell: str) -> None:
    assert isinstance(booked(cell), Problem)


@given(
    st.datetimes(NOW.replace(year=2000, tzinfo=None), NOW.replace(day=1, month=5, tzinfo=None)),
    st.integers(-14, 14),
)
def test_an_offset_always_decides_the_instant(local: datetime, hours: int) -> None:
    sign = "-" if hours < 0 else "+"
    cell = f"{local.isoformat(timespec='seconds')}{sign}{abs(hours):02}:00"
    assert moment(cell).at == datetime.fromisoformat(cell).replace(microsecond=0)


@given(st.text(alphabet="0123456789-/.:TZ+ ", max_size=30))
def test_whatever_is_written_is_an_instant_or_a_problem(cell: str) -> None:
    found = treated(cell)
    assert found.mend if isinstance(found, Problem) else found.at <= NOW.replace(day=2)
