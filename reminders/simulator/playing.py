"""Plays a script with the real planner and sender; only the clock and the gateway pretend."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reminders import planning
from reminders.care.phone import texting_zones
from reminders.clock import VirtualClock
from reminders.gateways.gateway import Outgoing
from reminders.gateways.pretend import PretendGateway
from reminders.rounds import on_shift
from reminders.runtime import Runtime
from reminders.sending import Shift, send_due
from reminders.simulator.outcome import Outcome
from reminders.simulator.script import Arrival, Script
from reminders.store import outbox
from reminders.store.coming import MessageRow
from reminders.store.mint import from_public
from reminders.store.texts import every_text, reasons_to_wait, these_texts


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as it appears on a telephone, at the patient's local time."""

    text: MessageRow
    first_name: str
    local: datetime


OnText = Callable[[Seen], None]


def simulate(runtime: Runtime, script: Script, *, on_text: OnText | None = None) -> Outcome:
    """Play the script from the moment at which the runtime's clock stands; return what became.

    `on_text` is shown each text once it has left. Whatever the settings say, the texts go to the
    pretend gateway. ValueError when the clock is not a virtual one.
    """
    if not isinstance(runtime.clock, VirtualClock):
        raise ValueError("a simulation moves the clock: open the runtime with a VirtualClock")
    left: list[Outgoing] = []
    pretending = replace(runtime, carrier=PretendGateway(listener=left.append))
    play = _Play(pretending, runtime.clock, script, deque(_in_order(script)), left, on_text)
    with on_shift(pretending) as shift:
        asyncio.run(play.run(shift))
    with runtime.database.read() as session:
        return Outcome(tuple(every_text(session)), play.waited)


def _in_order(script: Script) -> list[Arrival]:
    return sorted(script.arrivals, key=lambda arrival: arrival.at)


@dataclass(slots=True)
class _Play:
    """One play under way: what is still to arrive, and what has just left."""

    runtime: Runtime
    clock: VirtualClock
    script: Script
    ahead: deque[Arrival]
    left: list[Outgoing]
    on_text: OnText | None
    waited: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    async def run(self, shift: Shift) -> None:
        """Jump from one moment at which something happens to the next, until the end."""
        tick = timedelta(seconds=self.runtime.settings.worker.tick)
        while (moment := self._next_moment()) is not None and moment <= self.script.until:
            self.clock.advance_to(max(moment, self.clock.now()))
            self._take_arrivals()
            planning.close_plans(self.runtime, now=self.clock.now())
            await send_due(self.runtime, shift)
            self._show()
            self.clock.advance(tick)
        self.clock.advance_to(max(self.script.until, self.clock.now()))

    def _next_moment(self) -> datetime | None:
        with self.runtime.database.read() as session:
            wake = outbox.next_wake(session)
        moments = [arrival.at for arrival in list(self.ahead)[:1]] + ([wake] if wake else [])
        return min(moments, default=None)

    def _take_arrivals(self) -> None:
        while self.ahead and self.ahead[0].at <= self.clock.now():
            rows = self.ahead.popleft().rows
            self.names |= {row.patient_id: row.first_name for row in rows}
            with self.runtime.database.write() as session:
                planning.record(session, self.runtime, rows, clinic=self.script.clinic)
                self.waited |= reasons_to_wait(session)

    def _show(self) -> None:
        ids = [message for out in self.left if (message := from_public(out.message_id))]
        self.left.clear()
        if not ids or self.on_text is None:
            return
        with self.runtime.database.read() as session:
            shown = {text.id: text for text in these_texts(session, ids)}
        for message in ids:
            self.on_text(self._seen(shown[message]))

    def _seen(self, text: MessageRow) -> Seen:
        clinic = self.runtime.settings.clinic_by_key(text.clinic)
        home, _ = texting_zones(text.time_zone, clinic_zone=clinic.time_zone, phone=text.phone)
        return Seen(text, self.names[text.patient_ref], self.clock.now().astimezone(ZoneInfo(home)))
