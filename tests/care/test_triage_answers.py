"""Digits, keywords and short answers mean what we asked for; words mean what they say."""

from __future__ import annotations

import pytest

from reminders.care.triage import CONTEXTS, Intent, understand
from tests.triage.words import intent, shipped, verdict

DIGITS = {
    ("side_effects", "1"): Intent.ALL_WELL,
    ("side_effects", "2"): Intent.ROUTINE_SYMPTOM,
    ("side_effects", "3"): Intent.URGENT,
    ("onset", "1"): Intent.ALL_WELL,
    ("onset", "2"): Intent.ALL_WELL,
    ("onset", "3"): Intent.NO_EFFECT,
    ("wear_off", "1"): Intent.ALL_WELL,
    ("wear_off", "2"): Intent.WEARING_OFF,
    ("wear_off", "3"): Intent.WEARING_OFF,
}


@pytest.mark.parametrize("written", ["{}", "{}!!", " {}. ", "{} thanks", "{}, gracias"])
@pytest.mark.parametrize(("context", "digit"), DIGITS)
def test_a_digit_answers_what_we_asked(context: str, digit: str, written: str) -> None:
    assert intent(written.format(digit), context) is DIGITS[context, digit]


@pytest.mark.parametrize("context", ["retreatment", "aftercare", "none"])
def test_a_digit_without_a_question_is_unclear(context: str) -> None:
    assert intent("2", context) is Intent.UNCLEAR


@pytest.mark.parametrize("text", ["4", "1 or 2", "22", "1 2", "?", "", "👍", "asdf", "..."])
def test_what_answers_nothing_is_read_by_a_person(text: str) -> None:
    assert intent(text) is Intent.UNCLEAR


def test_words_outrank_a_digit() -> None:
    assert intent("1 but my eyelid is drooping") is Intent.URGENT
    assert intent("2 - actually no pain at all, all good") is Intent.ALL_WELL
    assert intent("1, just a small bruise") is Intent.ROUTINE_SYMPTOM


@pytest.mark.parametrize(
    "text", ["3 but all good now thanks", "3, small bruise", "3 my eye itches"]
)
def test_worried_reaches_a_person_whatever_words_reassure(text: str) -> None:
    assert intent(text) is Intent.URGENT


def test_a_number_that_counts_something_is_no_answer() -> None:
    assert intent("3 weeks and nothing", "onset") is Intent.NO_EFFECT
    assert intent("3 bruises") is Intent.ROUTINE_SYMPTOM


KEYWORDS = [
    "STOP", "stop.", "Stop!!!", "STOPALL", "stop all", "UNSUBSCRIBE", "CANCEL", "END", "QUIT",
    "REVOKE", "OPTOUT", "opt out", "OPT-OUT", "S T O P", "stopp", "stoppp", "sotp", "unsubcribe",
    "please stop", "STOP STOP STOP", "1 STOP", "ALTO", "PARAR", "CANCELAR", "BAJA",
    "alto por favor",
]  # fmt: skip


@pytest.mark.parametrize("text", KEYWORDS)
@pytest.mark.parametrize("context", CONTEXTS)
def test_a_keyword_alone_ends_the_texts(text: str, context: str) -> None:
    assert intent(text, context) is Intent.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "stop texting me",
        "take me off your list",
        "leave me alone",
        "i revoke my consent",
        "dont contact me again",
        "no more messages",
        "no me escriban",
        "ya no quiero mensajes",
        "quítenme de su lista",
        "denme de baja",
        "thanks for everything. stop",
    ],
)
def test_plain_words_end_the_texts(text: str) -> None:
    assert intent(text, "none") is Intent.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "cancel my appointment",
        "stop the pain",
        "it stopped",
        "end of the day works",
        "i quit my job",
        "i cant stop smiling",
        "should i stop ibuprofen",
        "please dont stop the texts",
        "could someone stop by the desk",
        "if i text stop will i lose my visit?",
        "fin de semana",
        "the bus stop",
        "shop",
        "my pain wont stop",
        "alto ahi jaja",
        "tengo que cancelar mi cita",
        "i never got the reminder",
    ],
)
def test_everyday_words_do_not_end_the_texts(text: str) -> None:
    read = verdict(text, "none")
    assert Intent.OPT_OUT not in (read.intent, *read.also)


@pytest.mark.parametrize("text", ["START", "unstop", "please start texting me again", "COMENZAR"])
def test_coming_back_takes_a_clear_word(text: str) -> None:
    assert intent(text, "none") is Intent.OPT_IN


@pytest.mark.parametrize("text", ["strat", "yes", "sí", "unstpo"])
def test_a_slip_or_a_yes_never_brings_the_texts_back(text: str) -> None:
    assert intent(text, "none") is not Intent.OPT_IN


@pytest.mark.parametrize(
    ("text", "context", "meant"),
    [
        ("HELP", "none", Intent.HELP),
        ("ayuda", "none", Intent.HELP),
        ("BOOK", "retreatment", Intent.BOOK),
        ("CITA", "retreatment", Intent.BOOK),
        ("yes please", "retreatment", Intent.BOOK),
        ("yes", "onset", Intent.ALL_WELL),
        ("sí", "onset", Intent.ALL_WELL),
        ("no", "onset", Intent.NO_EFFECT),
        ("aún no", "onset", Intent.NO_EFFECT),
        ("fading", "wear_off", Intent.WEARING_OFF),
        ("ya no", "wear_off", Intent.WEARING_OFF),
        ("worried", "side_effects", Intent.URGENT),
        ("mild", "side_effects", Intent.ROUTINE_SYMPTOM),
        ("bien", "side_effects", Intent.ALL_WELL),
        ("yes", "none", Intent.UNCLEAR),
        ("yes", "side_effects", Intent.UNCLEAR),
        ("its not working anymore", "wear_off", Intent.WEARING_OFF),
        ("its not working", "onset", Intent.NO_EFFECT),
        ("my migraines are back", "wear_off", Intent.WEARING_OFF),
        ("can i wash my hair?", "aftercare", Intent.QUESTION),
        ("how long til it starts working", "aftercare", Intent.QUESTION),
        ("cancel my appointment for monday", "none", Intent.QUESTION),
        ("need to reschedule", "none", Intent.BOOK),
        ("wrong number", "none", Intent.WRONG_NUMBER),
        ("numero equivocado", "none", Intent.WRONG_NUMBER),
        ("thanks", "none", Intent.OTHER),
        ("Auto reply: this inbox is not monitored", "none", Intent.OTHER),
        ("blorp the green thing?", "none", Intent.QUESTION),
    ],
)
def test_an_answer_means_what_was_asked(text: str, context: str, meant: Intent) -> None:
    assert intent(text, context) is meant


def test_a_symptom_goes_before_leaving_and_before_booking_and_both_are_done() -> None:
    leaving = verdict("its only a bruise. STOP")
    assert (leaving.intent, leaving.also) == (Intent.ROUTINE_SYMPTOM, (Intent.OPT_OUT,))
    booking = verdict("my eyelid droops. can i book an appointment")
    assert booking.intent is Intent.URGENT
    assert Intent.BOOK in booking.also


def test_a_verdict_says_which_words_decided_by_which_rule_and_version() -> None:
    read = verdict("thanks, but i cant breathe")
    assert read.rule == "emergency.breathing"
    assert read.evidence == ("cant breathe",)
    assert read.version == shipped().version
    assert verdict("3").rule == "answer.side_effects"
    assert verdict("stop").rule == "opt_out.keyword"


def test_an_unknown_context_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match='"lunch" is no context: use side_effects'):
        understand("hi", context="lunch", lexicon=shipped())
