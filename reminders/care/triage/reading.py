"""Reading a text: letters made plain, words in order, and what parts them. No meaning yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate, pairwise

_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_][^\W_]*|[.!?;:,\n()…&+/\"]|\s[-–—]+\s|--+")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_SPELLED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*]{1,2}[^\W\d_](?![^\W_])){3,}")
_ANDS = frozenset("&+/")


Span = tuple[int, int]
"""A stretch of words: the first, and the one after the last."""


class Part(IntEnum):
    """What stands before a word: nothing, "and" or "or", a comma, "and I", an end of a thought."""

    NONE = 0
    AND = 1
    OR = 2
    COMMA = 3
    TURN = 4
    END = 5


@dataclass(frozen=True, slots=True)
class Joints:
    """The words of all languages that part or join clauses; see language.toml, triage.cues."""

    ands: frozenset[str]
    ors: frozenset[str]
    ends: frozenset[str]
    starts: frozenset[str]
    subjects: frozenset[str]
    fillers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as words. `parts` says what stands before each word.

    `weights`, `ends` and `breaks` count, up to each word, those that are no fillers, the
    commas and ends, and those with "and" and "or" as well.
    """

    words: tuple[str, ...]
    parts: tuple[Part, ...]
    asks: bool
    weights: tuple[int, ...]
    ends: tuple[int, ...]
    breaks: tuple[int, ...]

    def gap(self, left: int, right: int) -> int:
        """Count the words of weight from `left` up to `right`."""
        return self.weights[right] - self.weights[left]

    def is_parted(self, left: int, right: int, *, at_and: bool) -> bool:
        """Say whether a comma or an end stands before any word from `left` to `right`, or "and"."""
        counted = self.breaks if at_and else self.ends
        return counted[right + 1] > counted[left]

    def clause(self, place: int) -> int:
        """Number the clause in which a word stands."""
        return self.ends[place + 1]

    def clauses(self) -> Iterator[Span]:
        """Give each clause as a stretch of words."""
        edges = [i for i, part in enumerate(self.parts) if part >= Part.COMMA or i == 0]
        yield from pairwise([*edges, len(self.words)])

    def quoted(self, start: int, end: int) -> str:
        """Return the words of a stretch."""
        return " ".join(self.words[start:end])


def plain(text: str) -> str:
    """Return small letters without accents, one space for one, curly signs made straight."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in letters if unicodedata.category(char) not in ("Mn", "Me", "Cf"))


def read(text: str, *, pictures: Mapping[str, str], joints: Joints) -> Reading:
    """Read a text into words; pictures become words, "S T O P" becomes one word."""
    written = text
    if not text.isascii():
        for picture, words in pictures.items():
            if picture in written:
                written = written.replace(picture, f" {words} ")
    letters = _APOSTROPHES.sub("", plain(written))
    letters = _SPELLED.sub(lambda spelled: re.sub(r"[^\w]|_", "", spelled[0]), letters)
    read_words, parts = _parted(_WORD.findall(letters), joints)
    return Reading(
        words=tuple(read_words),
        parts=tuple(parts),
        asks="?" in letters or "¿" in text,
        weights=_running(word not in joints.fillers for word in read_words),
        ends=_running(part >= Part.COMMA for part in parts),
        breaks=_running(part >= Part.AND for part in parts),
    )


def _parted(tokens: Iterable[str], joints: Joints) -> tuple[list[str], list[Part]]:
    words: list[str] = []
    parts: list[Part] = []
    pending = Part.NONE
    written = [*tokens, "."]
    for word, following in pairwise(written):
        mark = _mark(word, joints)
        if mark is not None:
            pending = max(pending, mark) if mark is not Part.OR else _or(pending)
            continue
        if word in joints.starts and _mark(following, joints) is None:
            pending = Part.END
        if pending is Part.AND and word in joints.subjects:
            pending = Part.TURN
        words.append(word)
        parts.append(pending)
        pending = Part.NONE
    return words, parts


def _or(pending: Part) -> Part:
    """A comma and "or" together read as "or": the list goes on."""
    return Part.OR if pending <= Part.COMMA else pending


def _mark(word: str, joints: Joints) -> Part | None:
    if word in joints.ends:
        return Part.END
    if word in joints.ors:
        return Part.OR
    if word in joints.ands or word in _ANDS:
        return Part.AND
    if word == ",":
        return Part.COMMA
    return None if word[0].isalnum() else Part.END


def _running(counted: Iterable[bool]) -> tuple[int, ...]:
    """Return how many are true before each place, and in all."""
    return tuple(accumulate(counted, initial=0))
