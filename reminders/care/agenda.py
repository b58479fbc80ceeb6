"""Which text goes when to one telephone: refusals, merging, precedence, and room for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reminders.care import consent
from reminders.care.hours import Hours, local_day
from reminders.care.message import ASKED_TO_BOOK, PLANNABLE, State
from reminders.care.opening import Search
from reminders.care.plan import LeftDays, Wish
from reminders.care.protocol import Kind, MessageClass

Key = tuple[int, str, int]


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
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Planning may still change this text by itself."""
        return self.state in PLANNABLE and self.reason != ASKED_TO_BOOK


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
    def precedence(self) -> tuple[int, datetime, str, Key]:
        """Aftercare before side effects, onset, wear-off, reminder; then by time."""
        wish = self.wish
        return (wish.step.kind.rank, wish.nominal, wish.treatment.ref, wish.key)

    @property
    def voice(self) -> tuple[int, bool, int, datetime, str, Key]:
        """Who speaks for texts that go out as one.

        Of reminders it is the one that names the latest day, so that no day comes too early for
        anyone. Then care goes before marketing, and the protocol with the graver warning first.
        """
        wish = self.wish
        latest = -wish.earliest.toordinal() if wish.step.kind is Kind.RETREATMENT else 0
        is_marketing = wish.step.message_class is MessageClass.MARKETING
        return (latest, is_marketing, -wish.rank, *self.precedence[1:])

    @property
    def company(self) -> tuple[str, Kind, date]:
        """Texts to one telephone that agree in this go out as one."""
        day = local_day(self.wish.nominal, zone=self.person.home)
        return (self.person.clinic, self.wish.step.kind, day)


def left_days(known: Mapping[Key, Known], *, care_plan: int, zone: str) -> LeftDays:
    """Return on which local day each text of a plan left, or the one that spoke for it."""
    return {
        key[1:]: local_day(left.left_at or left.due_at, zone=zone)
        for key, row in known.items()
        if key[0] == care_plan and (left := _left(row, known)) is not None
    }


def _left(row: Known, known: Mapping[Key, Known]) -> Known | None:
    """The row that has left planning's hands for this one: itself, or its speaker."""
    if not row.is_open:
        return row
    speaker = known.get(row.together_with) if row.together_with else None
    return speaker if speaker is not None and not speaker.is_open else None


def agenda(
    calls: Sequence[Call],
    *,
    known: Mapping[Key, Known],
    taken: Sequence[datetime],
    hours: Mapping[str, Hours],
    now: datetime,
) -> tuple[Slot, ...]:
    """Place every call of one telephone; `taken` are the instants its recent texts left at.

    Calls whose text has left, or was spoken for by one that has, get no slot.
    """
    book = _Book(known, hours, now, busy=[*taken, *_about_to_leave(known.values())])
    slots: list[Slot] = []
    companies: dict[object, list[Call]] = defaultdict(list)
    for call in calls:
        refusal = book.refusal(call)
        if refusal is not None:
            slots.append(refusal)
        else:
            companies[call.company].append(call)
    for members in sorted(companies.values(), key=lambda m: min(c.precedence for c in m)):
        slots += book.one_for_all(members)
    return tuple(slots)


def _about_to_leave(rows: Iterable[Known]) -> list[datetime]:
    return [row.left_at or row.due_at for row in rows if row.state is State.CLAIMED]


@dataclass(frozen=True, slots=True)
class _Book:
    """One telephone's texts while they are placed; `busy` grows with each."""

    known: Mapping[Key, Known]
    hours: Mapping[str, Hours]
    now: datetime
    busy: list[datetime]

    def refusal(self, call: Call) -> Slot | None:
        """Say why a text may not go at all. One that is about to leave can still be called back."""
        row = self.known.get(call.wish.key)
        if self._is_settled(call) and (row is None or row.state is not State.CLAIMED):
            return None
        wish, person = call.wish, call.person
        if self.now >= wish.until:
            words = "over before it could be planned" if row is None else "not sent in time"
            return _ended(call, State.EXPIRED, f"{words}: useful until {_utc(wish.until)}")
        reason = person.trouble or consent.why_not(person.standing, wish.step.message_class)
        if not reason and not person.zones:
            reason = "no time zone is known for this patient"
        return _ended(call, State.CANCELLED, reason) if reason else None

    def one_for_all(self, members: Sequence[Call]) -> list[Slot]:
        """Let one text of a company speak for all: one that has left, else the first with room."""
        voices = sorted((c for c in members if not self._is_settled(c)), key=lambda c: c.voice)
        left = [c.wish.key for c in members if self._has_left(c)]
        if left:
            return [_follower(call, min(left)) for call in voices]
        without_room: list[Slot] = []
        for speaker in voices:
            slot = self._place(speaker)
            if slot.state is State.PLANNED:
                self.busy.append(max(slot.due_at, self.now))
                rest = [c for c in voices if c is not speaker]
                return [slot, *(_follower(c, speaker.wish.key) for c in rest)]
            without_room.append(slot)
        return without_room

    def _has_left(self, call: Call) -> bool:
        row = self.known.get(call.wish.key)
        return row is not None and not row.is_open

    def _is_settled(self, call: Call) -> bool:
        row = self.known.get(call.wish.key)
        return row is not None and _left(row, self.known) is not None

    def _place(self, call: Call) -> Slot:
        wish, person, row = call.wish, call.person, self.known.get(call.wish.key)
        is_waiting = row is not None and row.state is State.PLANNED and row.until == wish.until
        planned = row.due_at if row is not None and is_waiting else None
        search = Search(wish, person.home, person.zones, self.hours[person.clinic], planned)
        opening = search.opening(self.busy, now=self.now)
        if opening.at is None:
            return _ended(call, State.EXPIRED, opening.reason)
        return Slot(wish, person, State.PLANNED, opening.at, opening.reason)


def _ended(call: Call, state: State, reason: str) -> Slot:
    return Slot(call.wish, call.person, state, call.wish.nominal, reason)


def _follower(call: Call, speaker: Key) -> Slot:
    reason = "one text that day speaks for this treatment too"
    return Slot(
        call.wish, call.person, State.CANCELLED, call.wish.nominal, reason, together_with=speaker
    )


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
