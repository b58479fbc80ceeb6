"""Calendar arithmetic on days: months that clamp, and a protocol's offsets. No time of day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from reminders.care.protocol import Offset


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` calendar months later; negative goes back.

    A day that the month lacks becomes the month's last: 31 January and one month is 28 or
    29 February. Count a repeated step from its first day, not from the day before it, or one
    short month would shorten all that follow. Years outside 1 to 9999 raise ValueError.
    """
    year, month_before = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month_before + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def shifted_day(day: date, offset: Offset) -> date:
    """Return the day that lies `offset` from `day`: whole days, weeks or calendar months.

    Hours raise ValueError, for they move an instant and not a day.
    """
    match offset.unit:
        case "days":
            return day + timedelta(days=offset.amount)
        case "weeks":
            return day + timedelta(weeks=offset.amount)
        case "months":
            return add_months(day, offset.amount)
        case _:
            raise ValueError(
                f"an offset of {offset.amount} hours does not move a day: "
                "add it to an instant, or write days, weeks or months"
            )
