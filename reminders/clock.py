"""What time it is. The only file that asks: everything else is told, as `now`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the instant in UTC, aware of its zone."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; they never run backwards."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251

    def monotonic(self) -> float:
        """Return the machine's seconds since some start, untouched by clock steps."""
        return time.monotonic()  # noqa: TID251


class VirtualClock:
    """A clock that stands still until it is moved; with it a year of a clinic plays in seconds."""

    def __init__(self, start: datetime) -> None:
        self._now = _in_utc(start)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Return the instant the clock stands at, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds moved forward so far; a step back takes none of them away."""
        return self._elapsed

    def advance(self, distance: timedelta, *, backwards: bool = False) -> None:
        """Move by a distance in time; ValueError as for `advance_to`."""
        self.advance_to(self._now + distance, backwards=backwards)

    def advance_to(self, instant: datetime, *, backwards: bool = False) -> None:
        """Move to an instant; ValueError if it has no zone, or is past and nobody asked for that.

        `backwards` plays a machine whose clock is set back.
        """
        target = _in_utc(instant)
        if target < self._now and not backwards:
            raise ValueError(
                f"the clock stands at {self._now.isoformat()}, later than {target.isoformat()}: "
                "name a later instant, or say backwards=True"
            )
        self._elapsed += max((target - self._now).total_seconds(), 0.0)
        self._now = target


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone: add one, for example tzinfo=UTC")
    return instant.astimezone(UTC)
