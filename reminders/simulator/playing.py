"""Plays a script with the real planner and sender; only the clock and the gateway pretend."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reminders import escalating, planning
from reminders.care.escalation import spoken_name
from reminders.care.phone import texting_zones
from reminders.care.protocol import Kind
from reminders.care.reply import SAFETY
from reminders.care.treatment import TreatmentRow
from reminders.clock import VirtualClock
from reminders.gateways.gateway import Outgoing
from reminders.gateways.pretend import PretendGateway
from reminders.rounds import on_shift
from reminders.runtime import Runtime
from reminders.sending import Shift, send_due
from reminders.simulator.outcome import Outcome
from reminders.simulator.people import People
from reminders.simulator.script import Arrival, Script
from reminders.simulator.seen import Seen, Way
from reminders.store import escalations, outbox
from reminders.store.answers import Answer, AnswerKind, answers
from reminders.store.coming import MessageRow
from reminders.store.database import Session
from reminders.store.escalations import Escalation
from reminders.store.mint import from_public
from reminders.store.texts import every_text, reasons_to_wait, these_texts

OnText = Callable[[Seen], None]


def _unseen(_: Seen) -> None:
    """Nobody watches."""


def simulate(runtime: Runtime, script: Script, *, on_text: OnText = _unseen) -> Outcome:
    """Play the script from the moment at which the runtime's clock stands; return what became.

    `on_text` is shown each text once it has left, and what patients and staff do. Whatever the
    settings say, the texts go to the pretend gateway. ValueError when the clock is not a virtual
    one.
    """
    if not isinstance(runtime.clock, VirtualClock):
        raise ValueError("a simulation moves the clock: open the runtime with a VirtualClock")
    left: list[Outgoing] = []
    pretending = replace(runtime, carrier=PretendGateway(listener=left.append))
    people = People(pretending, runtime.settings.clinic_by_key(script.clinic), runtime.dice)
    ahead = deque(_in_order(script))
    play = _Play(pretending, runtime.clock, script, ahead, people, left, on_text)
    with on_shift(pretending) as shift:
        asyncio.run(play.run(shift))
    return _outcome(play)


def _outcome(play: _Play) -> Outcome:
    with play.runtime.database.read() as session:
        return Outcome(
            texts=tuple(every_text(session)),
            waited=play.waited,
            replies=tuple(play.people.replies),
            answers=tuple(play.answers),
            escalations=tuple(_every_escalation(session)),
        )


def _every_escalation(session: Session) -> Iterator[Escalation]:
    number = 1
    while (found := escalations.find(session, number)) is not None:
        yield found
        number += 1


def _in_order(script: Script) -> list[Arrival]:
    return sorted(script.arrivals, key=lambda arrival: arrival.at)


@dataclass(slots=True)
class _Play:
    """One play under way: what is still to arrive, who writes back, and what has just left."""

    runtime: Runtime
    clock: VirtualClock
    script: Script
    ahead: deque[Arrival]
    people: People
    left: list[Outgoing]
    on_text: OnText
    waited: dict[int, str] = field(default_factory=dict)
    rows: dict[str, TreatmentRow] = field(default_factory=dict)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    async def run(self, shift: Shift) -> None:
        """Jump from one moment at which something happens to the next, until the end."""
        tick = timedelta(seconds=self.runtime.settings.worker.tick)
        while (moment := self._next_moment()) is not None and moment <= self.script.until:
            self.clock.advance_to(max(moment, self.clock.now()))
            self._take_arrivals()
            self._let_people_act()
            planning.close_plans(self.runtime, now=self.clock.now())
            await send_due(self.runtime, shift)
            self._show()
            self.clock.advance(tick)
        self.clock.advance_to(max(self.script.until, self.clock.now()))

    def _next_moment(self) -> datetime | None:
        with self.runtime.database.read() as session:
            moments = [outbox.next_wake(session), escalations.next_due(session)]
        moments += [self.people.next_deed(), *(arrival.at for arrival in list(self.ahead)[:1])]
        return min((moment for moment in moments if moment is not None), default=None)

    def _take_arrivals(self) -> None:
        while self.ahead and self.ahead[0].at <= self.clock.now():
            rows = self.ahead.popleft().rows
            self.rows |= {row.patient_id: row for row in rows}
            with self.runtime.database.write() as session:
                planning.record(session, self.runtime, rows, clinic=self.script.clinic)
                self.waited |= reasons_to_wait(session)

    def _let_people_act(self) -> None:
        """People first, then the ladder: whoever has taken it just now is not paged again."""
        now, deed = self.clock.now(), self.people.next_deed()
        with self.runtime.database.read() as session:
            moments = (deed, escalations.next_due(session))
        if not any(moment <= now for moment in moments if moment is not None):
            return
        with self.runtime.database.write() as session:
            for seen in self.people.act(session):
                self.on_text(seen)
            escalating.climb_due(session, self.runtime)

    def _show(self) -> None:
        ids = [message for out in self.left if (message := from_public(out.message_id))]
        self.left.clear()
        if not ids:
            return
        with self.runtime.database.read() as session:
            texts = {text.id: text for text in these_texts(session, ids)}
            besides = {answer.id: answer for answer in answers(session, ids)}
            for message in ids:
                if message in texts:
                    self._show_text(texts[message])
                else:
                    self._show_answer(session, besides[message])

    def _show_text(self, text: MessageRow) -> None:
        clinic = self.runtime.settings.clinic_by_key(text.clinic)
        zone, _ = texting_zones(text.time_zone, clinic_zone=clinic.time_zone, phone=text.phone)
        row = self.rows[text.patient_ref]
        self.owners[text.phone] = row.first_name, zone
        self.people.reads_text(text, first_name=row.first_name, language=row.language, zone=zone)
        self.on_text(
            Seen(
                Way.TEXT,
                row.first_name,
                text.text or "",
                self._local(zone),
                message=text.id,
                segments=text.segments or 0,
                kind=Kind(text.kind),
            )
        )

    def _show_answer(self, session: Session, answer: Answer) -> None:
        self.answers.append(answer)
        way = Way.ANSWER
        if answer.kind is AnswerKind.PAGE:
            way = Way.PAGE
            self.people.reads_page(session, answer.phone)
        name, zone = self._whose(answer)
        self.on_text(
            Seen(
                way,
                name,
                answer.text,
                self._local(zone),
                message=answer.id,
                segments=answer.segments,
                intent=answer.step if answer.step in SAFETY else "",
            )
        )

    def _whose(self, answer: Answer) -> tuple[str, str]:
        """Return the name and the zone of the telephone that an answer or a page goes to."""
        clinic = self.runtime.settings.clinic_by_key(answer.clinic)
        staff = {m.phone: (spoken_name(m.name), clinic.time_zone) for m in clinic.on_call}
        return staff[answer.phone] if answer.kind is AnswerKind.PAGE else self.owners[answer.phone]

    def _local(self, zone: str) -> datetime:
        return self.clock.now().astimezone(ZoneInfo(zone))
