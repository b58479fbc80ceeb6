"""What the book of replies must hold, what each reply may use and must say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reminders.care.complaint import Level
from reminders.care.effect import Effect, Say, Situation
from reminders.care.reply import TABLE
from reminders.care.reply_book import (
    LADDER,
    Reply,
    is_used,
    missing_replies,
    purposes,
    reply_complaints,
    reply_variables,
    unused_replies,
)
from reminders.care.triage import Intent
from reminders.care.wordbook import REPLIES, VARIABLES, Wordbook
from tests.care.english import english

SOUND: Mapping[str, str] = {
    "emergency": "qqclinic: call qqemergency now.",
    "urgent": "qqclinic: a clinician will call you. If not, call qqphone or qqemergency.",
    "nobody_yet": "qqclinic: please call qqphone. Emergency: qqemergency.",
    "read_later": "qqclinic: somebody reads this from qqhour. Emergency: qqemergency.",
    "help": "qqclinic: call qqphone. Msg & data rates may apply. Reply HELP for help, STOP to end.",
    "restarted": "qqclinic: welcome back. Msg & data rates may apply. Reply STOP to end.",
    "stopped": "qqclinic: no more messages. Reply START to come back.",
    "page": "qqclinic: URGENT qqnumber. Reply TAKE qqnumber.",
    "page_all": "qqclinic: URGENT qqnumber. Reply TAKE qqnumber.",
    "thanks": "qqclinic: thank you.",
}


def _book(*keys: str) -> Wordbook:
    return Wordbook("en", {REPLIES: dict.fromkeys(keys, "words")}, {}, "")


def _judged(words: str, text: str) -> list[str]:
    return [each.what for each in reply_complaints(_reply(words, text))]


def _reply(words: str, *readings: str) -> Reply:
    return Reply("here", words, readings, english())


@pytest.mark.parametrize(("words", "text"), SOUND.items())
def test_a_good_reply_draws_no_complaint(words: str, text: str) -> None:
    assert _judged(words, text) == []


@pytest.mark.parametrize("words", ["emergency", "urgent", "nobody_yet", "read_later"])
def test_a_safety_text_without_the_emergency_number_is_refused(words: str) -> None:
    found = _judged(words, SOUND[words].replace("qqemergency", "911"))
    assert found == ['does not always say "emergency_number"']


@pytest.mark.parametrize(
    ("words", "old", "new", "what"),
    [
        ("help", "STOP", "stop", 'does not name "STOP"'),
        ("help", "qqphone", "us", 'does not always say "clinic_phone"'),
        ("help", "Msg & data", "Some", 'does not always say "Msg & data rates may apply"'),
        ("restarted", "STOP", "a word", 'does not name "STOP"'),
        ("restarted", "Msg & data", "Some", 'does not always say "Msg & data rates may apply"'),
        ("stopped", "Reply START", "Why? Reply START", "asks a question"),
        ("stopped", "START", "YES", 'asks for "YES"'),
        ("thanks", "you.", "you. Reply STOP to leave.", 'asks for "STOP"'),
        ("thanks", "qqclinic: thank", "Thank", "does not begin with the clinic's name"),
        (
            "thanks",
            "thank you",
            "see you at qqclinic for Botox",
            'says "botox", which others may read',
        ),
        ("thanks", "thank you", "a special offer", 'says "offer" in a care text'),
        ("thanks", "you.", "you \N{PARTY POPPER}", "has letters that plain texts cannot carry: "),
        ("page", "TAKE qqnumber", "TAKE it", "does not say how to take the escalation"),
        ("page_all", "TAKE", "take", "does not say how to take the escalation"),
    ],
)
def test_a_bad_reply_is_named_with_its_fault(words: str, old: str, new: str, what: str) -> None:
    assert old in SOUND[words]
    (found,) = _judged(words, SOUND[words].replace(old, new))
    assert found.startswith(what)


def test_a_number_that_only_some_patients_read_is_missing() -> None:
    reply = _reply("emergency", SOUND["emergency"], "qqclinic: call now.")
    assert len(reply_complaints(reply)) == 1


def test_a_text_to_staff_can_name_nothing_about_the_patient() -> None:
    for words in ("page", "page_all", "taken", "taken_already"):
        assert reply_variables(words) <= {"clinic", "level", "number", "who"}


def test_a_reply_before_the_earliest_day_can_offer_no_way_to_book() -> None:
    assert reply_variables("wearing_off_early").isdisjoint({"booking_url", "book_word"})
    assert "earliest" in reply_variables("wearing_off_early")


def test_every_variable_of_a_reply_is_a_known_one() -> None:
    assert all(reply_variables(words) <= VARIABLES.keys() for words in purposes())


def test_a_missing_reply_is_named_with_the_intents_that_it_answers() -> None:
    known = purposes()
    book = _book(*(words for words in known if words not in ("stranger", "page")))
    found = {each.what: (each.where, each.level) for each in missing_replies(book)}
    assert set(found.values()) == {("templates/sms/en/replies.toml", Level.ERROR)}
    stranger, page = sorted(found, key=lambda what: "page" in what)
    assert stranger.startswith('has no text "stranger", which answers routine_symptom, all_well,')
    assert page == 'has no text "page", which tells the next person on call'


def test_a_new_row_of_the_table_without_words_is_named() -> None:
    row: Mapping[tuple[Intent, Situation], tuple[Effect, ...]] = {
        **TABLE,
        (Intent.OTHER, Situation.PATIENT): (Say("sorry"),),
    }
    book = _book(*purposes())
    (found,) = missing_replies(book, row)
    assert found.what == 'has no text "sorry", which answers other'
    assert unused_replies(_book("sorry"), row) == ()


def test_a_reply_that_no_intent_uses_is_noted() -> None:
    (found,) = unused_replies(_book(*purposes(), "thnaks"))
    assert (found.what, found.level) == ("is used by no intent", Level.NOTE)
    assert found.where.endswith("texts.thnaks") and 'did you mean "thanks"?' in found.mend
    assert not is_used("thnaks") and is_used("thanks")


def test_a_language_without_the_file_is_told_so_once_elsewhere() -> None:
    bare = Wordbook("en", {}, {}, "")
    assert missing_replies(bare) == () and unused_replies(bare) == ()


def test_the_ladder_and_the_table_share_no_words() -> None:
    assert LADDER.keys().isdisjoint(
        {e.words for row in TABLE.values() for e in row if isinstance(e, Say)}
    )
