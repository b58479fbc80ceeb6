"""What a simulated time amounts to: its texts, counted by step and by why others did not go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reminders.care.protocol import Kind
from reminders.care.triage import Intent
from reminders.store.answers import Answer, AnswerKind
from reminders.store.coming import MessageRow
from reminders.store.escalations import Escalation

_DATES = re.compile(
    r"(?:: useful until|,? (?:on|between|and))? ?\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC)?(?: is)?"
)


@dataclass(frozen=True, slots=True)
class StepTally:
    """One step of the protocols: how many texts it made, and how many segments they took."""

    step: str
    texts: int
    segments: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What a patient wrote back, what it was taken to mean, and when (UTC)."""

    patient_ref: str
    words: str
    intent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every text of a care plan on record at the end, in due order.

    `waited` says, by message, why a text was given another time than its step asks, or "".
    `replies` came in; `answers` left: our answers, staff's own words, and pages to staff.
    """

    texts: tuple[MessageRow, ...]
    waited: Mapping[int, str]
    replies: tuple[Reply, ...]
    answers: tuple[Answer, ...]
    escalations: tuple[Escalation, ...]

    @property
    def sent(self) -> tuple[MessageRow, ...]:
        """The texts that left."""
        return tuple(text for text in self.texts if text.started_at is not None)

    @property
    def segments(self) -> int:
        """The segments of everything that left, answers and pages too: what it costs."""
        answered = sum(answer.segments for answer in self.answers)
        return sum(text.segments or 0 for text in self.sent) + answered

    def by_step(self) -> tuple[StepTally, ...]:
        """Count the texts that left, by kind and then the most frequent first."""
        texts, segments = Counter[str](), Counter[str]()
        for text in self.sent:
            texts[text.step] += 1
            segments[text.step] += text.segments or 0
        ranks = {text.step: (Kind(text.kind).rank, -texts[text.step]) for text in self.sent}
        steps = sorted(ranks, key=lambda step: (ranks[step], step))
        return tuple(StepTally(step, texts[step], segments[step]) for step in steps)

    def answered(self) -> tuple[StepTally, ...]:
        """Count what left besides: automatic answers, staff's own words, pages to staff."""
        segments = {kind: [a.segments for a in self.answers if a.kind is kind] for kind in _BESIDE}
        tallies = [StepTally(_BESIDE[k], len(each), sum(each)) for k, each in segments.items()]
        return tuple(tally for tally in tallies if tally.texts)

    def by_intent(self) -> Counter[str]:
        """Count what the patients wrote by what it was taken to mean."""
        return Counter(reply.intent for reply in self.replies)

    @property
    def opt_outs(self) -> int:
        """How many patients wrote that they want no more texts."""
        return self.by_intent()[Intent.OPT_OUT]

    def not_sent(self) -> Counter[tuple[str, str]]:
        """Count the texts that did not leave by their state and, without its dates, the reason.

        Planned texts without a reason only wait for their day.
        """
        return Counter(
            (text.state, undated(text.reason)) for text in self.texts if text.started_at is None
        )

    def moved(self) -> Counter[str]:
        """Count the texts that left at another time than their step asks, by reason."""
        reasons = (self.waited.get(text.id, "") for text in self.sent)
        return Counter(undated(reason) for reason in reasons if reason)


_BESIDE: Mapping[AnswerKind, str] = {
    AnswerKind.ANSWER: "answers",
    AnswerKind.STAFF: "answers by staff",
    AnswerKind.PAGE: "texts to staff on call",
}


def undated(reason: str) -> str:
    """Return a reason without its dates, so that like can be counted with like."""
    return _DATES.sub("", reason).removeprefix("moved: ")
