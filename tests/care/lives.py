"""Made-up patients, their treatments, and a telephone with its record. Pure: no clock, no store."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from reminders.care.agenda import Call, Key, Known, Person, Slot, agenda, left_days
from reminders.care.changes import Add, Change, End, Move, Revive, changes
from reminders.care.consent import Standing
from reminders.care.hours import DEFAULT_HOURS, Hours
from reminders.care.last_look import Case, last_look
from reminders.care.message import STARTED, Event, State
from reminders.care.plan import standing_of, wishes
from reminders.care.protocol import (
    Anchor,
    Kind,
    MessageClass,
    Offset,
    Protocol,
    Step,
    StopRule,
    Timing,
)
from reminders.care.protocol_file import read_protocol
from reminders.care.treatment import Status, Treatment

PROTOCOLS = Path(__file__).resolve().parents[2] / "templates" / "protocols"
NEW_YORK = "America/New_York"
AGREED = Standing(care=True, marketing=True, stopped_at=None)
CARE_ONLY = Standing(care=True, marketing=False, stopped_at=None)
TWO_WEEKS = Offset(14, "days")
RETREATED, BOOKED = StopRule.RETREATED, StopRule.BOOKED


@cache
def catalogue() -> Mapping[str, Protocol]:
    """Read the protocols as they are shipped."""
    found = {}
    for path in sorted(PROTOCOLS.glob("*.toml")):
        protocol = read_protocol(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        assert isinstance(protocol, Protocol), protocol
        found[path.stem] = protocol
    return found


def at(words: str, zone: str = NEW_YORK) -> datetime:
    """Read "2026-03-02 10:00" on the wall clock of a zone."""
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def treatment(
    plan: int = 1,
    *,
    on: str = "2026-03-02 10:00",
    protocol: str = "cervical-dystonia",
    product: str = "",
    interval_days: int | None = None,
    booked_for: date | None = None,
    status: Status = Status.ACTIVE,
    patient: int = 1,
    zone: str = NEW_YORK,
) -> Treatment:
    """A treatment in New York on a Monday morning, unless told otherwise."""
    return Treatment(
        care_plan=plan,
        ref=f"t{plan}",
        patient=patient,
        protocol=protocol,
        product=product,
        treated_at=at(on, zone),
        day=date.fromisoformat(on[:10]),
        interval_days=interval_days,
        booked_for=booked_for,
        status=status,
    )


def person(
    number: int = 1,
    *,
    zone: str = NEW_YORK,
    zones: tuple[str, ...] | None = None,
    standing: Standing = AGREED,
    language: str = "en",
    clinic: str = "k",
    trouble: str = "",
) -> Person:
    """A patient who agreed to every text."""
    zones = (zone,) if zones is None else zones
    return Person(number, clinic, language, zone, zones, standing, trouble)


def step(
    key: str = "onset",
    *,
    kind: Kind = Kind.ONSET,
    offset: Offset = TWO_WEEKS,
    at: str | None = "10:00",
    useful_for: timedelta = timedelta(days=2),
    stop_when: frozenset[StopRule] = frozenset({RETREATED}),
    message_class: MessageClass = MessageClass.CARE,
    anchor: Anchor = Anchor.TREATMENT,
    every: Offset | None = None,
    times: int = 1,
) -> Step:
    """An onset check-in two weeks after, unless told otherwise."""
    return Step(
        key=key,
        kind=kind,
        message_class=message_class,
        offset=offset,
        useful_for=useful_for,
        question=kind.value,
        text=key,
        anchor=anchor,
        at=None if at is None else datetime.fromisoformat(f"2026-01-01 {at}").time(),
        stop_when=stop_when,
        every=every,
        times=times,
    )


def protocol(*steps: Step, minimum: int = 91, duration: int = 91, precedence: int = 0) -> Protocol:
    """A protocol of these steps under the key "x"."""
    timing = Timing(duration_days=duration, minimum_days=minimum)
    return Protocol("x", "X", 3, 14, timing, steps, precedence=precedence)


class Telephone:
    """One number, who shares it, and its texts on record as planning and sending leave them."""

    def __init__(
        self,
        people: list[tuple[Person, list[Treatment]]],
        *,
        hours: Hours = DEFAULT_HOURS,
        protocols: Mapping[str, Protocol] | None = None,
        known: Mapping[Key, Known] | None = None,
    ) -> None:
        self.people = people
        self.hours = hours
        self.protocols = catalogue() if protocols is None else protocols
        self.known: dict[Key, Known] = dict(known or {})

    def __repr__(self) -> str:
        return f"Telephone({self.people!r})"

    def calls(self) -> list[Call]:
        """Every wish of everyone who shares the number."""
        found = []
        for who, history in self.people:
            for each in history:
                left = left_days(self.known, care_plan=each.care_plan, zone=who.home)
                wished = wishes(each, history, protocols=self.protocols, zone=who.home, left=left)
                found += [Call(wish, who) for wish in wished]
        return found

    def taken(self) -> list[datetime]:
        """The instants at which texts left."""
        return [r.left_at for r in self.known.values() if r.state in STARTED and r.left_at]

    def slots(self, now: datetime) -> tuple[Slot, ...]:
        """Where planning puts every text at this moment."""
        hours = {who.clinic: self.hours for who, _ in self.people}
        return agenda(self.calls(), known=self.known, taken=self.taken(), hours=hours, now=now)

    def plan(self, now: datetime) -> tuple[Change, ...]:
        """Plan, and make the record agree; return what had to change."""
        endings = {
            each.care_plan: standing_of(each, history).reason or "no longer called for"
            for _, history in self.people
            for each in history
        }
        wished = {call.wish.key for call in self.calls()}
        found = changes(self.slots(now), known=self.known, wished=wished, endings=endings)
        for change in found:
            self._apply(change)
        return found

    def _apply(self, change: Change) -> None:
        match change:
            case Add(slot):
                row = Known(len(self.known), slot.wish.key, slot.state, slot.due_at, slot.due_at)
                self.known[slot.wish.key] = _settled(row, slot)
            case Move(message_id, slot) | Revive(message_id, slot):
                self.known[slot.wish.key] = _settled(self._row(message_id), slot)
            case End(message_id, state, reason, together_with):
                row = self._row(message_id)
                self.known[row.key] = replace(
                    row, state=state, reason=reason, together_with=together_with
                )

    def _row(self, message_id: int) -> Known:
        return next(row for row in self.known.values() if row.message_id == message_id)

    def send(self, now: datetime) -> list[Key]:
        """Let everything leave that is due and passes the last look; return what left."""
        due = sorted(
            (r for r in self.known.values() if r.state is State.PLANNED and r.due_at <= now),
            key=lambda row: (row.due_at, row.message_id),
        )
        return [row.key for row in due if self._look(row, now)]

    def _look(self, row: Known, now: datetime) -> bool:
        who = next(w for w, history in self.people if row.key[0] in {t.care_plan for t in history})
        case = Case(
            message_class=row.message_class,
            until=row.until,
            home=who.home,
            zones=who.zones,
            standing=who.standing,
            trouble=who.trouble,
            taken=self.taken(),
            on_trial=False,
        )
        verdict = last_look(case, hours=self.hours, now=now)
        if verdict.event is Event.STARTED:
            self.known[row.key] = replace(row, state=State.SENT, left_at=now, reason="")
            return True
        state = {
            Event.POSTPONED: State.PLANNED,
            Event.WITHDRAWN: State.CANCELLED,
            Event.MISSED: State.EXPIRED,
        }[verdict.event]
        due_at = verdict.look_again_at or row.due_at
        self.known[row.key] = replace(row, state=state, due_at=due_at, reason=verdict.reason)
        return False

    def live(self, start: datetime, until: datetime) -> dict[Key, datetime]:
        """Plan once, then let every text leave when it is due; return when each did."""
        self.plan(start)
        now = start
        while now <= until:
            self.send(now)
            waiting = [r.due_at for r in self.known.values() if r.state is State.PLANNED]
            now = min((due for due in waiting if due > now), default=until + timedelta(1))
        return {row.key: row.left_at for row in self.known.values() if row.left_at}

    def states(self) -> dict[Key, State]:
        """The state of every text."""
        return {key: row.state for key, row in self.known.items()}

    def planned(self) -> dict[Key, datetime]:
        """When each planned text is due."""
        return {k: r.due_at for k, r in self.known.items() if r.state is State.PLANNED}

    def days(self, *, step: str, plan: int = 1) -> list[date]:
        """The local days on which a step's planned texts are due, in order."""
        zone = ZoneInfo(self.people[0][0].home)
        due = sorted(d for k, d in self.planned().items() if k[:2] == (plan, step))
        return [each.astimezone(zone).date() for each in due]


def _settled(row: Known, slot: Slot) -> Known:
    return replace(
        row,
        state=slot.state,
        due_at=slot.due_at,
        until=slot.wish.until,
        reason=slot.reason,
        together_with=slot.together_with,
        message_class=slot.wish.step.message_class,
    )


def telephone(
    *treatments: Treatment, who: Person | None = None, hours: Hours = DEFAULT_HOURS
) -> Telephone:
    """A telephone of one patient with these treatments."""
    return Telephone([(who or person(), list(treatments))], hours=hours)


def swapped(phone: Telephone, *treatments: Treatment) -> Telephone:
    """The same telephone and record after the clinic's export says something else."""
    who, _ = phone.people[0]
    people = [(who, list(treatments)), *phone.people[1:]]
    return Telephone(people, hours=phone.hours, protocols=phone.protocols, known=phone.known)


def reasons(slots: Sequence[Slot]) -> dict[Key, str]:
    """Why each text is where it is."""
    return {slot.wish.key: slot.reason for slot in slots}
