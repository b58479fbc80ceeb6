"""The words of triage are read from files, judged with a mend, and matched as patterns say."""

from __future__ import annotations

from typing import Any

import pytest

from reminders.care.section import Section
from reminders.care.triage import Intent, compiled, read_vocabulary, understand
from reminders.care.triage.pattern import PatternError, parse
from reminders.care.triage.together import PAIRS, raised
from reminders.care.triage.vocabulary import (
    concept_names,
    missing_signs,
    unknown_concepts,
)
from tests.triage.words import raw_words, shipped, vocabulary

SMALL: dict[str, Any] = {
    "concepts": {"CANT": ["cant", "can not"], "BREATHE": ["breath*"], "LIPS": ["lips"]},
    "numbers": {"HOT": [[101, 110]]},
    "near": ["breathing"],
    "ordinary": ["breeding"],
    "cues": {"negation": ["no"], "fillers": ["the"], "ors": ["or"], "ands": ["and"]},
    "emergency": {"breathing": ["CANT BREATHE"], "fever": ["temp HOT"]},
    "urgent": {"blue": ["LIPS & blue !paint"], "far": ["one ... two"]},
}


def read_small(text: str, **changes: object) -> Intent:
    lexicon = compiled([vocabulary(SMALL | changes)])
    return understand(text, context="none", lexicon=lexicon).intent


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cant breathe", Intent.EMERGENCY),
        ("cant the the the breathe", Intent.EMERGENCY),
        ("cant well ever breathe", Intent.EMERGENCY),
        ("cant a b c breathe", Intent.UNCLEAR),
        ("breathe cant", Intent.UNCLEAR),
        ("cant sleep, breathe", Intent.UNCLEAR),
        ("cant sleep and breathe", Intent.UNCLEAR),
        ("CAN’T BREATHE", Intent.EMERGENCY),
        ("cant braething", Intent.EMERGENCY),
        ("cant breeding", Intent.UNCLEAR),
        ("lips so blue", Intent.URGENT),
        ("blue are my lips", Intent.URGENT),
        ("lips blue paint", Intent.UNCLEAR),
        ("lips blue, paint", Intent.URGENT),
        ("one a b c d e two", Intent.URGENT),
        ("one and then two", Intent.URGENT),
        ("temp 102,5", Intent.EMERGENCY),
        ("temp 100", Intent.UNCLEAR),
    ],
)
def test_a_pattern_matches_within_its_clause_and_reach(text: str, meant: Intent) -> None:
    assert read_small(text) is meant


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", "at its end"),
        ("CANT ...", "at its end"),
        ("... CANT", "both sides"),
        ("CANT & & x", "both sides"),
        ("CANT !", "empty choice"),
        ("a//b", "empty choice"),
        ("a !b c", "must be absent last"),
        ("!b", "at its end"),
    ],
)
def test_a_pattern_that_is_not_written_well_is_refused_with_the_mend(
    written: str, fault: str
) -> None:
    with pytest.raises(PatternError, match=fault):
        parse("urgent.x", written)


@pytest.mark.parametrize(
    ("change", "where", "mend"),
    [
        ({"concept": {}}, "concept", 'did you mean "concepts"?'),
        ({"concepts": {"cant": ["cant"]}}, "cant", "write CANT"),
        ({"concepts": {"CANT": "cant"}}, "concepts, CANT", "write CANT ="),
        ({"numbers": {"HOT": 3}}, "numbers, HOT", "[[38.3, 43]]"),
        ({"numbers": {"HOT": [["a", "b"]]}}, "numbers, HOT", "[[38.3, 43]]"),
        ({"cues": {"negaton": ["no"]}}, "cues, negaton", 'did you mean "negation"?'),
        ({"keywords": {"stop": ["stop"]}}, "keywords, stop", 'use "'),
        ({"answers": {"onse": {}}}, "answers, onse", 'did you mean "onset"?'),
        ({"answers": {"onset": {"well": ["ok"]}}}, "onset, well", "all_well"),
        ({"urgent": {"far": ["one ..."]}}, "urgent, far", "like the others"),
        ({"pictures": {"👍": 3}}, "pictures, 👍", "in the quotes"),
    ],
)
def test_each_mistake_in_the_words_is_named_with_its_place_and_mend(
    change: dict[str, object], where: str, mend: str
) -> None:
    section = Section("templates/sms/en/language.toml, triage", change)
    read_vocabulary(section)
    (mistake,) = section.mistakes
    assert mistake.where.startswith("templates/sms/en/language.toml, triage")
    assert where in mistake.where
    assert mend in mistake.mend


def test_a_concept_that_no_language_has_is_named() -> None:
    words = vocabulary(SMALL | {"urgent": {"far": ["CANNT & LIPS !BLEU"]}})
    found = list(unknown_concepts(words, concept_names(words)))
    assert [(field, what) for field, what, _ in found] == [
        ("urgent, far", 'names "CANNT", no concept'),
        ("urgent, far", 'names "BLEU", no concept'),
    ]
    assert found[0][2] == 'did you mean "CANT"?'


def test_a_grave_sign_that_one_language_lacks_is_named() -> None:
    whole, part = vocabulary(SMALL), vocabulary(SMALL | {"urgent": {"far": ["one"]}})
    assert missing_signs(part, [whole, part]) == ("urgent.blue",)
    assert "emergency.breathing" in missing_signs(None, [whole])
    assert missing_signs(whole, [whole, part]) == ()


def test_the_shipped_languages_know_the_same_grave_signs_and_stand_on_their_own() -> None:
    languages = [vocabulary(raw_words(code)) for code in ("en", "es")]
    for language in languages:
        assert missing_signs(language, languages) == ()
        assert list(unknown_concepts(language, concept_names(language))) == []


def test_every_sign_of_a_pair_has_words_in_every_shipped_language() -> None:
    for code in ("en", "es"):
        patterns = vocabulary(raw_words(code)).patterns
        known = {sign for group in patterns.values() for sign in group}
        assert {sign for pair in PAIRS for sign in pair.first | pair.second} <= known


def test_two_signs_together_weigh_more_than_each_alone() -> None:
    assert raised({"hives"}) is None
    pair = raised({"hives", "vomiting"})
    assert pair is not None
    assert pair.intent is Intent.EMERGENCY


def test_the_version_changes_with_any_word() -> None:
    before = compiled([vocabulary(SMALL)])
    after = compiled([vocabulary(SMALL | {"near": ["breath"]})])
    assert before.version != after.version
    assert before.version == compiled([vocabulary(SMALL)]).version


def test_languages_are_merged_so_that_a_mixed_sentence_is_read() -> None:
    assert understand("no puedo breathe", context="none", lexicon=shipped()).intent is (
        Intent.EMERGENCY
    )
