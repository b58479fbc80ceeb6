"""The words of all languages of an installation, merged and made ready for quick reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from reminders.care.triage.pattern import Pattern, parse
from reminders.care.triage.reading import Joints, Reading, Span, plain, read
from reminders.care.triage.vocabulary import Table, Vocabulary

RULES = 1
"""The version of the rules in code; a new number with every change of behaviour."""

SHORTEST_NEAR, LONG = 5, 9
"""Letters of the shortest word that may be a slip of another, and of those with two slips."""

_LEAF = ""
_DIGITS_FOR_LETTERS = str.maketrans("01345", "oieas")


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Everything that is known about words; built once by `compiled`, compared by identity.

    `tree` spells out phrases word by word. `starts` are the beginnings written with a star.
    `patterns` are by the first term that must be there. `version` names rules and words.
    """

    version: str
    pictures: Mapping[str, str]
    joints: Joints
    tree: Mapping[str, Any]
    words: frozenset[str]
    starts: Mapping[str, str]
    numbers: tuple[tuple[str, float, float], ...]
    likely: Mapping[str, tuple[str, ...]]
    ordinary: frozenset[str]
    patterns: Mapping[str, tuple[Pattern, ...]]
    courtesies: frozenset[str]
    alone: frozenset[str]
    keywords: Mapping[str, frozenset[str]]
    answers: Mapping[str, Mapping[str, frozenset[str]]]

    def read(self, text: str) -> Reading:
        """Read a text into words and what parts them."""
        return read(text, pictures=self.pictures, joints=self.joints)

    def is_courtesy(self, word: str) -> bool:
        """Say whether a word adds nothing to a short answer, as "please" or a lone digit."""
        return word in self.courtesies or word.isdecimal()

    def spans(self, reading: Reading) -> dict[str, list[Span]]:
        """Return where each concept and word that a pattern may name stands in the text."""
        forms = [_forms(word, self) for word in reading.words]
        found: dict[str, list[Span]] = {}
        for start in range(len(forms)):
            for name, end in _walk(self.tree, forms, start, reading):
                found.setdefault(name, []).append((start, end))
        return found


def cue(name: str) -> str:
    """Return the name under which a list of cues is found; no word and no concept has it."""
    return f"cue.{name}"


def compiled(vocabularies: Iterable[Vocabulary]) -> Lexicon:
    """Merge the vocabularies of all languages: patients mix them."""
    languages = tuple(vocabularies)
    concepts = _merged(each.concepts for each in languages)
    cues = _merged(each.cues for each in languages)
    patterns = [pattern for each in languages for pattern in _parsed(each)]
    phrases = [*_phrases(concepts), *_phrases({cue(name): words for name, words in cues.items()})]
    phrases += [(word, word) for pattern in patterns for word in _literals(pattern)]
    phrases += [(name, name) for name, _, _ in _numbers(languages)]
    forms = frozenset(form for _, phrase in phrases for form in phrase.split())
    return Lexicon(
        version=_version(languages),
        pictures={picture: words for each in languages for picture, words in each.pictures.items()},
        joints=_joints(cues),
        tree=_tree(phrases),
        words=frozenset(form for form in forms if not form.endswith("*")),
        starts={form[:-1]: form for form in forms if form.endswith("*")},
        numbers=tuple(_numbers(languages)),
        likely=_by_letter({plain(word) for each in languages for word in each.near}),
        ordinary=_plain_set(word for each in languages for word in each.ordinary),
        patterns=_by_first_term(patterns),
        courtesies=_plain_set(cues.get("courtesies", ())),
        alone=_plain_set(cues.get("alone", ())),
        keywords=_sets(_merged(each.keywords for each in languages)),
        answers={
            context: _sets(_merged(each.answers.get(context, {}) for each in languages))
            for context in {context for each in languages for context in each.answers}
        },
    )


def _merged(tables: Iterable[Table]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for name, words in table.items():
            merged[name] = (*merged.get(name, ()), *words)
    return merged


def _plain_set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in words)


def _sets(table: Table) -> dict[str, frozenset[str]]:
    return {name: _plain_set(words) for name, words in table.items()}


