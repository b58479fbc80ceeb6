"""A made-up emergency, played on the clinic's own ladder: how long until each person is told.

Everything is real but the database, which goes away, the clock, which jumps, and the gateway,
which pretends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from reminders import escalating, planning
from reminders.care.effect import Level
from reminders.care.treatment import Agreement, Status, TreatmentRow
from reminders.clock import VirtualClock
from reminders.gateways.gateway import Outgoing
from reminders.gateways.pretend import PretendGateway
from reminders.receiving import receive
from reminders.rounds import on_shift
from reminders.runtime import Runtime, open_runtime
from reminders.sending import Shift, send_due
from reminders.settings import Clinic, Settings
from reminders.store import escalations, outbox
from reminders.store.answers import Answer, AnswerKind, answers
from reminders.store.mint import from_public
from reminders.store.thread import InboundText

PATIENT = "+14155550177"
CRIES = {"es": "No puedo respirar, se me cierra la garganta"}
CRY = "I can't breathe, my throat is closing"

IN_OUTBOX, AT_ONCE = timedelta(seconds=2), timedelta(seconds=5)
"""How soon the safety text stands in the outbox, and how soon a rung is told once it is due."""

CLIMBS_EVERY = timedelta(seconds=1)
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the drill: what happened, how long after the text came, and by when it had to."""

    what: str
    after: timedelta
    by: timedelta

    @property
    def is_in_time(self) -> bool:
        """True when it did not come later than it had to."""
        return self.after <= self.by


@dataclass(frozen=True, slots=True)
class Drill:
    """How a drill went; `words` is the made-up text, `people` how many on call were told."""

    words: str
    intent: str
    steps: tuple[Step, ...]
    people: int

    @property
    def went_well(self) -> bool:
        """True when the text was understood, a person was told, and every step came in time."""
        understood = self.intent == Level.EMERGENCY.value
        return understood and self.people > 0 and all(step.is_in_time for step in self.steps)


def play_drill(settings: Settings, clinic: Clinic, start: datetime) -> Drill:
    """Play the ladder of one clinic to its end from `start` on; no real text leaves."""
    clock, heard = VirtualClock(start), list[Outgoing]()
    with _premises(settings, clinic, clock) as opened:
        runtime = replace(opened, carrier=PretendGateway(listener=heard.append))
        with on_shift(runtime) as shift:
            return asyncio.run(_Play(runtime, clock, clinic, start, heard).run(shift))


@contextmanager
def _premises(settings: Settings, clinic: Clinic, clock: VirtualClock) -> Iterator[Runtime]:
    """Open the installation as it is, for one clinic and in a folder that goes away."""
    with TemporaryDirectory(prefix="reminders-drill-") as folder:
        place = Path(folder)
        database = settings.database.model_copy(
            update={
                "url": f"sqlite:///{place}/var/drill.db",
                "key_file": place / "keys" / "drill.key",
            }
        )
        apart = settings.model_copy(
            update={
                "database": database,
                "gateway": settings.gateway.model_copy(update={"kind": "pretend"}),
                "clinic": (clinic,),
                "alert_addresses": (),
            }
        )
        runtime = open_runtime(apart, clock)
        try:
            yield runtime
        finally:
            runtime.close()


