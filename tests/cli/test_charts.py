"""What `upcoming`, `show` and `status` tell people and programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reminders.care.segments import count
from reminders.store import alarms
from reminders.store.lock import WorkerLock
from tests.cli.command import Ask, asking
from tests.clinic import DUE, TREATED, OpenClinic, open_clinic, phone, row

DAY = timedelta(days=1)
NOBODY = "http://127.0.0.1:9"
"""A gateway that nobody answers for; held texts never ask it."""

KEYS = {
    "message_id",
    "patient_id",
    "treatment_id",
    "protocol",
    "step",
    "occurrence",
    "kind",
    "class",
    "state",
    "due_at",
    "due_local",
    "reason",
    "text",
    "segments",
    "sid",
    "hold",
    "sent_at",
    "merged_into",
}


@pytest.fixture
def ask(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a way to run commands on the clinic in this test's folder."""
    return asking(tmp_path, capfd, monkeypatch)


def test_the_coming_texts_are_listed_in_due_order_as_they_would_leave_now(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2, treated_at="2026-03-02T08:00:00-08:00"))
    texts = ask("upcoming", "--json", at=TREATED).json
    assert [(t["patient_id"], t["step"]) for t in texts] == [
        ("p2", "aftercare"),
        ("p1", "aftercare"),
        *[(t["patient_id"], t["step"]) for t in texts[2:]],
    ]
    assert [t["due_at"] for t in texts] == sorted(t["due_at"] for t in texts)
    for text in texts:
        assert text.keys() >= KEYS
        assert text["state"] == "planned"
        assert text["text"].startswith("Lakeside Clinic: ")
        assert text["segments"] == count(text["text"]).segments
        local, due = (datetime.fromisoformat(text[key]) for key in ("due_local", "due_at"))
        assert local == due <= TREATED + 14 * DAY
        assert local.utcoffset() == due.astimezone(ZoneInfo("America/Los_Angeles")).utcoffset()
        assert due.utcoffset() == timedelta(0)


