"""What became of each text, told as sentences: planned, left out, moved, sent, still ahead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reminders.care.consent import Answer
from reminders.care.message import State
from reminders.cli.local_times import moment, utc
from reminders.cli.reasons import because, capitalised, named, noun
from reminders.store.chart import Chart
from reminders.store.coming import MessageRow
from reminders.store.journal import Told

_MOVED = re.compile(r"moved from (.{16}) to (.{16}) UTC(?: \((.*)\))?")
_AGAIN = re.compile(r"planned again for (.{16}) UTC(?: \((.*)\))?; before: (.*)")
_KEPT = re.compile(r"still cancelled: (.*); before: (.*)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One decision. `rank` orders what happened at the same instant; `at` is UTC."""

    at: datetime
    rank: int
    words: str


@dataclass(frozen=True, slots=True)
class Story:
    chart: Chart
    home: str
    titles: Mapping[str, str]
    now: datetime
    lines: Mapping[int, list[Told]]

    def because(self, reason: str) -> str:
        return because(reason, zone=self.home)

    def moment(self, at: datetime) -> str:
        return moment(at, zone=self.home)


def of_texts(story: Story) -> Iterator[Sentence]:
    """Tell what planning, people and the gateway made of every text, and what is still ahead."""
    yield from _decided(story)
    yield from _retold(story)
    texts = story.chart.messages
    yield from (_left(story, text) for text in texts if text.started_at)
    yield from (_ahead(story, text) for text in texts if text.state in _AHEAD)


def _decided(story: Story) -> Iterator[Sentence]:
    """What planning made of each treatment at once, and what STOP or a bad number ended later."""
    groups: dict[tuple[int, datetime, str, str], list[MessageRow]] = {}
    for text in story.chart.messages:
        for decision in _decisions(story, text):
            groups.setdefault((text.care_plan, *decision), []).append(text)
    for (_, at, verdict, reason), texts in groups.items():
        yield Sentence(at, 2 if verdict == _PLANNED else 3, _verdict(story, texts, verdict, reason))


_PLANNED, _LEFT_OUT, _OVER, _CANCELLED, _GIVEN_UP = (
    "planned",
    "not planned",
    "not sent",
    "cancelled",
    "given up",
)


_ENDED = frozenset({State.CANCELLED, State.EXPIRED})

_TELLS_AN_END = frozenset({"cancelled", "expired", "withdrawn", "missed", "kept"})


def _decisions(story: Story, text: MessageRow) -> Iterator[tuple[datetime, str, str]]:
    """Yield (when, verdict, why) of what happened without a line in the journal."""
    lines = story.lines[text.id]
    now = text.reason if text.state in _ENDED else None
    first = _reason_before(lines[0]) if lines else now
    later = _ended_later(story, text, first)
    if first is None or later:
        yield text.created_at, _PLANNED, ""
    else:
        yield text.created_at, _left_out(first), first + _spoken_for(story, text)
    if lines and lines[-1].event not in _TELLS_AN_END:
        later = later or _ended_later(story, text, now)
    if later:
        yield later


def _reason_before(line: Told) -> str | None:
    """Return why a text had ended before this line; None when it had not."""
    found = _AGAIN.fullmatch(line.words) or _KEPT.fullmatch(line.words)
    return found[found.re.groups] if found else None


def _left_out(reason: str) -> str:
    return _OVER if reason.startswith("over before") else _LEFT_OUT


def _ended_later(
    story: Story, text: MessageRow, reason: str | None
) -> tuple[datetime, str, str] | None:
    """Return the end that a STOP, a bad number or a hold brought to a text once planned."""
    patient = story.chart.patient
    stops = [each for each in story.chart.ledger if each.entry.answer is Answer.STOPPED]
    if reason == "the number sent STOP" and stops:
        return stops[-1].recorded_at, _CANCELLED, reason
    since = patient.trouble_since
    if reason and since and reason == patient.trouble and text.created_at < since:
        return since, _CANCELLED, reason
    if reason and reason.startswith("its time passed"):
        return text.until, _GIVEN_UP, reason
    return None


def _spoken_for(story: Story, text: MessageRow) -> str:
    if text.merged_into is None:
        return ""
    speaker = next((each for each in story.chart.messages if each.id == text.merged_into), None)
    if speaker is None:
        return ": the one to somebody who shares the number"
    return f": the one for treatment {speaker.treatment}"


