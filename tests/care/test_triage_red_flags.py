"""Every red flag, in both languages: said plainly, misspelt, denied, and told of long ago."""

from __future__ import annotations

import tomllib
from typing import NamedTuple

import pytest

from reminders.care.triage import Intent
from tests.triage.score import FOLDER
from tests.triage.words import intent, verdict

EMERGENCY, URGENT = Intent.EMERGENCY, Intent.URGENT
FLAGS = (EMERGENCY, URGENT)


class Flag(NamedTuple):
    """One red flag as patients write it."""

    level: str
    plain: str
    typo: str
    denied: str
    past: str


RED_FLAGS = {
    name: Flag(**row)
    for name, row in tomllib.loads((FOLDER / "red_flags.toml").read_text("utf-8")).items()
}


@pytest.mark.parametrize("flag", RED_FLAGS.values(), ids=RED_FLAGS)
def test_a_red_flag_said_plainly_is_heard_at_its_level(flag: Flag) -> None:
    assert intent(flag.plain) == flag.level


@pytest.mark.parametrize("flag", RED_FLAGS.values(), ids=RED_FLAGS)
def test_a_misspelt_red_flag_reaches_a_person(flag: Flag) -> None:
    assert intent(flag.typo) in FLAGS


@pytest.mark.parametrize("flag", RED_FLAGS.values(), ids=RED_FLAGS)
def test_a_red_flag_that_is_denied_alarms_nobody(flag: Flag) -> None:
    assert intent(flag.denied) not in FLAGS


@pytest.mark.parametrize("flag", RED_FLAGS.values(), ids=RED_FLAGS)
def test_a_red_flag_of_long_ago_alarms_nobody(flag: Flag) -> None:
    assert intent(flag.past) not in FLAGS


@pytest.mark.parametrize("again", ["and it is happening again", "y otra vez me pasa"])
@pytest.mark.parametrize("flag", RED_FLAGS.values(), ids=RED_FLAGS)
def test_a_red_flag_of_long_ago_that_comes_again_reaches_a_person(flag: Flag, again: str) -> None:
    assert intent(f"{flag.past} {again}") in FLAGS


@pytest.mark.parametrize("flag", RED_FLAGS.values(), ids=RED_FLAGS)
@pytest.mark.parametrize(
    "around", ["1. {}", "thanks! {}", "STOP. {}", "BOOK. {}", "todo bien. {}", "no fever. {}"]
)
def test_nothing_else_in_the_text_outranks_a_red_flag(flag: Flag, around: str) -> None:
    assert intent(around.format(flag.plain)) in FLAGS


def test_leaving_with_a_red_flag_does_both() -> None:
    read = verdict("STOP. my throat is closing")
    assert read.intent is EMERGENCY
    assert read.also == (Intent.OPT_OUT,)


def test_thoughts_of_suicide_are_an_emergency_and_are_never_closed_by_a_denial() -> None:
    assert intent("i want to die") is EMERGENCY
    assert intent("ya no quiero vivir") is EMERGENCY
    assert intent("im not suicidal") is URGENT
    assert intent("me muero de risa", "none") not in FLAGS


@pytest.mark.parametrize(
    "text",
    ["my mom cant breathe", "my friend cant breathe", "mi vecina no respira", "a lady is choking"],
)
def test_an_emergency_now_counts_about_anyone(text: str) -> None:
    assert intent(text) is EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "my friend had trouble breathing after hers",
        "my coworker has a droopy eyelid",
        "my dog had a seizure",
        "una amiga tuvo ronchas",
    ],
)
def test_a_tale_of_strangers_or_a_pet_alarms_nobody(text: str) -> None:
    assert intent(text, "none") not in FLAGS


@pytest.mark.parametrize(
    "text",
    [
        "what if i cant breathe?",
        "can botox make my eyelid droop?",
        "if my throat closes who do i call?",
        "¿qué hago si no puedo respirar?",
        "si se me cae el párpado a quién llamo?",
    ],
)
def test_a_supposed_sign_is_a_question(text: str) -> None:
    assert intent(text, "aftercare") is Intent.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "if i lay flat i cant breathe",
        "si me acuesto me ahogo",
        "siento como si me apretaran el cuello y no me entra aire",
        "is it normal that i cant swallow water",
        "siento como si me apretaran la garganta y no puedo respirar, es normal?",
        "you said to text if my throat gets tight. its tight",
        "can botox make me choke? mine is happening now, choking",
        "no i cant breathe",
        "no no puedo respirar",
        "no sleep im choking",
        "no puedo hablar ni respirar",
        "im not saying its an emergency but i cant breathe",
        "no pain, throat closing",
        "no rash and throat closing",
        "my throat was fine but its closing up",
    ],
)
def test_words_near_a_sign_that_do_not_deny_it_leave_it_standing(text: str) -> None:
    assert intent(text) is EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "no swelling, redness, or trouble breathing",
        "no fever or chills or double vision",
        "no swelling, redness, itching, bruise, or trouble breathing",
        "havent noticed my eyelid drooping",
        "no trouble breathing no trouble swallowing",
        "my throat is not closing",
        "sin fiebre ni ronchas ni dolor",
        "breathing, eating, swallowing, all normal",
    ],
)
def test_a_list_of_signs_is_denied_as_a_whole(text: str) -> None:
    assert intent(text) is Intent.ALL_WELL


def test_an_emergency_that_has_passed_is_still_read_by_a_person() -> None:
    assert intent("i couldnt breathe last night but im fine now") is URGENT


def test_a_sign_that_has_passed_is_logged() -> None:
    assert intent("my eyelid was drooping, it went away") is Intent.ROUTINE_SYMPTOM
    assert intent("my eyelid was drooping, it went away, then it came back again") is URGENT


@pytest.mark.parametrize(
    "text",
    [
        "that price takes my breath away",
        "nearly had a heart attack when i saw the bill",
        "i laughed so hard i couldnt breathe",
        "out of breath after my run",
        "cant breathe through my nose, allergies",
        "i passed out on the couch watching a movie",
        "dying to see you",
        "hard pill to swallow",
        "me muero de risa",
        "cuesta un ojo de la cara",
    ],
)
def test_a_saying_alarms_nobody(text: str) -> None:
    assert intent(text, "none") not in FLAGS
