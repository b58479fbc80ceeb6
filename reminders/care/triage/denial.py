"""Denial: which signs a negation covers, alone or down a list.

A detector of negation misses about one true finding in eighteen (Chapman and others, Journal of
Biomedical Informatics 34:301, 2001), so a cue reaches no further than it must.
"""

from __future__ import annotations

from collections.abc import Iterator

from reminders.care.triage.finding import Finding
from reminders.care.triage.intent import Intent
from reminders.care.triage.reading import Part
from reminders.care.triage.weighing import Weighing, free

REACH = 3
"""How many words of weight a negation reaches ahead."""


def negated(weighing: Weighing) -> Iterator[Finding]:
    """Give each finding that a negation covers."""
    for name in ("negation", "wide_negation"):
        for start, end in free(weighing, name):
            reaches = _reaches_past_subject if name == "wide_negation" else _reaches
            yield from _holding(weighing, start)
            ahead = [each for each in weighing.findings if each.start >= end]
            first = next((each for each in ahead if reaches(weighing, end, each)), None)
            if first is not None:
                yield from _listed(weighing, first)


def _holding(weighing: Weighing, start: int) -> Iterator[Finding]:
    """ "My throat is not closing" is denied within; "i cannot speak nor breathe" is not."""
    if (start, start + 1) not in weighing.cues("neither"):
        yield from (each for each in weighing.findings if each.start < start < each.end)


def _reaches_past_subject(weighing: Weighing, end: int, finding: Finding) -> bool:
    reading = weighing.reading
    return reading.gap(end, finding.start) <= REACH and not reading.is_parted(
        end, finding.start, at_and=False
    )


def _reaches(weighing: Weighing, end: int, finding: Finding) -> bool:
    """A new subject between, as in "no sleep i am choking", begins a thought of its own."""
    subjects = (start for start, _ in weighing.cues("subjects"))
    between = (start for start in subjects if end < start <= finding.start)
    if any(weighing.reading.gap(end, start) for start in between):
        return False
    return _reaches_past_subject(weighing, end, finding)


def _listed(weighing: Weighing, first: Finding) -> Iterator[Finding]:
    """Follow a list: "no swelling, redness or fever" denies all three, "no pain, fever" one."""
    beside = (each.end for each in weighing.findings if _is_close(weighing, first, each))
    covered = min(beside, default=first.end)
    for each in (each for each in weighing.findings if each.start >= first.start):
        if each.start >= covered:
            if not _continues(weighing, covered, each):
                return
            covered = each.end
        yield each


def _is_close(weighing: Weighing, first: Finding, each: Finding) -> bool:
    """A sign in one piece ends where it ends, whatever wider one begins with the same word."""
    gap = weighing.reading.gap(each.match[0][1], max(start for start, _ in each.match))
    return each.start == first.start and gap <= 0


def _continues(weighing: Weighing, covered: int, following: Finding) -> bool:
    reading = weighing.reading
    parts = reading.parts[covered : following.start + 1]
    if reading.gap(covered, following.start) > 1 or max(parts) >= Part.TURN:
        return False
    if Part.AND in parts:
        return following.group == Intent.ROUTINE_SYMPTOM
    return Part.OR in parts or (Part.COMMA in parts and _ends_with_or(weighing, following))


def _ends_with_or(weighing: Weighing, following: Finding) -> bool:
    """Look on to the end of the thought for "or" right before another sign."""
    reading, end = weighing.reading, following.end
    for each in (each for each in weighing.findings if each.start >= following.end):
        parts = reading.parts[end : each.start + 1]
        if Part.OR in parts:
            return True
        if (
            max(parts, default=Part.COMMA) >= Part.TURN
            or reading.gap(end, max(end, each.start)) > 1
        ):
            return False
        end = max(end, each.end)
    return False
