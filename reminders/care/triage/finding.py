"""Looking: which signs and sayings a text holds, and where; harmless sayings hide their words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reminders.care.triage.intent import Intent
from reminders.care.triage.lexicon import Lexicon
from reminders.care.triage.pattern import Match, matches
from reminders.care.triage.reading import Part, Reading, Span
from reminders.care.triage.vocabulary import GROUPS, HARMLESS, MINOR

SIGNS = frozenset((MINOR, Intent.EMERGENCY, Intent.URGENT, Intent.ROUTINE_SYMPTOM))
"""The groups that speak of the body."""

MENTIONED = "mentioned"
"""The sign that a grave word alone is; it gives way to any pattern that says how things are."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign or saying, by its rule ("urgent.eyelid"), and the places of its words."""

    rule: str
    match: Match

    @property
    def start(self) -> int:
        """The place of its first word."""
        return min(start for start, _ in self.match)

    @property
    def end(self) -> int:
        """The place after its last word."""
        return max(end for _, end in self.match)

    @property
    def group(self) -> str:
        """The table it comes from: an intent, "minor" or "harmless"."""
        return self.rule.partition(".")[0]

    @property
    def sign(self) -> str:
        """Its name within the table."""
        return self.rule.partition(".")[2]

    @property
    def is_sign(self) -> bool:
        """Whether it speaks of the body, not of a wish or a courtesy."""
        return self.group in SIGNS


def look(
    reading: Reading, lexicon: Lexicon, spans: Mapping[str, Sequence[Span]]
) -> tuple[Finding, ...]:
    """List what stands in the text, in order; what a harmless saying covers is not seen."""
    seen = set(_seen(reading, lexicon, spans))
    harmless = [each for each in seen if each.group == HARMLESS]
    kept = [each for each in seen if each.group != HARMLESS and not _hidden(each, harmless)]
    known = [each for each in kept if each.sign != MENTIONED and _says_how(each)]
    kept = [each for each in kept if each.sign != MENTIONED or not _is_told(each, known, reading)]
    return tuple(sorted(kept, key=lambda each: (each.start, each.end, each.rule)))


def _says_how(finding: Finding) -> bool:
    return finding.is_sign or finding.group == Intent.ALL_WELL


def _is_told(mention: Finding, known: Collection[Finding], reading: Reading) -> bool:
    """ "Breathing, eating, swallowing, all normal" tells of each."""
    sums_up = (
        each.start >= mention.end and Part.END not in reading.parts[mention.end : each.start + 1]
        for each in known
        if each.rule == "all_well.every"
    )
    return _overlaps(mention, known) or any(sums_up)


def _overlaps(finding: Finding, others: Iterable[Finding]) -> bool:
    return any(each.start < finding.end and finding.start < each.end for each in others)


def _seen(
    reading: Reading, lexicon: Lexicon, spans: Mapping[str, Sequence[Span]]
) -> Iterator[Finding]:
    for name in spans:
        for pattern in lexicon.patterns.get(name, ()):
            for match in matches(pattern, reading, spans):
                yield Finding(pattern.rule, match)
    for start, end in reading.clauses():
        said = (word for word in reading.words[start:end] if not lexicon.is_courtesy(word))
        if " ".join(said) in lexicon.alone:
            yield Finding("opt_out.alone", ((start, end),))


def _hidden(finding: Finding, harmless: Iterable[Finding]) -> bool:
    """A harmless saying named for an intent hides only that intent, any other hides signs."""
    return _overlaps(
        finding,
        (
            each
            for each in harmless
            if each.sign == finding.group or (each.sign not in GROUPS and finding.is_sign)
        ),
    )
