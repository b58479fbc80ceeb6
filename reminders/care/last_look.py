"""The last look at a claimed text, just before it leaves: may it still go, and may it go now?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reminders.care import consent
from reminders.care.caps import Caps
from reminders.care.hours import Hours, Window, is_civil, next_civil
from reminders.care.message import Event, Hold
from reminders.care.protocol import MessageClass


@dataclass(frozen=True, slots=True)
class Case:
    """All that the last look considers. `taken` are the instants texts left for this number."""

    message_class: MessageClass
    until: datetime
    home: str
    zones: tuple[str, ...]
    standing: consent.Standing
    trouble: str
    taken: Sequence[datetime]
    on_trial: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """STARTED lets the text go; the other events say why not, and when to look again."""

    event: Event
    reason: str = ""
    look_again_at: datetime | None = None
    hold: Hold | None = None


GO = Verdict(Event.STARTED)


def last_look(case: Case, *, hours: Hours, now: datetime) -> Verdict:
    """Decide about one claimed text; consent comes before everything but time itself."""
    if now >= case.until:
        return Verdict(Event.MISSED, f"not sent in time: useful until {_utc(case.until)}")
    reason = case.trouble or consent.why_not(case.standing, case.message_class)
    if reason:
        return Verdict(Event.WITHDRAWN, reason)
    return _timing(case, hours, now) or _trial(case.on_trial) or GO


AFTER_STOP = frozenset({"stopped", "emergency"})
"""The words that may leave although the number has sent STOP: its one confirmation (47 CFR
64.1200(a)(12)), and the safety text that answers an emergency."""


def last_look_at_answer(
    words: str, *, until: datetime, is_stopped: bool, on_trial: bool, now: datetime
) -> Verdict:
    """Decide about an answer or a page: neither hours nor caps bind it, STOP nearly always does."""
    if now >= until:
        return Verdict(Event.MISSED, f"not sent in time: useful until {_utc(until)}")
    if is_stopped and words not in AFTER_STOP:
        return Verdict(Event.WITHDRAWN, "the number sent STOP")
    return _trial(on_trial) or GO


def _timing(case: Case, hours: Hours, now: datetime) -> Verdict | None:
    window = hours.window(case.message_class)
    clash = Caps(hours.per_day, hours.per_seven_days, case.home).clash(
        now, case.taken, retry_at=window.opens
    )
    if clash is None and _is_open(case, window, hours, now):
        return None
    reason = clash.reason if clash else "outside the texting hours"
    again = next_civil(
        clash.over_at if clash else now,
        until=case.until - timedelta(seconds=1),
        window=window,
        zones=case.zones,
        closed_days=hours.closed_days,
    )
    if again is None:
        return Verdict(Event.MISSED, f"no room while it was useful: {reason}")
    return Verdict(Event.POSTPONED, f"moved: {reason}", look_again_at=again)


def _is_open(case: Case, window: Window, hours: Hours, now: datetime) -> bool:
    return is_civil(now, window=window, zones=case.zones, closed_days=hours.closed_days)


def _trial(on_trial: bool) -> Verdict | None:
    if not on_trial:
        return None
    reason = "held: trial mode, and this number is not among gateway.guests"
    return Verdict(Event.POSTPONED, reason, hold=Hold.TRIAL)


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
