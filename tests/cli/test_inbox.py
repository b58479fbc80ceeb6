"""What waits for a person, and what staff do about it: inbox, take, close, reply, consent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from reminders.care.effect import Level
from reminders.store import escalations, ledger
from reminders.store.answers import AnswerKind
from reminders.store.mint import to_public
from reminders.store.tables import messages
from reminders.store.thread_tables import inbound
from tests.cli.command import Ask, asking
from tests.clinic import DUE, TREATED, OpenClinic, open_clinic, phone, row, write_settings
from tests.ladder import ANA, NIGHT, answers, raised, standing

NIGHT_TEXT = datetime(2026, 3, 3, 7, 10, tzinfo=UTC)
KEYS = {
    "id",
    "patient_id",
    "clinic",
    "intent",
    "task",
    "words",
    "received_at",
    "escalation",
}


@pytest.fixture
def ask(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a way to run commands on the clinic in this test's folder."""
    return asking(tmp_path, capfd, monkeypatch)


def text_in(clinic: OpenClinic, words: str, *, intent: str, task: str | None = None) -> int:
    """Put a patient's text on record as understood; returns its id."""
    now = clinic.clock.now()
    row_id = clinic.runtime.mint(now)
    patient = clinic.texts()[0]["patient"]
    with clinic.runtime.database.write() as session:
        session.execute(
            insert(inbound).values(
                id=row_id,
                sid=f"SM{row_id:x}",
                clinic="k",
                phone=phone(1),
                words=words,
                received_at=now,
                patient=patient,
                intent=intent,
                task=task,
                evidence='["cannot breathe"]',
                rule="test",
            )
        )
        if intent in {level.value for level in Level}:
            escalations.raise_one(
                session,
                row_id=clinic.runtime.mint(now),
                clinic="k",
                level=Level(intent),
                patient=patient,
                phone=phone(1),
                inbound=row_id,
                now=now,
            )
    return row_id


