"""One language's words for triage: the table [triage] of language.toml, read and judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reminders.care.complaint import meant
from reminders.care.section import Section
from reminders.care.triage.intent import CONTEXTS, Intent
from reminders.care.triage.pattern import PatternError, parse

GRAVE = (Intent.EMERGENCY, Intent.URGENT)
HARMLESS, MINOR = "harmless", "minor"

GROUPS = (
    HARMLESS, MINOR, *(each for each in Intent if each is not Intent.UNCLEAR),
)  # fmt: skip
"""Tables of patterns: one for each intent, harmless sayings, and signs that count only together."""

CUES = (
    "ands", "ors", "ends", "starts", "subjects", "fillers", "courtesies",
    "negation", "wide_negation", "neither", "not_negation", "gone", "remote", "again",
    "supposing", "if_asked", "not_supposing", "strangers", "pasts", "beasts", "alone",
)  # fmt: skip
"""Lists of words that part clauses, or say of a sign: not, no longer, long ago, if, of others."""

KEYWORDS = (Intent.OPT_OUT, Intent.OPT_IN, Intent.HELP, Intent.BOOK)
_TABLES = ("pictures", "numbers", "concepts", "near", "ordinary", "cues", "keywords", "answers")

Words = tuple[str, ...]
Table = Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's words for triage.

    `pictures` turn an emoji into words. `numbers` are concepts by range. `concepts` are what a
    pattern writes in capitals. `near` words are also known when misspelt, except as one of the
    `ordinary` words. `patterns` are by group and sign, `answers` by context and intent.
    """

    pictures: Mapping[str, str]
    numbers: Mapping[str, tuple[tuple[float, float], ...]]
    concepts: Table
    near: Words
    ordinary: Words
    cues: Table
    keywords: Table
    answers: Mapping[str, Table]
    patterns: Mapping[str, Table]


def read_vocabulary(section: Section) -> Vocabulary:
    """Read the table [triage]; its mistakes gather in the section."""
    section.only((*_TABLES, *GROUPS))
    keywords, answers = section.table("keywords"), section.table("answers")
    keywords.only(KEYWORDS)
    answers.only(CONTEXTS)
    vocabulary = Vocabulary(
        pictures=_strings(section.table("pictures")),
        numbers=dict(_ranges(section.table("numbers"))),
        concepts=_lists(section.table("concepts")),
        near=section.many("near", default=()),
        ordinary=section.many("ordinary", default=()),
        cues=_cues(section.table("cues")),
        keywords=_lists(keywords),
        answers={context: _answers(answers.table(context)) for context in answers.raw},
        patterns={group: _patterns(section.table(group)) for group in GROUPS},
    )
    _judge_concepts(section, vocabulary)
    return vocabulary


def unknown_concepts(
    vocabulary: Vocabulary, known: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    """List as (field, what, mend) the concepts that patterns name and no language has."""
    for group, signs in vocabulary.patterns.items():
        for sign, written in signs.items():
            for name in dict.fromkeys(_concepts_in(sign, written)):
                if name not in known:
                    yield f"{group}, {sign}", f'names "{name}", no concept', meant(name, known)


def missing_signs(vocabulary: Vocabulary | None, every: Iterable[Vocabulary]) -> tuple[str, ...]:
    """Name the grave signs that another language knows and this one has no pattern for."""
    own = vocabulary.patterns if vocabulary else {}
    return tuple(
        dict.fromkeys(
            f"{group}.{sign}"
            for other in every
            for group in GRAVE
            for sign in other.patterns[group]
            if sign not in own.get(group, {})
        )
    )


def concept_names(vocabulary: Vocabulary) -> frozenset[str]:
    """Name what this language's patterns may write in capitals."""
    return frozenset(vocabulary.concepts) | frozenset(vocabulary.numbers)


def _concepts_in(sign: str, written: Words) -> Iterator[str]:
    for each in written:
        pattern = parse(sign, each)
        for term in (*pattern.terms, pattern.without):
            yield from (name for name in term if name.isupper())


def _strings(section: Section) -> dict[str, str]:
    return {name: section.words(name) for name in section.raw}


def _lists(section: Section) -> dict[str, Words]:
    read = {name: section.many(name) for name in section.raw}
    return {name: words for name, words in read.items() if words}


def _cues(section: Section) -> dict[str, Words]:
    section.only(CUES)
    return {name: section.many(name, default=()) for name in CUES}


def _answers(section: Section) -> dict[str, Words]:
    section.only(GROUPS)
    return _lists(section)


def _ranges(section: Section) -> Iterator[tuple[str, tuple[tuple[float, float], ...]]]:
    for name, value in section.raw.items():
        try:
            pairs = tuple((float(low), float(high)) for low, high in _pairs(value))
        except (TypeError, ValueError):
            section.complain(name, "is no list of ranges", mend=f"write {name} = [[38.3, 43]]")
        else:
            yield name, pairs


def _pairs(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, list) or not value:
        raise TypeError("no list")
    return value


def _judge_concepts(section: Section, vocabulary: Vocabulary) -> None:
    for name in (*vocabulary.concepts, *vocabulary.numbers):
        if not name.isupper():
            section.complain(name, "is a concept in small letters", mend=f"write {name.upper()}")


def _patterns(section: Section) -> dict[str, Words]:
    """Read a table of patterns; leave out, with a complaint, those that are not written well."""
    return {
        sign: tuple(each for each in written if _is_sound(section, sign, each))
        for sign, written in _lists(section).items()
    }


def _is_sound(section: Section, sign: str, written: str) -> bool:
    try:
        parse(sign, written)
    except PatternError as error:
        section.complain(sign, f'"{written}": {error}', mend="write it like the others")
        return False
    return True
