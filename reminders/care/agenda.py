"""Which text goes when to one telephone: merging, precedence, hours and caps together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from reminders.care import consent
from reminders.care.caps import Caps
from reminders.care.hours import Hours, Window, local_day, next_civil, with_jitter
from reminders.care.message import PLANNABLE, STARTED, State
from reminders.care.plan import Wish
from reminders.care.protocol import Kind, MessageClass

Key = tuple[int, str, int]

MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as the agenda sees them.

    `home` is the zone of their local times; a text must find a civil hour in every one of
    `zones`. `trouble` says why the number cannot be texted at all, or is empty.
    """

    id: int
    clinic: str
    language: str
    home: str
    zones: tuple[str, ...]
    standing: consent.Standing
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A text that is already on record. `left_at` is when it left for the gateway."""

    message_id: int
    key: Key
    state: State
    due_at: datetime
    until: datetime
    left_at: datetime | None = None
    together_with: Key | None = None
    message_class: MessageClass = MessageClass.CARE


@dataclass(frozen=True, slots=True)
class Slot:
    """What should become of one wish: planned, cancelled or expired, and in words why."""

    wish: Wish
    person: Person
    state: State
    due_at: datetime
    reason: str = ""
    together_with: Key | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One wish and the person it is for."""

    wish: Wish
    person: Person

    @property
    def precedence(self) -> tuple[int, datetime, str, int]:
        """Aftercare before side effects, onset, wear-off, reminder; then by time."""
        wish = self.wish
        return (wish.step.kind.rank, wish.nominal, wish.treatment.ref, wish.occurrence)

    @property
    def company(self) -> tuple[str, Kind, MessageClass, str, date]:
        """Texts that agree in this go out as one."""
        step, person = self.wish.step, self.person
        day = local_day(self.wish.nominal, zone=person.home)
        return (person.clinic, step.kind, step.message_class, person.language, day)


def agenda(
    calls: Sequence[Call],
    *,
    known: Mapping[Key, Known],
    taken: Sequence[datetime],
    hours: Mapping[str, Hours],
    now: datetime,
) -> tuple[Slot, ...]:
    """Place every call of one telephone; `taken` are the instants its recent texts left at."""
    refused = {c.wish.key: r for c in calls if _open(c, known) and (r := _refusal(c, known, now))}
    slots = list(refused.values())
    candidates: list[Call] = []
    companies: dict[tuple[object, ...], list[Call]] = defaultdict(list)
    for call in calls:
        if call.wish.key not in refused:
            companies[call.company].append(call)
    for members in companies.values():
        first, followers = _merge(members, known)
        slots += followers
        candidates += first
    busy = list(taken)
    for call in sorted(candidates, key=lambda c: c.precedence):
        slot = _place(call, known.get(call.wish.key), busy, hours[call.person.clinic], now)
        slots.append(slot)
        if slot.state is State.PLANNED:
            busy.append(max(slot.due_at, now))
    return _same_fate(slots)


def _same_fate(slots: list[Slot]) -> tuple[Slot, ...]:
    """A text that found no room takes with it those for which it would have spoken."""
    lost = {s.wish.key: s for s in slots if s.state is not State.PLANNED}
    return tuple(
        replace(s, state=lost[s.together_with].state, reason=lost[s.together_with].reason)
        if s.together_with in lost
        else s
        for s in slots
    )


def _open(call: Call, known: Mapping[Key, Known]) -> bool:
    row = known.get(call.wish.key)
    return row is None or row.state in PLANNABLE


def _refusal(call: Call, known: Mapping[Key, Known], now: datetime) -> Slot | None:
    wish, person = call.wish, call.person
    if now >= wish.until:
        words = "not sent in time" if wish.key in known else "over before the treatment came to us"
        return Slot(
            wish, person, State.EXPIRED, wish.nominal, f"{words}: useful until {_utc(wish.until)}"
        )
    reason = person.trouble or consent.why_not(person.standing, wish.step.message_class)
    return Slot(wish, person, State.CANCELLED, wish.nominal, reason) if reason else None


