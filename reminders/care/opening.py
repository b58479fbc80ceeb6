"""The first instant at which hours and caps both let a text go, and why not sooner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from reminders.care.caps import Caps
from reminders.care.hours import Hours, Window, local_day, next_civil, with_jitter
from reminders.care.plan import Wish
from reminders.care.protocol import Kind

MOMENT = timedelta(seconds=1)
CLOSE_BY = timedelta(hours=1)
"""A text that caps have moved stays where it is rather than move again by less than this."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a text finds room: a UTC instant, or None when there is none; and in words why.

    An instant before `now` means at once: the text is late, yet of use.
    """

    at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """The search for one wish's opening.

    `home` is the zone of its local days, `zones` those in which the hour must be civil. `planned`
    is where the same wish already waits, None when it does not.
    """

    wish: Wish
    home: str
    zones: tuple[str, ...]
    hours: Hours
    planned: datetime | None = None

    def opening(self, busy: Sequence[datetime], *, now: datetime) -> Opening:
        """Find the first room that hours and the caps leave beside the `busy` instants."""
        civil = self._civil(self.wish.nominal)
        if civil is None:
            return Opening(None, self._no_hour())
        best = civil if self.wish.step.kind is Kind.AFTERCARE else self._spread(civil)
        start = best if best >= now else self._civil(self._restart(best, now))
        at, clash = self._free(start, busy)
        if clash and at is not None and self._may_stay(at, best, busy, now):
            at = self.planned
        if at is None:
            return Opening(None, clash or self._no_hour())
        late = at == now > best
        told = clash or self.wish.reason or self._delay(civil, best, at, is_late=late)
        return Opening(self._since(best, now) if late else at, told)

    def _restart(self, best: datetime, now: datetime) -> datetime:
        """A late text keeps a place later today; any other may go at once."""
        planned = self.planned
        if planned is None or not best <= now < planned:
            return now
        days = (local_day(each, zone=self.home) for each in (now, planned))
        return planned if len(set(days)) == 1 else now

    def _since(self, best: datetime, now: datetime) -> datetime:
        if self.planned is not None and best <= self.planned <= now:
            return self.planned
        return best

    def _may_stay(
        self, at: datetime, best: datetime, busy: Sequence[datetime], now: datetime
    ) -> bool:
        planned = self.planned
        if planned is None or abs(planned - at) >= CLOSE_BY or planned < max(best, now):
            return False
        return self._civil(planned) == planned and self._caps().clash(planned, busy) is None

    def _free(self, at: datetime | None, busy: Sequence[datetime]) -> tuple[datetime | None, str]:
        caps, reason = self._caps(), ""
        while at is not None:
            clash = caps.clash(at, busy, retry_at=self.wish.step.at or time(0))
            if clash is None:
                return at, reason
            reason = f"moved: {clash.reason}"
            at = self._civil(clash.over_at)
        return None, reason and reason.replace("moved", "no room while it was useful", 1)

    def _caps(self) -> Caps:
        return Caps(self.hours.per_day, self.hours.per_seven_days, self.home)

    def _window(self) -> Window:
        return self.hours.window(self.wish.step.message_class)

    def _civil(self, at: datetime) -> datetime | None:
        return next_civil(
            at,
            until=self.wish.until - MOMENT,
            window=self._window(),
            zones=self.zones,
            closed_days=self.hours.closed_days,
        )

    def _spread(self, at: datetime) -> datetime:
        """Up to 15 minutes later, so that a clinic's texts do not leave in one burst."""
        wish = self.wish
        spread = with_jitter(
            at,
            key=f"{wish.treatment.ref}/{wish.step.key}/{wish.occurrence}",
            window=self._window(),
            zones=self.zones,
            closed_days=self.hours.closed_days,
        )
        return spread if spread < wish.until else at

    def _delay(self, civil: datetime, best: datetime, at: datetime, *, is_late: bool) -> str:
        """Say why a text goes later than its step asks, when hours are the reason."""
        if civil != self.wish.nominal:
            return f"moved: {_utc(self.wish.nominal)} is outside the texting hours"
        if is_late or at == best:
            return ""
        return f"moved: {_utc(best)} passed before it could go, and then texting hours were over"

    def _no_hour(self) -> str:
        wish = self.wish
        between = f"between {_utc(wish.nominal)} and {_utc(wish.until)}"
        return f"no texting hour in {', '.join(self.zones)} {between}"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
