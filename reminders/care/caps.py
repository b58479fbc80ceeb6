"""How many texts that we start one telephone may get: so many a local day, so many in seven days.

One a day and three a week are the limits of the health-care exemption (FCC 15-72, 47 CFR
64.1200(a)(9)(iv)); we rely on consent and keep the limits all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from reminders.care.hours import local_day, local_instant

SEVEN_DAYS = timedelta(days=7)
LEAVES_WITHIN = timedelta(minutes=1)
"""A text leaves seconds after it is due; a later text must leave room for that."""


@dataclass(frozen=True, slots=True)
class Clash:
    """The cap that another text would break, and the first instant at which it may no longer."""

    reason: str
    over_at: datetime


@dataclass(frozen=True, slots=True)
class Caps:
    """Texts per local day (in `zone`) and per rolling seven days."""

    per_day: int
    per_seven_days: int
    zone: str

    def clash(
        self, at: datetime, taken: Sequence[datetime], *, retry_at: time = time(0)
    ) -> Clash | None:
        """Return the clash of a text at `at` with the instants already taken, if any.

        After a full day the next try is the next local day at `retry_at`.
        """
        near = sorted(t for t in taken if abs(t - at) < SEVEN_DAYS)
        if not near:
            return None
        return self._day_clash(at, near, retry_at) or self._week_clash(at, near)

    def _day_clash(self, at: datetime, near: list[datetime], retry_at: time) -> Clash | None:
        today = local_day(at, zone=self.zone)
        if sum(local_day(t, zone=self.zone) == today for t in near) < self.per_day:
            return None
        tomorrow = local_instant(today + timedelta(days=1), retry_at, zone=self.zone)
        return Clash(f"no more than {self.per_day} a day to one number", tomorrow)

    def _week_clash(self, at: datetime, near: list[datetime]) -> Clash | None:
        with_this = sorted([*near, at])
        spans = zip(with_this, with_this[self.per_seven_days :], strict=False)
        if all(last - first >= SEVEN_DAYS for first, last in spans):
            return None
        over = min(t for t in (n + SEVEN_DAYS for n in near) if t > at)
        over_at = _next_quarter(over + LEAVES_WITHIN)
        return Clash(f"no more than {self.per_seven_days} in seven days to one number", over_at)


def _next_quarter(at: datetime) -> datetime:
    """Round up to a quarter of an hour: the hour a patient gets is one that a person would pick."""
    return at + (datetime.min.replace(tzinfo=at.tzinfo) - at) % timedelta(minutes=15)
