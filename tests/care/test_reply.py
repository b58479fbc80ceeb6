"""What follows from a patient's text: the table, what bends it, and the loop guard."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

import pytest

from reminders.care.effect import (
    AskAgain,
    AskAPerson,
    Effect,
    EndReminders,
    Escalate,
    HoldPlanned,
    Level,
    QuarantineNumber,
    RestoreConsent,
    Say,
    Situation,
    Task,
    WithdrawConsent,
)
from reminders.care.reply import TABLE, Circumstances, answer, is_keyword, may_answer
from reminders.care.triage import Intent

PATIENT = Circumstances(Situation.PATIENT)
STOPPED = Circumstances(Situation.STOPPED)
STRANGER = Circumstances(Situation.STRANGER)
SITUATIONS = [PATIENT, STOPPED, STRANGER]
TELEPHONE = AskAPerson(Task.TELEPHONE)


def _answer(
    intent: Intent, *also: Intent, here: Circumstances = PATIENT, staffed: bool = True
) -> tuple[Effect, ...]:
    return answer(intent, also, circumstances=Circumstances(here.situation, staffed=staffed))


def _said(effects: Collection[Effect]) -> list[str]:
    return [effect.words for effect in effects if isinstance(effect, Say)]


def test_every_intent_has_an_answer_in_every_situation() -> None:
    assert set(TABLE) == set(product(Intent, Situation))


@pytest.mark.parametrize("here", SITUATIONS)
def test_an_emergency_is_answered_and_escalated_whoever_writes(here: Circumstances) -> None:
    effects = _answer(Intent.EMERGENCY, here=here)
    assert effects[:2] == (Say("emergency"), Escalate(Level.EMERGENCY))


@pytest.mark.parametrize("here", SITUATIONS)
def test_an_urgent_sign_is_escalated_whoever_writes(here: Circumstances) -> None:
    assert Escalate(Level.URGENT) in _answer(Intent.URGENT, here=here)


def test_an_emergency_holds_what_was_planned_for_the_patient() -> None:
    assert HoldPlanned() in _answer(Intent.EMERGENCY)


def test_stop_beside_an_emergency_does_both_and_tells_staff_to_telephone() -> None:
    assert _answer(Intent.EMERGENCY, Intent.OPT_OUT) == (
        Say("emergency"),
        Escalate(Level.EMERGENCY),
        HoldPlanned(),
        WithdrawConsent(),
        Say("stopped"),
        TELEPHONE,
    )


def test_stop_beside_an_urgent_sign_escalates_and_leaves_the_words_to_the_telephone() -> None:
    assert _answer(Intent.URGENT, Intent.OPT_OUT) == (
        Escalate(Level.URGENT),
        WithdrawConsent(),
        Say("stopped"),
        TELEPHONE,
    )


def test_stop_beside_a_mild_symptom_asks_nothing_again() -> None:
    assert _answer(Intent.ROUTINE_SYMPTOM, Intent.OPT_OUT) == (
        AskAPerson(Task.ROUTINE),
        WithdrawConsent(),
        Say("stopped"),
        TELEPHONE,
    )


@pytest.mark.parametrize("here", [PATIENT, STRANGER])
@pytest.mark.parametrize("staffed", [True, False])
@pytest.mark.parametrize("intent", [each for each in Intent if each is not Intent.OPT_OUT])
def test_beside_stop_only_the_confirmation_and_the_safety_text_leave(
    intent: Intent, here: Circumstances, staffed: bool
) -> None:
    effects = _answer(intent, Intent.OPT_OUT, here=here, staffed=staffed)
    safety = ["emergency"] if intent is Intent.EMERGENCY else []
    assert _said(effects) == [*safety, "stopped"]
    assert WithdrawConsent() in effects and TELEPHONE in effects


@pytest.mark.parametrize("staffed", [True, False])
@pytest.mark.parametrize("also", [(), (Intent.OPT_OUT,)])
def test_after_stop_only_the_safety_text_and_a_new_start_are_answered(
    also: tuple[Intent, ...], staffed: bool
) -> None:
    said = {
        intent: _said(_answer(intent, *also, here=STOPPED, staffed=staffed)) for intent in Intent
    }
    assert {intent: words for intent, words in said.items() if words} == {
        Intent.EMERGENCY: ["emergency"],
        Intent.OPT_IN: ["restarted"],
    }


@pytest.mark.parametrize("intent", [Intent.EMERGENCY, Intent.URGENT])
def test_after_stop_staff_are_told_to_telephone_about_a_red_flag(intent: Intent) -> None:
    assert TELEPHONE in _answer(intent, here=STOPPED)


def test_stop_is_confirmed_once_and_a_second_stop_is_not_answered() -> None:
    assert _answer(Intent.OPT_OUT) == (WithdrawConsent(), Say("stopped"))
    assert _answer(Intent.OPT_OUT, here=STRANGER) == (WithdrawConsent(), Say("stopped"))
    assert _answer(Intent.OPT_OUT, here=STOPPED) == ()


def test_only_a_start_lifts_a_stop() -> None:
    lifting = [intent for intent, _ in TABLE if RestoreConsent() in _answer(intent, here=STOPPED)]
    assert set(lifting) == {Intent.OPT_IN}
    assert _answer(Intent.OPT_IN) == _answer(Intent.OPT_IN, here=STRANGER) == ()


@pytest.mark.parametrize(
    ("intent", "here", "left"),
    [
        (Intent.OPT_OUT, PATIENT, (WithdrawConsent(),)),
        (Intent.OPT_IN, STOPPED, (RestoreConsent(),)),
        (Intent.HELP, PATIENT, ()),
    ],
)
def test_a_bare_keyword_that_twilio_answers_takes_effect_without_words_of_ours(
    intent: Intent, here: Circumstances, left: tuple[Effect, ...]
) -> None:
    bare = Circumstances(here.situation, twilio_answers=True)
    assert answer(intent, (), circumstances=bare) == left


@pytest.mark.parametrize("words", ["STOP", " stop ", "Unsubscribe", "OptOut", "START", "help"])
def test_a_keyword_alone_is_answered_by_twilio(words: str) -> None:
    assert is_keyword(words)


@pytest.mark.parametrize("words", ["STOP please", "opt out", "stop.", "cancel my visit", ""])
def test_a_keyword_among_other_words_is_ours_to_answer(words: str) -> None:
    assert not is_keyword(words)


def test_a_stranger_gets_one_polite_answer_and_a_person_reads_the_text() -> None:
    polite = (Say("stranger"), AskAPerson(Task.STRANGER))
    for intent in (Intent.ALL_WELL, Intent.BOOK, Intent.QUESTION, Intent.UNCLEAR, Intent.OTHER):
        assert _answer(intent, here=STRANGER) == polite


@pytest.mark.parametrize("here", SITUATIONS)
def test_a_wrong_number_is_quarantined_in_silence_and_becomes_an_incident(
    here: Circumstances,
) -> None:
    effects = _answer(Intent.WRONG_NUMBER, here=here)
    assert effects == (QuarantineNumber(), AskAPerson(Task.INCIDENT))


def test_an_unclear_text_goes_to_a_person_and_after_hours_we_say_when() -> None:
    unclear = AskAPerson(Task.UNCLEAR)
    assert _answer(Intent.UNCLEAR) == (unclear,)
    assert _answer(Intent.UNCLEAR, staffed=False) == (unclear, Say("read_later"))
    assert _answer(Intent.UNCLEAR, here=STOPPED, staffed=False) == (unclear,)


def test_no_effect_is_too_early_while_the_protocol_asks_once_more() -> None:
    early = Circumstances(Situation.PATIENT, effect_may_come=True)
    person = AskAPerson(Task.NO_EFFECT)
    assert answer(Intent.NO_EFFECT, (), circumstances=early) == (Say("too_early"), person)
    assert _answer(Intent.NO_EFFECT) == (Say("no_effect"), person)


def test_wearing_off_before_the_earliest_day_names_that_day_and_books_nothing() -> None:
    early = Circumstances(Situation.PATIENT, floor_ahead=True)
    person = AskAPerson(Task.WEARING_OFF)
    assert answer(Intent.WEARING_OFF, (), circumstances=early) == (Say("wearing_off_early"), person)
    assert _answer(Intent.WEARING_OFF) == (Say("wearing_off"), person)


def test_a_wish_to_book_ends_the_reminders_and_goes_to_the_desk() -> None:
    assert _answer(Intent.BOOK) == (Say("book"), AskAPerson(Task.BOOKING), EndReminders())


def test_a_mild_symptom_is_reassured_and_asked_about_again() -> None:
    effects = _answer(Intent.ROUTINE_SYMPTOM)
    assert effects == (Say("routine"), AskAPerson(Task.ROUTINE), AskAgain())


def test_reassurance_goes_to_mild_symptoms_only() -> None:
    assert {intent for (intent, _), row in TABLE.items() if Say("routine") in row} == {
        Intent.ROUTINE_SYMPTOM
    }


def test_every_cry_for_help_and_every_unclear_text_reaches_a_person() -> None:
    quiet = {Intent.ALL_WELL, Intent.OPT_OUT, Intent.OPT_IN, Intent.HELP, Intent.OTHER}
    for intent, here in product(set(Intent) - quiet, SITUATIONS):
        effects = _answer(intent, here=here)
        assert any(isinstance(effect, Escalate | AskAPerson) for effect in effects), intent


@pytest.mark.parametrize(
    ("words", "answered", "is_robot", "may"),
    [
        ("thanks", (), False, True),
        ("thanks", ("routine",), False, False),
        ("thanks", (), True, False),
        ("urgent", ("thanks",), True, True),
        ("emergency", ("urgent", "thanks"), True, True),
        ("emergency", ("emergency",), False, False),
        ("stopped", ("thanks",), True, True),
        ("restarted", ("stopped",), False, True),
    ],
)
def test_one_answer_in_ten_minutes_and_none_to_robots_but_safety_and_stop_get_through(
    words: str, answered: tuple[str, ...], is_robot: bool, may: bool
) -> None:
    assert may_answer(words, answered=answered, is_robot=is_robot) is may
