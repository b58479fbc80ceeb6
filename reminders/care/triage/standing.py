"""Whether a sign stands: negation, history, supposition and other people, each for its clause.

Cues lower only what they cover, and anything that speaks of now or of again raises it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from reminders.care.triage.denial import negated
from reminders.care.triage.finding import Finding
from reminders.care.triage.intent import Intent
from reminders.care.triage.reading import Part, Reading, Span
from reminders.care.triage.weighing import Weighing, free, overlap

SUPPOSED_REACH = 12
"""How many words of weight a supposition reaches ahead."""

_ACTS = frozenset((Intent.OPT_OUT, Intent.OPT_IN, Intent.WRONG_NUMBER, Intent.QUESTION))
_CLAIMS = frozenset((Intent.BOOK, Intent.WEARING_OFF))


class Standing(StrEnum):
    """How a sign is meant."""

    STANDS = "stands"
    NEGATED = "negated"
    GONE = "gone"
    REMOTE = "remote"
    SUPPOSED = "supposed"
    ELSEWHERE = "elsewhere"


def weighed(
    reading: Reading, findings: Sequence[Finding], spans: Mapping[str, Sequence[Span]]
) -> dict[Finding, Standing]:
    """Say of each finding how it is meant; what no cue covers stands."""
    asks = reading.asks or any(each.group == Intent.QUESTION for each in findings)
    falling = tuple(each for each in findings if _can_fall(each))
    acts = tuple(each for each in findings if each.group in _ACTS)
    weighing = Weighing(reading, falling, acts, spans, asks)
    standings = dict.fromkeys(findings, Standing.STANDS)
    standings |= dict.fromkeys(_elsewhere(weighing), Standing.ELSEWHERE)
    standings |= dict.fromkeys(_gone(weighing), Standing.GONE)
    standings |= dict.fromkeys(_remote(weighing), Standing.REMOTE)
    standings |= dict.fromkeys(_supposed(weighing), Standing.SUPPOSED)
    standings |= dict.fromkeys(negated(weighing), Standing.NEGATED)
    return standings


def _gone(weighing: Weighing) -> Iterator[Finding]:
    """A sign is gone when the words after it say so and no other sign stands between."""
    for start, end in free(weighing, "gone"):
        before = [each for each in weighing.findings if each.end <= start and each.is_sign]
        last = max(before, key=lambda each: (each.end, each.start), default=None)
        if last is not None and not _rises(weighing, end):
            yield from (each for each in before if each.end > last.start)


def _can_fall(finding: Finding) -> bool:
    """Asking and leaving are acts: a word of negation before them takes nothing back."""
    return finding.is_sign or finding.group in _CLAIMS


def _rises(weighing: Weighing, after: int) -> bool:
    clause = weighing.reading.clause(after) if after < len(weighing.reading.words) else after
    return any(
        start >= after or weighing.reading.clause(start) == clause
        for start, _ in weighing.cues("again")
    )


def _remote(weighing: Weighing) -> Iterator[Finding]:
    for start, end in weighing.cues("remote"):
        for each in _beside(weighing, start, end):
            if not _rises(weighing, min(each.start, start)):
                yield each


def _beside(weighing: Weighing, start: int, end: int) -> Iterator[Finding]:
    """Findings of the same thought; a lone "last year," speaks of what comes after its comma."""
    reading = weighing.reading
    for each in filter(lambda found: found.is_sign, weighing.findings):
        left, right = (end, each.start) if each.start >= end else (each.end, start)
        if left > right or not _parts_thoughts(reading, left, right, each):
            yield each


def _parts_thoughts(reading: Reading, left: int, right: int, finding: Finding) -> bool:
    """ "Last year I fell and my hand was weak" is one tale; an emergency is not lowered so."""
    parts = reading.parts[left : right + 1]
    last = Part.TURN if finding.group == Intent.EMERGENCY else Part.END
    return max(parts) >= last or (Part.COMMA in parts and right - left > 1)


def _supposed(weighing: Weighing) -> Iterator[Finding]:
    reading = weighing.reading
    for start, end in _conditions(weighing):
        for each in weighing.findings:
            is_ahead = (
                each.is_sign
                and each.start >= start
                and Part.END not in reading.parts[end : each.start + 1]
            )
            is_raised = _rises(weighing, each.end) or _is_repeated(weighing, each)
            is_near = reading.gap(end, max(end, each.start)) <= SUPPOSED_REACH
            if is_ahead and is_near and not is_raised:
                yield each


def _conditions(weighing: Weighing) -> list[Span]:
    """ "If I lie flat I choke" tells; "if I choke, whom do I call?" asks."""
    cues = [*weighing.cues("supposing"), *(weighing.cues("if_asked") if weighing.asks else ())]
    masks = weighing.cues("not_supposing")
    return [each for each in cues if not any(overlap(each, mask) for mask in masks)]


def _is_repeated(weighing: Weighing, finding: Finding) -> bool:
    """ "You said to text if my throat got tight. It's tight": said once more, it is so."""
    words = weighing.reading.words
    said = {words[place] for start, end in finding.match for place in range(start, end)}
    return any(word in said for word in words[finding.end :])


def _elsewhere(weighing: Weighing) -> Iterator[Finding]:
    """A pet's sign is nobody's. A stranger's counts as an emergency, unless it is a tale."""
    for _, each in _said_of(weighing, weighing.cues("beasts")):
        yield each
    for start, each in _said_of(weighing, weighing.cues("strangers")):
        told = any(
            start <= past
            and end <= each.end
            and weighing.reading.gap(end, max(end, each.start)) < 2
            for past, end in weighing.cues("pasts")
        )
        if told or each.group != Intent.EMERGENCY:
            yield each


def _said_of(weighing: Weighing, cues: Iterable[Span]) -> Iterator[tuple[int, Finding]]:
    for start, end in cues:
        for each in weighing.findings:
            parts = weighing.reading.parts[end : each.start + 1]
            if each.start >= start and max(parts, default=Part.NONE) < Part.COMMA:
                yield start, each
