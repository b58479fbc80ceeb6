"""The people around the made-up clinic: patients write back, staff take what is theirs to take.

They do nothing by magic: a patient's words and TAKE come in as texts, the desk reads the inbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from reminders import escalating
from reminders.care.effect import Level, Task
from reminders.care.escalation import EscalationState, spoken_name
from reminders.care.hours import next_civil
from reminders.care.protocol import Kind
from reminders.care.segments import count
from reminders.receiving import receive
from reminders.runtime import Runtime
from reminders.settings import Clinic, OnCall
from reminders.simulator.lines import NOTES, UNCLEAR_ANSWER, line_of
from reminders.simulator.outcome import Reply
from reminders.simulator.seen import Seen, Way
from reminders.store import escalations, inbox
from reminders.store.answers import AnswerKind, write_answer
from reminders.store.coming import MessageRow
from reminders.store.database import Session
from reminders.store.thread import InboundText

STAFF_REPLY_USEFUL = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Writes:
    """A patient answers the text, in these words; `zone` is the patient's."""

    asked: MessageRow
    first_name: str
    words: str
    zone: str


@dataclass(frozen=True, slots=True)
class Takes:
    """Somebody on call answers a page."""

    member: OnCall
    number: int


@dataclass(frozen=True, slots=True)
class Closes:
    """The one who took it has seen to it."""

    member: OnCall
    number: int


@dataclass(frozen=True, slots=True)
class ReadsInbox:
    """The desk looks at what waits for a person."""


Deed = Writes | Takes | Closes | ReadsInbox


@dataclass(slots=True)
class People:
    """Everybody around one clinic, and what each will do when. Same dice, same deeds."""

    runtime: Runtime
    clinic: Clinic
    dice: Random
    replies: list[Reply] = field(default_factory=list)
    _ahead: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _wrote: dict[str | None, MessageRow] = field(default_factory=dict)
    _asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    _deeds: int = 0

    def next_deed(self) -> datetime | None:
        """When somebody does something next."""
        return self._ahead[0][0] if self._ahead else None

    def reads_text(self, text: MessageRow, *, first_name: str, language: str, zone: str) -> None:
        """A patient sees a text, and may answer after minutes or hours."""
        kind, ref = Kind(text.kind), text.patient_ref
        time = self._asked[ref, kind]
        self._asked[ref, kind] += 1
        words = line_of(ref, kind, language=language, time=time, dice=self.dice)
        if words:
            self._later(Writes(text, first_name, words, zone), minutes=(2, 150))

    def reads_page(self, session: Session, phone: str) -> None:
        """Somebody on call sees a page. The first on the list is busy unless it is an emergency."""
        member = next(m for m in self.clinic.on_call if m.phone == phone)
        coming = {deed.number for _, _, deed in self._ahead if isinstance(deed, Takes)}
        for each in escalations.open_ones(session):
            is_busy = member == self.clinic.on_call[0] and each.level is Level.URGENT
            is_raised = each.state == EscalationState.RAISED and each.number not in coming
            if is_raised and not is_busy:
                self._later(Takes(member, each.number), minutes=(1, 3))

    def act(self, session: Session) -> Iterator[Seen]:
        """Do all that is due by now, and yield what can be seen of it."""
        while self._ahead and self._ahead[0][0] <= self.runtime.now():
            match heappop(self._ahead)[2]:
                case Writes() as deed:
                    yield self._write(session, deed)
                case Takes(member, number):
                    yield self._take(session, member, number)
                case Closes(member, number):
                    yield self._close(session, member, number)
                case ReadsInbox() if self._opens() <= self.runtime.now():
                    self._read_inbox(session)
                case ReadsInbox() as deed:
                    self._at(self._opens(), deed)

    def _later(self, deed: Deed, *, minutes: tuple[int, int]) -> None:
        self._at(self.runtime.now() + timedelta(minutes=self.dice.randint(*minutes)), deed)

    def _at(self, at: datetime, deed: Deed) -> None:
        self._deeds += 1
        heappush(self._ahead, (at, self._deeds, deed))

    def _write(self, session: Session, deed: Writes) -> Seen:
        now = self.runtime.now()
        intent = self._text_in(session, deed.asked.phone, deed.words)
        self._wrote[deed.asked.patient_ref] = deed.asked
        self.replies.append(Reply(deed.asked.patient_ref, deed.words, intent, now))
        self._later(ReadsInbox(), minutes=(40, 90))
        local = now.astimezone(ZoneInfo(deed.zone))
        return Seen(Way.WROTE, deed.first_name, deed.words, local, intent=intent)

    def _text_in(self, session: Session, sender: str, words: str) -> str:
        self._deeds += 1
        sid = f"SM{self._deeds:032x}"
        text = InboundText(sid, sender, self.clinic.sender, words, self.runtime.now())
        return receive(session, self.runtime, text)

    def _take(self, session: Session, member: OnCall, number: int) -> Seen:
        words = f"TAKE {number}"
        self._text_in(session, member.phone, words)
        self._later(Closes(member, number), minutes=(20, 50))
        return self._seen_of(member, words)

    def _close(self, session: Session, member: OnCall, number: int) -> Seen:
        found = escalations.find(session, number)
        note = NOTES[found.level] if found else ""
        escalating.close(session, self.runtime, number, note=note)
        return self._seen_of(member, f"closes {number}: {note}")

    def _seen_of(self, member: OnCall, words: str) -> Seen:
        local = self.runtime.now().astimezone(ZoneInfo(self.clinic.time_zone))
        return Seen(Way.STAFF, spoken_name(member.name), words, local)

    def _opens(self) -> datetime:
        """When somebody sits at the desk: now, or at the next opening within a fortnight."""
        now, clinic = self.runtime.now(), self.clinic
        opening = next_civil(
            now,
            until=now + timedelta(days=14),
            window=clinic.staffed,
            zones=(clinic.time_zone,),
            closed_days=frozenset(clinic.closed_days),
        )
        return opening or now

    def _read_inbox(self, session: Session) -> None:
        for waiting in inbox.needing_a_person(session):
            if waiting.escalation is not None or waiting.id is None:
                continue
            if waiting.task == Task.UNCLEAR and waiting.patient_ref in self._wrote:
                self._answer(session, self._wrote[waiting.patient_ref])
            inbox.close_text(session, waiting.id, note="seen to", now=self.runtime.now())

    def _answer(self, session: Session, asked: MessageRow) -> None:
        now = self.runtime.now()
        text = f"{self.clinic.name}: {UNCLEAR_ANSWER}"
        write_answer(
            session,
            row_id=self.runtime.mint(now),
            clinic=asked.clinic,
            phone=asked.phone,
            kind=AnswerKind.STAFF,
            words="reply",
            text=text,
            segments=count(text).segments,
            now=now,
            useful_for=STAFF_REPLY_USEFUL,
            patient=asked.patient,
        )