def test_only_a_patients_first_text_introduces_the_clinic(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
    first, *others = ask("upcoming", "--json", at=TREATED).json
    assert "STOP" in first["text"]
    assert others
    assert not any("STOP" in text["text"] for text in others)


def test_the_words_listed_are_the_words_that_leave(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        announced = ask("upcoming", "--json", at=TREATED).json
        for text in announced:
            clinic.round(datetime.fromisoformat(text["due_at"]))
        sent = {t["step"]: (t["text"], t["segments"]) for t in clinic.texts() if t["text"]}
    assert {t["step"]: (t["text"], t["segments"]) for t in announced} == sent


def test_the_list_reaches_as_many_days_ahead_as_asked(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
    steps = {
        days: [t["step"] for t in ask("upcoming", "--days", days, "--json", at=TREATED).json]
        for days in ("0", "1", "20")
    }
    assert steps == {
        "0": [],
        "1": ["aftercare"],
        "20": ["aftercare", "side-effects", "side-effects-late", "onset"],
    }


def test_an_empty_list_is_said_in_words_and_in_json(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path):
        assert ask("upcoming", "--json", at=TREATED).out == "[]\n"
        assert ask("upcoming", at=TREATED).out == "No text is planned for the next 14 days.\n"


def test_the_list_is_readable_when_piped(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(time_zone="America/New_York"))
    told = ask("upcoming", "--days", "4", at=TREATED).out
    assert "Mon 2 Mar 2026" in told
    assert "13:30  p1  aftercare, care, 2 segments" in told
    assert "2 texts, 3 segments." in told
    assert "\x1b" not in told


def test_a_text_held_in_trial_mode_is_shown_with_its_reason(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, twilio=NOBODY, live=False) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
    held = ask("upcoming", "--json", at=DUE).json[0]
    assert (held["state"], held["hold"], held["sid"]) == ("planned", "trial", None)
    assert held["reason"].startswith("held: trial mode")
    assert "held: trial mode" in ask("upcoming", at=DUE).out
    assert "Trial mode: only gateway.guests" in ask("upcoming", at=DUE).out
    assert "trial mode is on" in ask("explain", "p1", "--clinic", "k", at=DUE).out


def test_the_chart_has_the_patient_the_consent_the_treatments_and_every_text(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(last_name="Mäder"))
        clinic.round(DUE)
        texts = clinic.texts()
    chart = ask("show", "p1", "--clinic", "k", "--json", at=DUE).json
    assert list(chart) == ["patient", "consent", "treatments", "messages"]
    assert chart["patient"]["last_name"] == "Mäder"
    assert chart["patient"]["phone_ending"] == phone(1)[-4:]
    assert (chart["consent"]["care"], chart["consent"]["marketing"]) == (True, False)
    assert chart["consent"]["entries"][0]["source"] == "paper form"
    (treatment,) = chart["treatments"]
    assert (treatment["treatment_id"], treatment["plan_state"]) == ("t1", "active")
    assert len(chart["messages"]) == len(texts)
    sent = chart["messages"][0]
    assert sent.keys() >= KEYS
    assert (sent["state"], sent["sid"]) == ("sent", texts[0]["sid"])
    assert (sent["text"], sent["segments"]) == (texts[0]["text"], texts[0]["segments"])
    assert datetime.fromisoformat(sent["sent_at"]) == DUE
    assert all(text["text"] for text in chart["messages"])


def test_no_chart_shows_the_whole_number(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
    for words in (["show", "p1"], ["show", "p1", "--json"], ["explain", "p1"]):
        told = ask(*words, "--clinic", "k", at=TREATED).out
        assert phone(1) not in told
        assert phone(1)[2:] not in told
    assert f"…{phone(1)[-4:]}" in ask("show", "p1", "--clinic", "k", at=TREATED).out


def test_a_text_that_was_never_written_has_no_words_and_a_reason(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(consent="none"))
    texts = ask("show", "p1", "--clinic", "k", "--json", at=TREATED).json["messages"]
    assert texts
    for text in texts:
        assert (text["state"], text["reason"]) == ("cancelled", "no consent to care texts")
        assert (text["text"], text["segments"], text["sid"]) == (None, None, None)
    assert "no consent to care texts" in ask("show", "p1", "--clinic", "k", at=TREATED).out


def test_two_sites_of_one_visit_point_to_the_one_text_that_speaks_for_both(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(), row(treatment_id="t9", protocol="cervical-dystonia"))
    texts = ask("show", "p1", "--clinic", "k", "--json", at=TREATED).json["messages"]
    care = {t["treatment_id"]: t for t in texts if t["step"] == "aftercare"}
    silent, speaking = sorted(care.values(), key=lambda text: text["state"])
    assert (silent["state"], speaking["state"]) == ("cancelled", "planned")
    assert silent["merged_into"] == speaking["message_id"]


def test_a_patient_whom_the_clinic_does_not_know_is_named_in_words(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
    for words in (["show"], ["show", "--json"], ["explain"]):
        answer = ask(words[0], "p7", "--clinic", "k", *words[1:], at=TREATED)
        assert (answer.code, answer.out) == (2, "")
        assert 'k has no patient "p7" on record' in answer.err
    unknown = ask("show", "p1", "--clinic", "nowhere", at=TREATED)
    assert (unknown.code, unknown.out) == (2, "")
    assert 'no clinic has the key "nowhere"' in unknown.err


def test_the_charts_can_be_read_while_a_worker_runs(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        with WorkerLock(clinic.runtime.settings.database.path):
            assert ask("status", "--json", at=TREATED).json["worker_running"] is True
            assert ask("show", "p1", "--clinic", "k", "--json", at=TREATED).code == 0
        assert ask("status", "--json", at=TREATED).json["worker_running"] is False


def test_the_status_counts_texts_by_state_with_held_ones_apart(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, twilio=NOBODY, live=False) as clinic:
        clinic.take_in(row(1), row(2, consent="none"))
        clinic.round(DUE)
        states = clinic.states("p1")["planned"], clinic.states("p2")["cancelled"]
    answer = ask("status", "--json", at=DUE + timedelta(seconds=90))
    counts = answer.json["counts"]
    assert (counts["held"], counts["planned"], counts["cancelled"]) == (
        1,
        states[0] - 1,
        states[1],
    )
    assert (answer.code, answer.json["alarm"], answer.json["tasks"]) == (0, None, {})
    assert (answer.json["last_heartbeat"], answer.json["heartbeat_age"]) == (DUE.isoformat(), 90)
    assert answer.json["database"] == str(tmp_path / "var" / "reminders.db")


def test_all_is_well_until_a_text_outlives_its_use_unsent(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        late = clinic.text()["until"]
    due = ask("status", "--json", at=DUE + timedelta(minutes=5))
    assert (due.code, due.json["due"], due.json["oldest_due"]) == (0, 1, DUE.isoformat())
    assert (
        "1, the oldest Mon 2 Mar 2026 10:30, 5 minutes ago"
        in ask("status", at=DUE + timedelta(minutes=5)).out
    )
    too_late = ask("status", "--json", at=late)
    assert (too_late.code, too_late.json["too_late"], too_late.json["well"]) == (1, 1, False)
    assert "Is the worker running?" in ask("status", at=late).out


def test_an_account_alarm_is_said_aloud_until_somebody_clears_it(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        _refuse_the_account(clinic)
    answer = ask("status", "--json", at=DUE)
    assert (answer.code, answer.json["alarm"]["code"]) == (1, 20003)
    assert answer.json["alarm"]["since"] == TREATED.isoformat()
    told = ask("status", at=DUE)
    assert told.code == 1
    assert (
        "All sending has stopped since Mon 2 Mar 2026 09:30: the account is closed (code 20003)."
        in told.out
    )
    ask("resume", at=DUE)
    assert ask("status", at=DUE).code == 0


def _refuse_the_account(clinic: OpenClinic) -> None:
    now = clinic.clock.now()
    with clinic.runtime.database.write() as session:
        alarms.raise_alarm(
            session,
            code=20003,
            words="the account is closed",
            now=now,
            row_id=clinic.runtime.mint(now),
        )


def test_what_waits_for_staff_is_counted_by_kind(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic, clinic.runtime.database.write() as session:
        alarms.open_task(
            session, id=1, clinic="k", kind="bad_number", words="Ask.", opened_at=TREATED
        )
    assert ask("status", "--json", at=DUE).json["tasks"] == {"bad_number": 1}
    assert "1 bad number" in ask("status", at=DUE).out