@dataclass(slots=True)
class _Play:
    """One drill under way: the steps so far, and how long after the text the last rung was told."""

    runtime: Runtime
    clock: VirtualClock
    clinic: Clinic
    start: datetime
    heard: list[Outgoing]
    steps: list[Step] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    rung_at: timedelta | None = None

    async def run(self, shift: Shift) -> Drill:
        """The text comes in; nobody answers until the ladder ends; then somebody does."""
        words = CRIES.get(self.clinic.languages[0], CRY)
        intent = self._text_in(words, sender=PATIENT, sid="drill")
        self._look_into_outbox()
        while (moment := self._next_moment()) is not None:
            self.clock.advance_to(max(moment, self.clock.now()))
            await self._worker_looks(shift)
        if self.people:
            await self._take(shift)
        return Drill(words, intent, tuple(self.steps), len(self.people))

    def _text_in(self, words: str, *, sender: str, sid: str) -> str:
        now = self.clock.now()
        text = InboundText(sid, sender, self.clinic.sender, words, now)
        with self.runtime.database.write() as session:
            if sender == PATIENT:
                row = _made_up(self.runtime, self.clinic, now)
                planning.record(session, self.runtime, [row], clinic=self.clinic.key)
            return receive(session, self.runtime, text)

    def _look_into_outbox(self) -> None:
        with self.runtime.database.write() as session:
            ids = outbox.claim(session, worker="drill", now=self.clock.now(), limit=100)
            found = answers(session, ids)
            outbox.put_back(session, ids)
        if any(each.phone == PATIENT and each.step == Level.EMERGENCY.value for each in found):
            what = "the safety text for the patient is in the outbox"
            self.steps.append(Step(what, self._since(), IN_OUTBOX))

    def _since(self) -> timedelta:
        return self.clock.now() - self.start

    def _next_moment(self) -> datetime | None:
        with self.runtime.database.read() as session:
            moments = [outbox.next_wake(session), escalations.next_due(session)]
        ahead = [at for at in moments if at is not None and at <= self.start + LONGEST]
        return min(ahead, default=None)

    async def _worker_looks(self, shift: Shift) -> None:
        """Play the slowest worker: each look comes as late as its tick allows."""
        self.clock.advance(CLIMBS_EVERY)
        escalating.climb(self.runtime)
        self.clock.advance(timedelta(seconds=self.runtime.settings.worker.tick))
        await send_due(self.runtime, shift)
        ids = [message for out in self.heard if (message := from_public(out.message_id))]
        self.heard.clear()
        with self.runtime.database.read() as session:
            left = answers(session, ids)
        self._note(left)

    def _note(self, left: list[Answer]) -> None:
        """Pages of one moment are one rung; its time counts from the rung before."""
        due, after = self._rung_due(), self._since()
        for answer in left:
            is_rung = answer.kind is AnswerKind.PAGE or answer.step == "nobody_yet"
            self.steps.append(Step(self._told(answer), after, due if is_rung else AT_ONCE))
            if is_rung:
                self.rung_at = after
            if answer.kind is AnswerKind.PAGE:
                self.people.add(answer.phone)

    def _rung_due(self) -> timedelta:
        if self.rung_at is None:
            return AT_ONCE
        return self.rung_at + escalating.deadline(self.runtime, Level.EMERGENCY) + AT_ONCE

    def _told(self, answer: Answer) -> str:
        if answer.kind is not AnswerKind.PAGE:
            last = f"nobody could be reached: the patient is told to call {self.clinic.phone}"
            return last if answer.step == "nobody_yet" else "the safety text leaves for the patient"
        again = " again" if answer.phone in self.people else ""
        return f"{self._name(answer.phone)} is told{again}"

    def _name(self, phone: str) -> str:
        return next(member.name for member in self.clinic.on_call if member.phone == phone)

    async def _take(self, shift: Shift) -> None:
        """At last the first person on the list answers, and hears that it worked."""
        member, asked = self.clinic.on_call[0], self._since()
        with self.runtime.database.read() as session:
            number = escalations.open_ones(session)[0].number
        self._text_in(f"TAKE {number}", sender=member.phone, sid="drill-take")
        self.clock.advance(timedelta(seconds=self.runtime.settings.worker.tick))
        await send_due(self.runtime, shift)
        with self.runtime.database.read() as session:
            taken = escalations.find(session, number)
        if taken and taken.taken_by == member.name and self.heard:
            what = f"{member.name} answers TAKE {number}: it is taken, and confirmed"
            self.steps.append(Step(what, self._since(), asked + AT_ONCE))


def _made_up(runtime: Runtime, clinic: Clinic, now: datetime) -> TreatmentRow:
    """A patient treated two days ago, under the first protocol of the catalogue."""
    treated_at = now - timedelta(days=2)
    return TreatmentRow(
        line=1,
        treatment_id="drill",
        patient_id="drill",
        first_name="Testa",
        last_name="Drill",
        phone=PATIENT,
        language=clinic.languages[0],
        time_zone=None,
        protocol=min(runtime.templates.protocols),
        product="",
        site="",
        treated_at=treated_at,
        time_known=True,
        agreement=Agreement.CARE,
        agreed_at=treated_at,
        agreement_source="drill",
        interval_days=None,
        booked_for=None,
        status=Status.ACTIVE,
    )
