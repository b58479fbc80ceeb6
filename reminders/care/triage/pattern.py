"""Patterns: concepts and words in a row or near each other. Parsing and matching, no language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reminders.care.triage.reading import Reading, Span

NEXT, FAR, NEAR = 2, 6, 5
"""How many words may stand between two terms: in a row, after "...", and around "&"."""


class PatternError(ValueError):
    """A pattern is not written well; the words say how to mend it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Terms that must stand in one clause; each term is a choice of concepts or words.

    `links` say how each term after the first follows: " " close behind, "..." further behind,
    "&" before or behind. None of the `without` may stand in the clause.
    """

    rule: str
    terms: tuple[tuple[str, ...], ...]
    links: tuple[str, ...]
    without: tuple[str, ...]


def parse(rule: str, written: str) -> Pattern:
    """Read a pattern such as "CANNOT BREATHE", "lips & BLUE/purple !lipstick" or "no ... air".

    Capitals name a concept, small letters are the word itself, and a star ends the start of a word.
    Raises PatternError.
    """
    terms: list[tuple[str, ...]] = []
    links: list[str] = []
    without: list[str] = []
    link = ""
    for part in written.split():
        if part in ("...", "&"):
            if link or not terms:
                raise PatternError(f'"{part}" needs a word or a concept on both sides')
            link = part
        elif part.startswith("!"):
            without += part[1:].split("/")
        elif without:
            raise PatternError(f'"{part}" stands after a "!": put what must be absent last')
        else:
            links += [link or " "] if terms else []
            terms.append(tuple(part.split("/")))
            link = ""
    if link or not terms:
        raise PatternError("needs a word or a concept at its end")
    if not all(each for term in (*terms, without) for each in term):
        raise PatternError('has an empty choice: write words on both sides of "/" and after "!"')
    return Pattern(rule, tuple(terms), tuple(links), tuple(without))


Match = tuple[Span, ...]
"""Where a pattern's terms stand, in the order of the pattern."""


def matches(
    pattern: Pattern, reading: Reading, spans: Mapping[str, Sequence[Span]]
) -> Iterator[Match]:
    """Give every place where the pattern matches; `spans` are those of its terms."""
    first, *following = (_spans_of(term, spans) for term in pattern.terms)
    if all(following):
        for span in first:
            found = _followed(span, pattern.links, following, reading)
            if found and not _is_spoilt(pattern, span, reading, spans):
                yield found


def _followed(
    first: Span, links: Sequence[str], following: Sequence[Sequence[Span]], reading: Reading
) -> Match:
    """Join each next term to the stretch so far; an empty match if one does not follow."""
    match: Match = (first,)
    stretch = first
    for link, choices in zip(links, following, strict=True):
        reachable = min(_reachable(stretch, link, choices, reading), default=None)
        if reachable is None:
            return ()
        span = reachable[1:]
        match = (*match, span)
        stretch = min(stretch[0], span[0]), max(stretch[1], span[1])
    return match


def _spans_of(term: tuple[str, ...], spans: Mapping[str, Sequence[Span]]) -> Sequence[Span]:
    if len(term) == 1:
        return spans.get(term[0], ())
    return [span for each in term for span in spans.get(each, ())]


def _reachable(
    span: Span, link: str, following: Sequence[Span], reading: Reading
) -> Iterator[tuple[int, int, int]]:
    room = {" ": NEXT, "...": FAR, "&": NEAR}[link]
    for start, end in following:
        if start >= span[1]:
            left, right = span[1], start
        elif end <= span[0] and link == "&":
            left, right = end, span[0]
        else:
            continue
        gap = reading.gap(left, right)
        if gap <= room and not reading.is_parted(left, right, at_and=link == " "):
            yield gap, start, end


def _is_spoilt(
    pattern: Pattern, span: Span, reading: Reading, spans: Mapping[str, Sequence[Span]]
) -> bool:
    if not pattern.without:
        return False
    clause = reading.clause(span[0])
    return any(
        reading.clause(start) == clause
        for each in pattern.without
        for start, _ in spans.get(each, ())
    )