def test_the_inbox_shows_emergencies_first_then_texts_in_order_of_time(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        clinic.take_in(row())
        question = text_in(clinic, "May I swim?", intent="question", task="question")
        text_in(clinic, "All well, thanks", intent="all_well")
        clinic.clock.advance(timedelta(hours=1))
        cry = text_in(clinic, "I can't breathe", intent="emergency")
        again = text_in(clinic, "please help, cannot breathe", intent="emergency")
    found = ask("inbox", "--json", at=DUE).json
    assert all(each.keys() >= KEYS for each in found)
    assert [(each["id"], each["escalation"]) for each in found] == [
        (to_public(cry), 1),
        (to_public(again), 1),
        (to_public(question), None),
    ]
    first = found[0]
    assert (first["patient_id"], first["clinic"], first["task"]) == ("p1", "k", None)
    assert first["words"] == "I can't breathe"
    assert first["evidence"] == ["cannot breathe"]
    assert datetime.fromisoformat(first["received_at"]) == TREATED + timedelta(hours=1)


def test_the_inbox_reads_well_and_says_when_nothing_waits(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        clinic.take_in(row())
        empty = ask("inbox", at=TREATED).out
        text_in(clinic, "I can't\nbreathe", intent="emergency")
        question = text_in(clinic, "May I swim?", intent="question", task="question")
    assert empty == "Nothing waits for a person.\n"
    page = ask("inbox", at=DUE).out
    assert "1  EMERGENCY, raised  k  p1  Mon 2 Mar 2026 09:30, 1 hour ago" in page
    assert "“I can't breathe”" in page
    assert f"{to_public(question)}  question" in page


def test_an_escalation_without_a_text_stands_in_the_inbox_too(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        raised(clinic)
    (only,) = ask("inbox", "--json", at=DUE).json
    assert (only["id"], only["escalation"], only["words"]) == (None, 1, "")


def test_the_inbox_of_one_clinic_is_its_own(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        raised(clinic)
    assert ask("inbox", "--clinic", "k", "--json", at=DUE).json != []
    assert ask("inbox", "--clinic", "other", at=DUE).code == 2


def test_staff_take_an_escalation_once(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        raised(clinic)
        first = ask("take", "1", "--by", "Ben Sample", at=DUE)
        second = ask("take", "1", at=DUE)
        assert standing(clinic, 1).taken_by == "Ben Sample"
    assert (first.code, second.code) == (0, 1)
    assert "taken already, by Ben Sample" in second.out
    assert ask("take", "9", at=DUE).code == 2


def test_closing_an_escalation_closes_the_cries_that_it_answered(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        clinic.take_in(row())
        text_in(clinic, "I can't breathe", intent="emergency", task="telephone")
        text_in(clinic, "May I swim?", intent="question", task="question")
        closed = ask("close", "1", "--note", "seen in hospital", at=DUE)
        found = standing(clinic, 1)
    assert closed.code == 0
    assert (found.state, found.note) == ("closed", "seen in hospital")
    assert [each["intent"] for each in ask("inbox", "--json", at=DUE).json] == ["question"]
    assert ask("close", "1", "--note", "again", at=DUE).code == 1


def test_a_text_is_closed_by_its_id(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        clinic.take_in(row())
        text = to_public(text_in(clinic, "May I swim?", intent="question", task="question"))
    assert ask("close", text, "--note", "called her", at=DUE).code == 0
    assert ask("inbox", "--json", at=DUE).json == []
    assert ask("close", text, "--note", "called her", at=DUE).code == 1


@pytest.mark.parametrize("waiting", ["7", "0", "zzz", "f" * 40])
def test_what_is_not_in_the_inbox_cannot_be_closed(tmp_path: Path, ask: Ask, waiting: str) -> None:
    write_settings(tmp_path)
    refused = ask("close", waiting, "--note", "x", at=DUE)
    assert refused.code == 2
    assert "reminders inbox" in refused.err


def test_a_reply_leaves_at_night_and_beyond_the_caps(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
        said = ask("reply", "p1", "Yes,  you may swim.", "--clinic", "k", at=NIGHT_TEXT)
        clinic.round(NIGHT_TEXT)
        (sent,) = answers(clinic)
    assert said.code == 0
    assert (sent["state"], sent["kind"], sent["phone"]) == ("sent", AnswerKind.STAFF, phone(1))
    assert sent["text"] == "Lakeside Clinic: Yes, you may swim."
    assert sent["text"] in said.out


def test_a_reply_is_refused_in_words_after_stop_and_without_consent(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2, consent="none"))
        with clinic.runtime.database.write() as session:
            at, mint = clinic.clock.now(), clinic.runtime.mint
            ledger.write_stop(session, phone(1), at=at, source="t", origin="t", mint=mint)
        stopped = ask("reply", "p1", "Hello", "--clinic", "k", at=DUE)
        unwilling = ask("reply", "p2", "Hello", "--clinic", "k", at=DUE)
        assert answers(clinic) == []
    assert (stopped.code, unwilling.code) == (2, 2)
    assert "STOP" in stopped.err
    assert "consent" in unwilling.err
    assert "Telephone" in stopped.err


@pytest.mark.parametrize(
    ("words", "mend"), [("  ", "one line"), ("x" * 500, "too long"), ("a\x07b", "control")]
)
def test_a_reply_that_cannot_be_sent_says_why(
    tmp_path: Path, ask: Ask, words: str, mend: str
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
    refused = ask("reply", "p1", words, "--clinic", "k", at=DUE)
    assert refused.code == 2
    assert mend in refused.err


def planned(clinic: OpenClinic) -> int:
    return sum(text["state"] == "planned" for text in clinic.texts())


def test_a_refusal_at_the_desk_cancels_what_was_planned_and_a_grant_brings_it_back(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        before = planned(clinic)
        desk = ("--clinic", "k", "--source", "at the desk")
        refused = ask("consent", "p1", "--refuse", "care", *desk, at=TREATED)
        assert planned(clinic) == 0
        granted = ask("consent", "p1", "--grant", "care", *desk, at=TREATED + timedelta(minutes=1))
        assert planned(clinic) == before
    assert "care texts: no" in refused.out
    assert f"{before} cancelled" in refused.out
    assert "care texts: yes; marketing texts: no" in granted.out


def test_stop_at_the_desk_counts_for_everybody_who_shares_the_number(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2, phone=phone(1)))
        desk = ("--clinic", "k", "--source", "by telephone")
        assert ask("consent", "p1", "--stop", *desk, at=TREATED).code == 0
        assert planned(clinic) == 0
        later = TREATED + timedelta(minutes=1)
        started = ask("consent", "p1", "--start", *desk, at=later)
        assert planned(clinic) > 0
    assert "must text START too" in started.out


@pytest.mark.parametrize(
    "said",
    [
        (),
        ("--stop", "--start"),
        ("--grant", "care", "--refuse", "care"),
        ("--stop", "--source", " "),
    ],
)
def test_consent_that_says_nothing_clear_is_refused(
    tmp_path: Path, ask: Ask, said: tuple[str, ...]
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        before = clinic.dump()
        refused = ask("consent", "p1", "--clinic", "k", "--source", "desk", *said, at=TREATED)
        assert clinic.dump() == before
    assert refused.code == 2


def test_pages_are_not_part_of_a_patients_chart(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, clinic=NIGHT) as clinic:
        clinic.take_in(row())
        raised(clinic)
        clinic.round(TREATED)
        pages = [r for r in clinic.rows_of(messages) if r["phone"] == ANA]
    assert len(pages) == 1
    shown: list[dict[str, Any]] = ask("show", "p1", "--clinic", "k", "--json", at=DUE).json[
        "messages"
    ]
    assert "page" not in {text["step"] for text in shown}