def _verdict(story: Story, texts: list[MessageRow], verdict: str, reason: str) -> str:
    subject = capitalised(named(texts, zone=story.home))
    were = "was" if len(texts) == 1 else "were"
    why = story.because(reason)
    return f"{subject} {were} {verdict} for treatment {texts[0].treatment}{why}."


def _retold(story: Story) -> Iterator[Sentence]:
    """The journal's lines; those about texts that met the same fate together are one sentence."""
    texts = {text.id: text for text in story.chart.messages}
    groups: dict[tuple[datetime, str, str, int], list[MessageRow]] = {}
    for message, lines in story.lines.items():
        for line in lines:
            text, words = _planned_again(texts[message], line)
            groups.setdefault((line.at, line.event, words, text.care_plan), []).append(text)
    for (at, event, words, _), together in groups.items():
        yield Sentence(at, 4, _line(story, event, words, together))


def _planned_again(text: MessageRow, line: Told) -> tuple[MessageRow, str]:
    """Return a text with the day it was planned again for, and only why, so that they group."""
    found = _AGAIN.fullmatch(line.words)
    if found is None:
        return text, line.words
    at, reason, before = found.groups()
    return replace(text, due_at=utc(at)), reason or f"this is over: {before}"


def _line(story: Story, event: str, words: str, texts: list[MessageRow]) -> str:
    one = f"The {noun(texts[0].kind)} for treatment {texts[0].treatment}"
    match event:
        case "moved":
            return one + _moved(story, words)
        case "replanned":
            return _verdict(story, texts, "planned again", words)
        case "postponed":
            verb = "is held" if words.startswith("held") else "could not go yet and was put off"
            return f"{one} {verb}{story.because(words)}."
        case "kept":
            return _kept(story, texts, words)
        case "cancelled" | "withdrawn":
            return _verdict(story, texts, _CANCELLED, words.removeprefix("cancelled: "))
        case "expired" | "missed":
            return _verdict(story, texts, _GIVEN_UP, words.removeprefix("expired: "))
        case "refused":
            return f"{one} was refused by the gateway: {words}."
        case "lost":
            return f"{one} may or may not have been sent: {words}. It is not sent again blindly."
        case _:
            return f"{one}: {words}."


def _kept(story: Story, texts: list[MessageRow], words: str) -> str:
    found = _KEPT.fullmatch(words)
    return _verdict(story, texts, "still left out", found[1] if found else words)


def _moved(story: Story, words: str) -> str:
    found = _MOVED.fullmatch(words)
    if found is None:
        return f": {words}."
    was, then, reason = found.groups()
    why = story.because(reason or "the clinic's record, the protocol or the hours changed")
    return f" was moved from {story.moment(utc(was))} to {story.moment(utc(then))}{why}."


def _left(story: Story, text: MessageRow) -> Sentence:
    at = text.started_at or text.due_at
    one = f"The {noun(text.kind)} for treatment {text.treatment}"
    return Sentence(at, 5, f"{one} {_fate(story, text)}{_also_for(story, text)}.")


def _fate(story: Story, text: MessageRow) -> str:
    size = f"{text.segments} segment{'' if text.segments == 1 else 's'}"
    match text.state:
        case State.SENT:
            return f"was sent ({size})"
        case State.DELIVERED:
            return f"was sent and has arrived ({size})"
        case State.UNDELIVERED:
            return f"was sent, but has not arrived{story.because(text.reason)}"
        case State.UNCERTAIN:
            return f"may or may not have been sent{story.because(text.reason)}"
        case _:
            return "is on its way to the gateway"


def _also_for(story: Story, text: MessageRow) -> str:
    refs = [each.treatment for each in story.chart.messages if each.merged_into == text.id]
    return f", speaking for treatment {', '.join(dict.fromkeys(refs))} too" if refs else ""


_AHEAD = frozenset({State.PLANNED, State.CLAIMED})


def _ahead(story: Story, text: MessageRow) -> Sentence:
    one = f"The {noun(text.kind)} for treatment {text.treatment}"
    why = story.because(text.reason)
    if text.hold:
        verb = "waits for a person"
    elif text.due_at <= story.now:
        verb = "is due and has not left yet"
    else:
        verb = "is planned"
    return Sentence(text.due_at, 6, f"{one} {verb}{_also_for(story, text)}{why}.")
