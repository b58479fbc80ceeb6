"""The ladder as it is climbed: who is told, when, what they can answer, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from reminders import escalating
from reminders.care.effect import Level
from reminders.receiving import receive
from reminders.receiving.taking import taken_by_text
from reminders.store import escalations, holds, inbox, ledger
from reminders.store.tables import journal, messages
from reminders.store.thread import InboundText
from tests.bell import bell
from tests.clinic import OpenClinic, open_clinic, row, wait_until
from tests.ladder import (
    ANA,
    BEN,
    CLEO,
    NIGHT,
    PATIENT,
    answers,
    climb_after,
    raised,
    standing,
    told,
)

# Apprise imports a module of Python's own that is on its way out.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TEN_PAST_ELEVEN = datetime(2026, 3, 3, 7, 10, tzinfo=UTC)
"""Ten past eleven at night in California, on a Monday."""


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[OpenClinic]:
    """Open a clinic at ten past eleven at night, with Ana and Ben on call."""
    with open_clinic(tmp_path, at=TEN_PAST_ELEVEN, clinic=NIGHT) as opened:
        yield opened


def take_by_text(clinic: OpenClinic, sender: str, words: str) -> bool:
    with clinic.runtime.database.write() as session:
        return taken_by_text(session, clinic.runtime, sender, words)


def test_the_first_person_on_call_is_told_at_once(clinic: OpenClinic) -> None:
    number = raised(clinic)
    assert climb_after(clinic, seconds=1) == 1
    (page,) = answers(clinic)
    assert (page["phone"], page["kind"], page["step"]) == (ANA, "page", "page")
    assert page["text"].startswith("Lakeside Clinic: EMERGENCY 1.")
    assert f"TAKE {number}" in page["text"]
    assert standing(clinic, number).next_at == clinic.clock.now() + timedelta(minutes=5)


def test_untaken_it_climbs_to_the_next_person_then_to_all_then_to_the_patient(
    clinic: OpenClinic,
) -> None:
    number = raised(clinic)
    for seconds in (1, 300, 300, 300):
        assert climb_after(clinic, seconds=seconds) == 1
    assert told(clinic) == [
        (ANA, "page"),
        (BEN, "page"),
        (ANA, "page_all"),
        (BEN, "page_all"),
        (CLEO, "page_all"),
        (PATIENT, "nobody_yet"),
    ]
    assert "(415) 555-0100" in answers(clinic)[-1]["text"]
    assert standing(clinic, number).next_at is None
    assert climb_after(clinic, hours=1) == 0


def test_nobody_is_told_before_the_deadline(clinic: OpenClinic) -> None:
    raised(clinic)
    climb_after(clinic, seconds=1)
    assert climb_after(clinic, seconds=299) == 0
    assert climb_after(clinic, seconds=1) == 1


def test_something_urgent_waits_a_quarter_of_an_hour(clinic: OpenClinic) -> None:
    raised(clinic, level=Level.URGENT)
    climb_after(clinic, seconds=1)
    assert answers(clinic)[0]["text"].startswith("Lakeside Clinic: URGENT 1.")
    assert climb_after(clinic, minutes=14) == 0
    assert climb_after(clinic, minutes=1) == 1


def test_a_clinic_may_shorten_the_deadlines(tmp_path: Path) -> None:
    shorter = NIGHT + "\n[escalation]\nemergency_minutes = 2\n"
    with open_clinic(tmp_path, at=TEN_PAST_ELEVEN, clinic=shorter) as clinic:
        raised(clinic)
        climb_after(clinic, seconds=1)
        assert climb_after(clinic, minutes=2) == 1


def test_an_emergency_goes_before_something_urgent(clinic: OpenClinic) -> None:
    raised(clinic, level=Level.URGENT, number=BEN)
    raised(clinic, level=Level.EMERGENCY)
    climb_after(clinic, seconds=1)
    assert [page["text"][17:28] for page in answers(clinic)] == ["EMERGENCY 2", "URGENT 1. A"]


def test_a_change_of_shift_on_the_way_leaves_nobody_out(tmp_path: Path) -> None:
    just_before = datetime(2026, 3, 3, 1, 57, tzinfo=UTC)
    with open_clinic(tmp_path, at=just_before, clinic=NIGHT) as clinic:
        raised(clinic)
        for seconds in (1, 300, 300, 300):
            climb_after(clinic, seconds=seconds)
        assert {phone for phone, _ in told(clinic)} == {ANA, BEN, CLEO, PATIENT}


def test_without_anybody_on_call_the_patient_is_sent_to_the_telephone(tmp_path: Path) -> None:
    with open_clinic(tmp_path, at=TEN_PAST_ELEVEN) as clinic:
        raised(clinic)
        climb_after(clinic, seconds=1)
        assert told(clinic) == [(PATIENT, "nobody_yet")]


def test_a_clinics_only_person_is_told_twice_before_the_patient_is(tmp_path: Path) -> None:
    alone = f'on_call = [{{ name = "Nurse Ana Example", phone = "{ANA}" }}]'
    with open_clinic(tmp_path, at=TEN_PAST_ELEVEN, clinic=alone) as clinic:
        raised(clinic)
        for seconds in (1, 300, 300):
            climb_after(clinic, seconds=seconds)
        assert told(clinic) == [(ANA, "page"), (ANA, "page_all"), (PATIENT, "nobody_yet")]


def test_after_stop_the_last_rung_texts_nobody_and_says_so(clinic: OpenClinic) -> None:
    with clinic.runtime.database.write() as session:
        now = clinic.clock.now()
        ledger.write_stop(
            session, PATIENT, at=now, source="test", origin="t", mint=clinic.runtime.mint
        )
    raised(clinic)
    for seconds in (1, 300, 300, 300):
        climb_after(clinic, seconds=seconds)
    assert PATIENT not in {phone for phone, _ in told(clinic)}
    assert "has sent STOP: telephone" in clinic.rows_of(journal)[-1]["words"]


def test_the_patients_last_text_is_in_the_patients_language(clinic: OpenClinic) -> None:
    clinic.take_in(row(1, language="es"))
    raised(clinic)
    for seconds in (1, 300, 300, 300):
        climb_after(clinic, seconds=seconds)
    assert answers(clinic)[-1]["words_version"].startswith("es/")


def test_every_step_is_in_the_journal_and_says_nothing_of_people(clinic: OpenClinic) -> None:
    number = raised(clinic)
    for seconds in (1, 300, 300, 300):
        climb_after(clinic, seconds=seconds)
    with clinic.runtime.database.write() as session:
        escalating.take(session, clinic.runtime, number, by="Ben Sample")
        escalating.close(session, clinic.runtime, number, note="sent to hospital")
    lines = clinic.rows_of(journal)
    assert [line["event"] for line in lines] == [
        *["paged"] * 5,
        "unanswered",
        "taken",
        "closed",
    ]
    words = " ".join(line["words"] for line in lines)
    assert not any(name in words for name in ("Ana", "Ben", "555", "hospital"))


def lost(clinic: OpenClinic, phone: str, state: str) -> None:
    """Make the newest page to this telephone end in a state."""
    newest = max(row["id"] for row in answers(clinic) if row["phone"] == phone)
    with clinic.runtime.database.write() as session:
        session.execute(update(messages).where(messages.c.id == newest).values(state=state))


@pytest.mark.parametrize("state", ["undelivered", "failed", "cancelled", "expired"])
def test_a_page_that_cannot_arrive_climbs_at_once(clinic: OpenClinic, state: str) -> None:
    raised(clinic)
    climb_after(clinic, seconds=1)
    lost(clinic, ANA, state)
    assert climb_after(clinic, seconds=1) == 1
    assert told(clinic)[-1] == (BEN, "page")
    assert climb_after(clinic, seconds=1) == 0


def test_one_lost_page_among_several_does_not_hurry_the_ladder(clinic: OpenClinic) -> None:
    raised(clinic)
    for seconds in (1, 300, 300):
        climb_after(clinic, seconds=seconds)
    lost(clinic, CLEO, "undelivered")
    assert climb_after(clinic, seconds=1) == 0


def test_a_member_takes_it_by_text_and_nobody_else_is_told(clinic: OpenClinic) -> None:
    number = raised(clinic)
    climb_after(clinic, seconds=1)
    assert take_by_text(clinic, ANA, "take  1.")
    assert told(clinic)[-1] == (ANA, "taken")
    assert "Nurse Ana" in answers(clinic)[-1]["text"]
    found = standing(clinic, number)
    assert (found.state, found.taken_by) == ("taken", "Nurse Ana Example")
    assert climb_after(clinic, hours=2) == 0


def test_a_page_that_has_not_left_is_taken_back_when_somebody_takes_it(clinic: OpenClinic) -> None:
    raised(clinic)
    climb_after(clinic, seconds=1)
    take_by_text(clinic, BEN, "TAKE 1")
    assert [row["state"] for row in answers(clinic)] == ["cancelled", "planned"]


def test_a_second_member_hears_who_was_first(clinic: OpenClinic) -> None:
    raised(clinic)
    take_by_text(clinic, BEN, "Tomo 1")
    assert take_by_text(clinic, ANA, "TAKE 1")
    assert told(clinic)[-1] == (ANA, "taken_already")
    assert "Ben has 1" in answers(clinic)[-1]["text"]
    assert "Sample" not in answers(clinic)[-1]["text"]
    assert standing(clinic, 1).taken_by == "Ben Sample"


def test_who_takes_it_twice_hears_the_same_again(clinic: OpenClinic) -> None:
    raised(clinic)
    take_by_text(clinic, BEN, "TAKE 1")
    take_by_text(clinic, BEN, "TAKE 1")
    assert [step for _, step in told(clinic)] == ["taken", "taken"]


def test_only_a_number_of_the_clinics_own_list_may_take_it(clinic: OpenClinic) -> None:
    raised(clinic)
    assert not take_by_text(clinic, PATIENT, "TAKE 1")
    assert not take_by_text(clinic, ANA, "I cannot take 1")
    assert standing(clinic, 1).state == "raised"


def test_a_wrong_number_brings_the_open_one_again(clinic: OpenClinic) -> None:
    raised(clinic)
    assert take_by_text(clinic, ANA, "TAKE 7")
    assert told(clinic) == [(ANA, "page")]
    assert standing(clinic, 1).state == "raised"
    take_by_text(clinic, ANA, "TAKE 1")
    assert not take_by_text(clinic, ANA, "TAKE 7")


def test_closing_lets_the_held_texts_go_unless_another_escalation_is_open(
    clinic: OpenClinic,
) -> None:
    clinic.take_in(row(1))
    first, second = raised(clinic, level=Level.URGENT), raised(clinic)
    with clinic.runtime.database.write() as session:
        assert holds.hold_all(session, PATIENT, reason="held") > 0
        assert escalating.close(session, clinic.runtime, second, note="well again")
    assert {text["hold"] for text in clinic.texts() if text["state"] == "planned"} == {"escalation"}
    with clinic.runtime.database.write() as session:
        assert escalating.close(session, clinic.runtime, first, note="well again")
        assert not escalating.close(session, clinic.runtime, first, note="again")
    assert {text["hold"] for text in clinic.texts() if text["state"] == "planned"} == {None}


def test_an_escalation_of_a_clinic_that_is_gone_is_chased_no_more(clinic: OpenClinic) -> None:
    now = clinic.clock.now()
    with clinic.runtime.database.write() as session:
        escalations.raise_one(
            session,
            row_id=clinic.runtime.mint(now),
            clinic="gone",
            level=Level.URGENT,
            patient=None,
            phone=PATIENT,
            inbound=None,
            now=now,
        )
    assert climb_after(clinic, seconds=1) == 0
    assert standing(clinic, 1).next_at is None


def test_a_round_tells_the_people_on_call_in_the_same_pass(clinic: OpenClinic) -> None:
    raised(clinic)
    clinic.round()
    assert [(row["phone"], row["state"]) for row in answers(clinic)] == [(ANA, "sent")]


def test_climbing_rings_the_bells_of_the_settings(clinic: OpenClinic) -> None:
    raised(clinic)
    with bell() as (address, heard):
        alerts = {"alert_addresses": (SecretStr(address),)}
        settings = clinic.runtime.settings.model_copy(update=alerts)
        escalating.climb(replace(clinic.runtime, settings=settings))
        wait_until(lambda: heard)
    assert heard[0]["title"] == "Lakeside Clinic: EMERGENCY 1"
    assert PATIENT not in json.dumps(heard)


def text_in(clinic: OpenClinic, sender: str, words: str, *, sid: str = "SM1") -> str:
    """Let a text arrive now, as a webhook would hand it over."""
    text = InboundText(sid, sender, "+14155550199", words, clinic.clock.now())
    with clinic.runtime.database.write() as session:
        return receive(session, clinic.runtime, text)


def test_an_emergency_at_ten_past_eleven_is_answered_and_told_in_time(clinic: OpenClinic) -> None:
    clinic.take_in(row(1))
    arrived = clinic.clock.now()
    assert text_in(clinic, PATIENT, "I can't breathe, my throat is closing") == "emergency"
    (safety,) = answers(clinic)
    assert (safety["phone"], safety["step"], safety["created_at"]) == (
        PATIENT,
        "emergency",
        arrived,
    )
    clinic.round(arrived + timedelta(seconds=2))
    assert {(row["phone"], row["state"]) for row in answers(clinic)} == {
        (PATIENT, "sent"),
        (ANA, "sent"),
    }
    clinic.round(arrived + timedelta(seconds=301))
    assert BEN not in {phone for phone, _ in told(clinic)}
    clinic.round(arrived + timedelta(seconds=302))
    assert told(clinic)[-1] == (BEN, "page")


def test_a_text_that_takes_an_escalation_is_nobodys_symptom(clinic: OpenClinic) -> None:
    clinic.take_in(row(1))
    text_in(clinic, PATIENT, "I can't breathe, my throat is closing")
    assert text_in(clinic, BEN, "TAKE 1", sid="SM2") == "taken"
    assert standing(clinic, 1).taken_by == "Ben Sample"
    assert told(clinic) == [(PATIENT, "emergency"), (BEN, "taken")]
    assert text_in(clinic, BEN, "TAKE 1", sid="SM2") == "repeated"


def test_planned_texts_wait_until_the_emergency_is_closed(clinic: OpenClinic) -> None:
    clinic.take_in(row(1))
    text_in(clinic, PATIENT, "I can't breathe, my throat is closing")
    assert clinic.text("side-effects")["hold"] == "escalation"
    with clinic.runtime.database.write() as session:
        escalating.close(session, clinic.runtime, 1, note="seen in hospital")
        assert inbox.needing_a_person(session) == []
    assert clinic.text("side-effects")["hold"] is None
