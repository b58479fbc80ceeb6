"""How far an offset reaches at the least; the rest of a step is tried with its protocol file."""

from __future__ import annotations

import pytest

from reminders.care.protocol import Offset
from reminders.care.step_file import least_days


@pytest.mark.parametrize(
    ("offset", "days"),
    [
        (Offset(47, "hours"), 1),
        (Offset(5, "days"), 5),
        (Offset(-2, "weeks"), -14),
        (Offset(3, "months"), 89),
        (Offset(12, "months"), 365),
        (Offset(25, "months"), 758),
    ],
)
def test_the_fewest_days_of_an_offset_are_those_of_the_shortest_months(
    offset: Offset, days: int
) -> None:
    assert least_days(offset) == days
