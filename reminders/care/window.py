"""The hours of a day in which a text may go, and how a clinic writes them. Facts and reading only.

A window is told in wall-clock time; which zone it holds in is said elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from reminders.care.protocol import MessageClass

MIDNIGHT = time(0)
EVERY_DAY = frozenset(range(7))

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WINDOW = re.compile(r"([0-9:]+)\s*[-–]\s*([0-9:]+)(?:[\s,]+(.*))?")
_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?")
_NO_HOLIDAYS = re.compile(r"\s*,?\s*\bno holidays$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Window:
    """The wall-clock hours of a day in which a text may go: opens <= local time < closes.

    `closes` is later on the same day than `opens`; time(0) means the midnight that ends the
    day. `weekdays` counts Monday as 0. `on_holidays` False keeps US federal holidays free.
    """

    opens: time
    closes: time
    weekdays: frozenset[int]
    on_holidays: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """When and how often an installation may text a patient.

    `per_day` counts texts to one phone on one local day, `per_seven_days` in any rolling
    seven days. On `closed_days` nothing that can wait is sent.
    """

    care: Window
    marketing: Window
    closed_days: frozenset[date]
    per_day: int
    per_seven_days: int

    def window(self, message_class: MessageClass) -> Window:
        """Return the window for a class of text."""
        return self.marketing if message_class is MessageClass.MARKETING else self.care


# Law: solicitations go from 8 to 21 only, where the called party is, 47 CFR 64.1200(c)(1); care
# texts keep inside that too. Some states end marketing at 18, begin it at 10, or forbid Sundays
# and holidays. One text a day and three a week: 47 CFR 64.1200(a)(9)(iv).
DEFAULT_HOURS = Hours(
    care=Window(time(9), time(20), EVERY_DAY, on_holidays=True),
    marketing=Window(time(10), time(18), frozenset(range(5)), on_holidays=False),
    closed_days=frozenset(),
    per_day=1,
    per_seven_days=3,
)


def parse_window(text: str, *, on_holidays: bool) -> Window:
    """Read "9-20 every day", "10-18 Monday to Friday", "09:30-17:00 Mon, Wed, Fri" or "0-24".

    Without days it is every day. The words "no holidays" at the end outrank `on_holidays`.
    Anything else raises ValueError, whose words name the mend.
    """
    hours, cuts = _NO_HOLIDAYS.subn("", text.strip())
    found = _WINDOW.fullmatch(hours)
    if not found:
        raise ValueError(
            f'"{text}" is not a window of hours: write it as "9-20 every day" '
            'or "10-18 Monday to Friday", on the 24-hour clock'
        )
    opens, closes = _minute_of_day(found[1]), _minute_of_day(found[2])
    if opens >= closes:
        raise ValueError(
            f'"{text}" must close later than it opens: midnight is 24, '
            "and a night takes two windows, such as 20-24 and 0-8"
        )
    weekdays = _weekdays(found[3] or "every day")
    return Window(_wall(opens), _wall(closes), weekdays, on_holidays=on_holidays and not cuts)


def _minute_of_day(text: str) -> int:
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise ValueError(f'"{text}" is not a time of day: write 0 to 24, such as 9 or 09:30')
    return hour * 60 + minute


def _wall(minute_of_day: int) -> time:
    hour, minute = divmod(minute_of_day, 60)
    return time(hour % 24, minute)


def _weekdays(text: str) -> frozenset[int]:
    if text.strip().lower() == "every day":
        return EVERY_DAY
    parts = re.split(r",|\band\b", text)
    return frozenset(day for part in parts for day in _days_of(part.strip()))


def _days_of(part: str) -> list[int]:
    words = re.split(r"\s+to\s+|\s*[-–]\s*", part, maxsplit=1)
    first, last = _weekday(words[0]), _weekday(words[-1])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _weekday(word: str) -> int:
    for number, name in enumerate(_WEEKDAYS):
        if len(word) >= 3 and name.startswith(word.lower()):
            return number
    raise ValueError(
        f'"{word}" is not a day of the week: write Monday or Mon, "Monday to Friday", '
        '"Mon, Wed, Fri" or "every day"'
    )


def narrower(window: Window, limit: Window) -> bool:
    """Say whether `window` lies wholly inside `limit`; equal counts as inside."""
    return (
        limit.opens <= window.opens
        and closing(window) <= closing(limit)
        and window.weekdays <= limit.weekdays
        and window.on_holidays <= limit.on_holidays
    )


def closing(window: Window) -> timedelta:
    """Return how long after local midnight the window closes; 24 hours for the next midnight."""
    return timedelta(days=1) if window.closes == MIDNIGHT else past_midnight(window.closes)


def past_midnight(wall: time) -> timedelta:
    """Return how far a wall-clock time lies after midnight."""
    return timedelta(
        hours=wall.hour,
        minutes=wall.minute,
        seconds=wall.second,
        microseconds=wall.microsecond,
    )
