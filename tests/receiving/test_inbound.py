"""What follows from a patient's text, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reminders.store.ledger import stopped_numbers
from reminders.store.tables import numbers
from reminders.store.thread_tables import inbound
from tests.clinic import DUE, OpenClinic, open_clinic, phone, row
from tests.receiving.writing_in import DAY, answers, raised, said, tasks, write_in

SIDE_EFFECTS = DUE + 3 * DAY
REMINDER = DUE + 71 * DAY


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[OpenClinic]:
    """A clinic whose patient 1 had aftercare and the first check-in, and now may answer it."""
    with open_clinic(tmp_path) as opened:
        opened.take_in(row(1))
        opened.rounds(DUE, SIDE_EFFECTS)
        yield opened


def test_an_emergency_is_answered_escalated_and_holds_what_is_planned(clinic: OpenClinic) -> None:
    assert write_in(clinic, "I can't breathe and my throat is closing") == "emergency"
    assert said(clinic) == ["emergency"]
    assert "911" in answers(clinic)[0]["text"]
    assert raised(clinic) == ["emergency"]
    waiting = [t for t in clinic.texts() if t["state"] == "planned" and t["care_plan"]]
    assert {t["hold"] for t in waiting} == {"escalation"}


def test_the_safety_text_leaves_in_the_next_round_even_at_night(clinic: OpenClinic) -> None:
    night = SIDE_EFFECTS + timedelta(hours=13)
    clinic.clock.advance_to(night)
    write_in(clinic, "I can not swallow my saliva")
    clinic.round(night)
    assert [a["state"] for a in answers(clinic) if a["step"] == "emergency"] == ["sent"]


def test_an_urgent_sign_is_escalated_and_the_patient_told_what_to_do(clinic: OpenClinic) -> None:
    assert write_in(clinic, "I see double since this morning") == "urgent"
    assert said(clinic) == ["urgent"]
    assert raised(clinic) == ["urgent"]


@pytest.mark.parametrize(
    ("words", "intent", "answer"),
    [
        ("1", "all_well", "thanks"),
        ("2", "routine_symptom", "routine"),
        ("3", "urgent", "urgent"),
    ],
)
def test_a_digit_answers_the_question_that_was_asked(
    clinic: OpenClinic, words: str, intent: str, answer: str
) -> None:
    assert write_in(clinic, words) == intent
    assert said(clinic) == [answer]


def test_a_mild_symptom_is_asked_about_once_more_the_next_day(clinic: OpenClinic) -> None:
    write_in(clinic, "2")
    again = [t for t in clinic.texts() if t["step"] == "side-effects" and t["occurrence"] >= 1000]
    assert [t["state"] for t in again] == ["planned"]
    clinic.take_in(row(1, first_name="Newname"))
    clinic.rounds(SIDE_EFFECTS + timedelta(hours=25))
    again = [t for t in clinic.texts() if t["step"] == "side-effects" and t["occurrence"] >= 1000]
    assert [t["state"] for t in again] == ["sent"]
    write_in(clinic, "2")
    asked = [t for t in clinic.texts() if t["step"] == "side-effects"]
    assert len(asked) == 2


def test_plain_words_stop_everything_and_are_confirmed_once(clinic: OpenClinic) -> None:
    assert write_in(clinic, "please stop texting me") == "opt_out"
    assert write_in(clinic, "I said stop texting me!") == "opt_out"
    assert said(clinic) == ["stopped"]
    assert {t["state"] for t in clinic.texts() if t["care_plan"]} == {"sent", "cancelled"}
    with clinic.runtime.database.read() as session:
        assert stopped_numbers(session, [phone(1)]) == {phone(1)}


def test_a_bare_keyword_is_left_for_twilio_to_confirm(clinic: OpenClinic) -> None:
    assert write_in(clinic, "STOP") == "opt_out"
    assert said(clinic) == []


def test_stop_counts_for_everybody_who_shares_the_number(clinic: OpenClinic) -> None:
    clinic.take_in(row(1), row(2, phone=phone(1), treatment_id="t9"))
    write_in(clinic, "unsubscribe me please")
    assert {t["state"] for t in clinic.texts() if t["ref"] == "p2"} <= {"cancelled", "expired"}


def test_after_stop_only_an_emergency_is_answered(clinic: OpenClinic) -> None:
    write_in(clinic, "STOP")
    write_in(clinic, "what time do you open")
    write_in(clinic, "I can't breathe")
    assert said(clinic) == ["emergency"]
    assert raised(clinic) == ["emergency"]


def test_stop_beside_a_red_flag_does_both(clinic: OpenClinic) -> None:
    assert write_in(clinic, "stop texting me, I can't breathe!!") == "emergency"
    assert said(clinic) == ["emergency", "stopped"]
    assert "telephone" in tasks(clinic)


def test_only_start_lifts_a_stop(clinic: OpenClinic) -> None:
    write_in(clinic, "STOP")
    write_in(clinic, "yes")
    with clinic.runtime.database.read() as session:
        assert stopped_numbers(session, [phone(1)])
    write_in(clinic, "START")
    with clinic.runtime.database.read() as session:
        assert not stopped_numbers(session, [phone(1)])


def test_the_same_text_delivered_again_changes_nothing(clinic: OpenClinic) -> None:
    write_in(clinic, "I can't breathe", sid="SMsame")
    for _ in range(4):
        assert write_in(clinic, "I can't breathe", sid="SMsame") == "repeated"
    assert len(clinic.rows_of(inbound)) == 1
    assert said(clinic) == ["emergency"]
    assert raised(clinic) == ["emergency"]


def test_book_ends_the_reminders_for_good(clinic: OpenClinic) -> None:
    clinic.rounds(REMINDER)
    assert write_in(clinic, "BOOK") == "book"
    assert said(clinic)[-1] == "book"
    assert tasks(clinic)[-1] == "booking"
    clinic.take_in(row(1, last_name="Changed", product="Xeomin"))
    left = [t for t in clinic.texts() if t["kind"] == "retreatment" and t["state"] == "planned"]
    assert left == []


def test_a_wrong_number_is_never_texted_again_and_is_an_incident(clinic: OpenClinic) -> None:
    assert write_in(clinic, "you have the wrong number") == "wrong_number"
    assert said(clinic) == []
    assert [n["number"] for n in clinic.rows_of(numbers)] == [phone(1)]
    assert tasks(clinic) == ["incident"]
    assert "planned" not in {t["state"] for t in clinic.texts()}


def test_a_stranger_is_answered_once_and_politely(clinic: OpenClinic) -> None:
    write_in(clinic, "hello is this the bakery", sender="+12125550142")
    write_in(clinic, "hello??", sender="+12125550142")
    assert said(clinic) == ["stranger"]
    assert set(tasks(clinic)) == {"stranger"}


def test_a_strangers_emergency_is_an_emergency(clinic: OpenClinic) -> None:
    write_in(clinic, "my mom can't breathe after her injections", sender="+12125550142")
    assert said(clinic) == ["emergency"]
    assert raised(clinic) == ["emergency"]


def test_an_unclear_text_at_night_gets_an_honest_line(clinic: OpenClinic) -> None:
    assert write_in(clinic, "blorp fizz the quux") == "unclear"
    assert said(clinic) == []
    clinic.clock.advance(timedelta(hours=13))
    write_in(clinic, "zorp the other quux")
    assert said(clinic) == ["read_later"]
    assert tasks(clinic) == ["unclear", "unclear"]


def test_thanks_after_a_minute_do_not_hide_an_emergency(clinic: OpenClinic) -> None:
    write_in(clinic, "1")
    clinic.clock.advance(timedelta(minutes=1))
    write_in(clinic, "2")
    write_in(clinic, "my tongue is swelling and i cant breathe")
    assert said(clinic) == ["thanks", "emergency"]


def test_robots_do_not_get_us_talking(clinic: OpenClinic) -> None:
    for n in range(30):
        clinic.clock.advance(timedelta(seconds=5))
        write_in(clinic, f"what are your hours {n}")
    clinic.clock.advance(timedelta(minutes=1))
    assert len(said(clinic)) == 1


def test_on_a_shared_telephone_nobody_guesses_whose_answer_it_is(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1))
        clinic.rounds(DUE)
        clinic.take_in(row(2, phone=phone(1), treated_at=(DUE + DAY).isoformat()))
        clinic.rounds(DUE + DAY + timedelta(hours=1))
        write_in(clinic, "I have a little bruise")
        assert [t["patient"] for t in clinic.rows_of(inbound)] == [None]


def test_on_a_shared_telephone_the_thread_says_who_was_asked(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1))
        clinic.rounds(DUE, DUE + 3 * DAY)
        clinic.take_in(row(2, phone=phone(1), treated_at=(DUE + 8 * DAY).isoformat()))
        write_in(clinic, "1")
        (asked,) = {t["patient"] for t in clinic.texts() if t["ref"] == "p1"}
        assert [t["patient"] for t in clinic.rows_of(inbound)] == [asked]


def test_a_mistake_of_ours_never_loses_a_patients_words(
    clinic: OpenClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a mistake")

    monkeypatch.setattr("reminders.receiving.inbound.understand", broken)
    assert write_in(clinic, "I can't breathe") == "unclear"
    (kept,) = clinic.rows_of(inbound)
    assert (kept["words"], kept["task"]) == ("I can't breathe", "unclear")