def _merge(members: list[Call], known: Mapping[Key, Known]) -> tuple[list[Call], list[Slot]]:
    """Let one text speak for all; one that has left already speaks for those not yet sent."""
    still_open = sorted((c for c in members if _open(c, known)), key=lambda c: c.precedence)
    left = [c for c in members if _has_left(known.get(c.wish.key))]
    if not still_open:
        return [], []
    first = [] if left else still_open[:1]
    speaker = left[0] if left else still_open[0]
    followers = still_open if left else still_open[1:]
    return first, [_follower(c, speaker.wish.key) for c in followers]


def _has_left(row: Known | None) -> bool:
    return row is not None and (row.state in STARTED or row.state is State.CLAIMED)


def _follower(call: Call, speaker: Key) -> Slot:
    reason = "one text that day speaks for this treatment too"
    return Slot(
        call.wish, call.person, State.CANCELLED, call.wish.nominal, reason, together_with=speaker
    )


def _place(
    call: Call, row: Known | None, busy: Sequence[datetime], hours: Hours, now: datetime
) -> Slot:
    wish, person = call.wish, call.person
    search = _Search(wish, person, hours.window(wish.step.message_class), hours)
    best = search.civil(wish.nominal)
    if best is None:
        return Slot(wish, person, State.EXPIRED, wish.nominal, search.no_hour())
    if wish.step.kind is not Kind.AFTERCARE:
        best = search.spread(best)
    waiting = row is not None and row.state is State.PLANNED
    if best >= now:
        start = best
    elif row is not None and waiting and best <= row.due_at < wish.until and row.due_at > now:
        start = row.due_at
    else:
        start = now
    at, clash = search.free(start, busy)
    if at is None:
        return Slot(wish, person, State.EXPIRED, wish.nominal, clash or search.no_hour())
    if at == now > best:
        at = row.due_at if row is not None and waiting and best <= row.due_at <= now else best
    return Slot(wish, person, State.PLANNED, at, clash or search.delay(at) or wish.reason)


@dataclass(frozen=True, slots=True)
class _Search:
    """The search for an instant that hours and caps both allow, for one wish."""

    wish: Wish
    person: Person
    window: Window
    hours: Hours

    def civil(self, at: datetime) -> datetime | None:
        return next_civil(
            at,
            until=self.wish.until - MOMENT,
            window=self.window,
            zones=self.person.zones,
            closed_days=self.hours.closed_days,
        )

    def spread(self, at: datetime) -> datetime:
        """Up to 15 minutes later, so that a clinic's texts do not leave in one burst."""
        wish = self.wish
        spread = with_jitter(
            at,
            key=f"{wish.treatment.ref}/{wish.step.key}/{wish.occurrence}",
            window=self.window,
            zones=self.person.zones,
            closed_days=self.hours.closed_days,
        )
        return spread if spread < wish.until else at

    def free(self, start: datetime, busy: Sequence[datetime]) -> tuple[datetime | None, str]:
        """The first allowed instant from `start` on, and the cap that stood in the way, if any."""
        caps = Caps(self.hours.per_day, self.hours.per_seven_days, self.person.home)
        reason = ""
        at = self.civil(start)
        while at is not None:
            clash = caps.clash(at, busy, retry_at=self.wish.step.at or time(0))
            if clash is None:
                return at, reason
            reason = f"moved: {clash.reason}"
            at = self.civil(clash.over_at)
        return None, reason and reason.replace("moved", "no room while it was useful", 1)

    def delay(self, at: datetime) -> str:
        """Say why a text goes later than its step asks, when hours are the reason."""
        if at - self.wish.nominal <= timedelta(minutes=15):
            return ""
        return f"moved: {_utc(self.wish.nominal)} is outside the texting hours"

    def no_hour(self) -> str:
        zones = ", ".join(self.person.zones)
        return (
            f"no texting hour in {zones} between {_utc(self.wish.nominal)} "
            f"and {_utc(self.wish.until)}"
        )


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
