"""A text on the scales: its findings, and the cues beside them that are free to bear on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reminders.care.triage.finding import Finding
from reminders.care.triage.lexicon import cue
from reminders.care.triage.reading import Reading, Span


@dataclass(frozen=True, slots=True)
class Weighing:
    """A text with its findings, while each is weighed.

    `findings` may be lowered by a cue; `acts`, such as leaving, may not. `asks`: it is a question.
    """

    reading: Reading
    findings: tuple[Finding, ...]
    acts: tuple[Finding, ...]
    spans: Mapping[str, Sequence[Span]]
    asks: bool

    def cues(self, name: str) -> Sequence[Span]:
        """Return where the cues of one kind stand."""
        return self.spans.get(cue(name), ())


def free(weighing: Weighing, name: str) -> list[Span]:
    """Return the cues that are no part of a sign's own words, as "cannot" is, or of a saying."""
    told = (span for each in (*weighing.findings, *weighing.acts) for span in each.match)
    masks = [*weighing.cues("not_negation"), *told]
    return [each for each in weighing.cues(name) if not any(_is_within(each, m) for m in masks)]


def _is_within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def overlap(one: Span, other: Span) -> bool:
    """Say whether two stretches share a word."""
    return one[0] < other[1] and other[0] < one[1]