def _phrases(table: Table) -> Iterator[tuple[str, str]]:
    for name, words in table.items():
        for phrase in words:
            yield name, plain(phrase).replace("'", "")


def _literals(pattern: Pattern) -> Iterator[str]:
    for term in (*pattern.terms, pattern.without):
        yield from (word for word in term if not word.isupper())


def _parsed(vocabulary: Vocabulary) -> Iterator[Pattern]:
    for group, signs in vocabulary.patterns.items():
        for sign, written in signs.items():
            for each in written:
                yield parse(f"{group}.{sign}", each)


def _by_first_term(patterns: Iterable[Pattern]) -> dict[str, tuple[Pattern, ...]]:
    found: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        for name in pattern.terms[0]:
            found.setdefault(name, []).append(pattern)
    return {name: tuple(dict.fromkeys(each)) for name, each in found.items()}


def _joints(cues: Table) -> Joints:
    names = ("ands", "ors", "ends", "starts", "subjects", "fillers")
    return Joints(*(_plain_set(cues.get(name, ())) for name in names))


def _numbers(languages: Sequence[Vocabulary]) -> Iterator[tuple[str, float, float]]:
    for language in languages:
        for name, ranges in language.numbers.items():
            yield from ((name, low, high) for low, high in ranges)


def _version(languages: Sequence[Vocabulary]) -> str:
    words = "\n".join(sorted(repr(each) for each in languages))
    return f"{RULES}.{sha256(words.encode()).hexdigest()[:10]}"


def _tree(phrases: Iterable[tuple[str, str]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, phrase in phrases:
        branch = tree
        for form in phrase.split():
            branch = branch.setdefault(form, {})
        branch.setdefault(_LEAF, set()).add(name)
    return tree


def _walk(
    tree: Mapping[str, Any], forms: Sequence[tuple[str, ...]], start: int, reading: Reading
) -> Iterator[tuple[str, int]]:
    """Follow every phrase that begins at a word, as far as the clause goes."""
    branches, place = [tree], start
    while branches:
        grown = [twig for branch in branches for form in forms[place] if (twig := branch.get(form))]
        place += 1
        names = {name for branch in grown for name in branch.get(_LEAF, ())}
        yield from ((name, place) for name in names)
        if place >= len(forms) or reading.is_parted(place, place, at_and=False):
            return
        branches = grown


def _by_letter(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        found.setdefault(word[0], []).append(word)
    return {letter: tuple(each) for letter, each in found.items()}


# Patients use few words: the same ones come again in every text.
@lru_cache(maxsize=65536)
def _forms(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the written forms of our phrases that a word counts as."""
    if word[0].isdecimal():
        return _number_forms(word, lexicon)
    for spelling in spellings(word):
        known = _known(spelling, lexicon)
        if known:
            return known
    if word in lexicon.ordinary:
        return ()
    meant = _nearest(word, lexicon)
    return _known(meant, lexicon) if meant else ()


def _known(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    starts = (word[:size] for size in range(2, len(word) + 1))
    forms = [lexicon.starts[start] for start in starts if start in lexicon.starts]
    return (word, *forms) if word in lexicon.words else tuple(forms)


def _number_forms(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    size = float(word.replace(",", "."))
    names = {name for name, low, high in lexicon.numbers if low <= size <= high}
    return (word, *sorted(names))


def spellings(word: str) -> Iterator[str]:
    """Give the word, then "st0p" as "stop", then "sooo" as "soo" and as "so"."""
    yield word
    yield word.translate(_DIGITS_FOR_LETTERS)
    shorter = re.sub(r"(.)\1{2,}", r"\1\1", word)
    if shorter != word or len(word) >= SHORTEST_NEAR:
        yield shorter
        yield re.sub(r"(.)\1+", r"\1", word)


def _nearest(word: str, lexicon: Lexicon) -> str:
    """Return the safety word that this one is a slip of; "" if none is near."""
    if len(word) < SHORTEST_NEAR:
        return ""
    slips = 2 if len(word) >= LONG else 1
    swapped = (each for each in lexicon.likely.get(word[1], ()) if each[1] == word[0])
    choices = [*lexicon.likely.get(word[0], ()), *swapped]
    found = extractOne(word, choices, scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found else ""
