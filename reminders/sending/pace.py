"""How fast we speak: each sender's segments per second, and the rest that a gateway needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from reminders.gateways.gateway import Accepted, GatewayError, NoAnswer, Refused, Scope, Unreachable
from reminders.settings import Clinic

LONGEST_REST = 30.0
"""Seconds; how long we leave a gateway alone before we ask again."""

MOST_SILENCES = 5
"""So many texts in a row without an answer, and we rest: each one that leaves ends in doubt."""

AHEAD = 2.0
"""Seconds; how far ahead of its sender's turn a text may be taken in hand."""


@dataclass(slots=True)
class Pace:
    """What one worker remembers of its haste. Instants are seconds of a monotonic clock.

    `halted` means that the account was refused: nothing more is started in this pass.
    """

    halted: bool = False
    resting_until: float = 0.0
    failures: int = 0
    silences: int = 0
    next_free: dict[str, float] = field(default_factory=dict)

    def hear(self, outcome: Accepted | GatewayError, now: float) -> None:
        """Leave a gateway alone that cannot be reached, asks for patience, or refuses us."""
        match outcome:
            case Refused(permanent=False, scope=Scope.ACCOUNT):
                self.halted = True
            case Refused(permanent=False, retry_after=asked):
                self._rest(now, asked)
            case Unreachable():
                self._rest(now, None)
            case NoAnswer():
                self.silences += 1
                if self.silences >= MOST_SILENCES:
                    self._rest(now, None)
            case _:
                self.failures = self.silences = 0

    def _rest(self, now: float, asked: timedelta | None) -> None:
        if asked:
            until = now + min(asked.total_seconds(), LONGEST_REST)
            self.resting_until = max(self.resting_until, until)
        elif now >= self.resting_until:  # many texts in flight fail together: one failure
            self.resting_until = now + min(2.0**self.failures, LONGEST_REST)
            self.failures = min(self.failures + 1, 5)

    def turn(self, clinic: Clinic, segments: int, now: float) -> float | None:
        """Take the sender's next turn and say when it is; None when it is too far ahead."""
        if not clinic.segments_per_second:
            return now
        free = max(now, self.next_free.get(clinic.sender, now))
        if free - now > AHEAD:
            return None
        self.next_free[clinic.sender] = free + segments / clinic.segments_per_second
        return free

    def booked_up(self, clinics: Iterable[Clinic], now: float) -> frozenset[str]:
        """Return the keys of the clinics whose senders have no turn soon."""
        return frozenset(c.key for c in clinics if self.next_free.get(c.sender, now) - now > AHEAD)
