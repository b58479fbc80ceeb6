"""What a text must say, what it may not say, and how long it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reminders.care.complaint import Complaint, Level
from reminders.care.language import Language
from reminders.care.protocol import Kind, MessageClass, Offset, Step
from reminders.care.wording import (
    Draft,
    introduction_complaints,
    length_complaints,
    word_complaints,
)
from tests.care.english import english

AFTERCARE = "qqclinic: no rubbing today."
CHECK_IN = "qqclinic: how are you? Reply 1 well, 2 mild, 3 worried. Emergency: call qqemergency."
REMINDER = "qqclinic: you may be due. Reply BOOK and we will call you."
INTRODUCTION = "Up to 3 texts a week. Msg & data rates may apply. Reply HELP for help, STOP to end."


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.AFTERCARE, AFTERCARE),
        (Kind.SIDE_EFFECTS, CHECK_IN),
        (Kind.ONSET, CHECK_IN),
        (Kind.WEAR_OFF, CHECK_IN),
        (Kind.RETREATMENT, REMINDER),
    ],
)
def test_a_good_text_draws_no_complaint(kind: Kind, text: str) -> None:
    assert _judged(text, kind=kind) == ()


@pytest.mark.parametrize(
    ("kind", "text", "what", "mend"),
    [
        (Kind.AFTERCARE, "No rubbing today.", '"clinic"', "{{ clinic }}"),
        (Kind.ONSET, CHECK_IN.replace("qqemergency", "911"), '"emergency_number"', "{{ emergency"),
        (Kind.ONSET, CHECK_IN.replace("3 worried", "4 worried"), '"3"', "1, 2 and 3"),
        (Kind.ONSET, CHECK_IN.replace("1 well", "12 well"), '"1"', "1, 2 and 3"),
        (Kind.RETREATMENT, REMINDER.replace("BOOK", "1"), '"BOOK"', "{{ book_word }}"),
        (Kind.AFTERCARE, AFTERCARE + " Reply YES.", '"YES"', "ask for 1, 2, 3"),
        (Kind.AFTERCARE, AFTERCARE + " STOP: leave.", '"STOP"', "ask for 1, 2, 3"),
        (Kind.AFTERCARE, AFTERCARE + " Now $99.", "price", "take the price out"),
        (Kind.AFTERCARE, AFTERCARE + " Now 99 dollars.", "price", "take the price out"),
        (Kind.AFTERCARE, AFTERCARE + " Hoy 99 dólares.", "price", "take the price out"),
        (Kind.RETREATMENT, REMINDER + " Special OFFER!", '"offer"', "marketing step"),
        (Kind.RETREATMENT, REMINDER + " See our offers.", '"offer"', "marketing step"),
        (Kind.AFTERCARE, AFTERCARE + " Your Botox is in.", '"botox"', "neutral words"),
        (Kind.AFTERCARE, AFTERCARE + " Your bótox is in.", '"botox"', "neutral words"),
        (Kind.AFTERCARE, AFTERCARE + " You had 10mg.", '"mg"', "neutral words"),
        (Kind.AFTERCARE, AFTERCARE + " Enjoy \N{PARTY POPPER}", "U+1F389", "plain letters"),
    ],
)
def test_a_bad_text_is_named_with_its_fault_and_its_mend(
    kind: Kind, text: str, what: str, mend: str
) -> None:
    (complaint,) = _judged(text, kind=kind)
    assert what in complaint.what and mend in complaint.mend
    assert (complaint.where, complaint.level) == ("here", Level.ERROR)


def test_letters_with_accents_pass_because_they_are_folded() -> None:
    assert _judged("qqclinic: ¿cómo está? \N{LATIN SMALL LETTER L WITH STROKE}") == ()


def test_words_inside_other_words_are_not_taken_for_them() -> None:
    assert _judged("qqclinic: the offering to botoxville, omg.") == ()


def test_a_marketing_text_may_name_a_price_and_an_offer_but_no_drug() -> None:
    text = REMINDER + " Offer: $99 Botox."
    step = replace(_step(Kind.RETREATMENT), message_class=MessageClass.MARKETING)
    draft = Draft("here", (text,), (step,), _english())
    assert [each.what for each in word_complaints(draft)] == [
        'says "botox", which others may read',
    ]


def test_a_text_shared_by_care_and_marketing_is_held_to_the_rules_of_care() -> None:
    care = _step(Kind.RETREATMENT)
    steps = (replace(care, message_class=MessageClass.MARKETING), care)
    draft = Draft("here", (REMINDER + " Now $99.",), steps, _english())
    assert [each.what for each in word_complaints(draft)] == ["names a price in a care text"]


def test_a_word_that_is_only_there_for_some_patients_is_missing() -> None:
    draft = Draft("here", (AFTERCARE, "no rubbing"), (_step(Kind.AFTERCARE),), _english())
    assert len(word_complaints(draft)) == 1


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (INTRODUCTION, None),
        (INTRODUCTION.replace("HELP for help", "us"), '"HELP"'),
        (INTRODUCTION.replace("STOP", "a word"), '"STOP"'),
        (INTRODUCTION.replace("rates", "fees"), '"Msg & data rates may apply"'),
        (INTRODUCTION + " Reply YES.", '"YES"'),
        (INTRODUCTION + " About Botox.", '"botox"'),
        (INTRODUCTION + " \N{SNOWMAN}", "U+2603"),
    ],
)
def test_the_introduction_names_rates_help_and_stop_and_nothing_worse(
    words: str, what: str | None
) -> None:
    found = introduction_complaints("here", (words,), _english())
    assert len(found) == (what is not None)
    assert what is None or what in found[0].what


@pytest.mark.parametrize(
    ("later", "first", "level"),
    [
        (160, 306, None),
        (161, 306, Level.NOTE),
        (160, 307, Level.ERROR),
        (307, 307, Level.ERROR),
    ],
)
def test_one_segment_is_well_two_are_noted_three_are_refused(
    later: int, first: int, level: Level | None
) -> None:
    found = length_complaints(
        "here", occasion="at Riverbend", later=["a", "a" * later], first=["a" * first]
    )
    assert [each.level for each in found] == ([level] if level else [])
    assert all("at Riverbend" in each.what for each in found)


def _judged(text: str, *, kind: Kind = Kind.AFTERCARE) -> tuple[Complaint, ...]:
    return word_complaints(Draft("here", (text,), (_step(kind),), _english()))


def _step(kind: Kind) -> Step:
    return Step(
        key="x",
        kind=kind,
        message_class=MessageClass.CARE,
        offset=Offset(1, "hours"),
        useful_for=timedelta(hours=6),
        question=kind,
        text="x",
    )


def _english() -> Language:
    return english(private=["botox", "mg"], promotional=["offer", "% off"])
