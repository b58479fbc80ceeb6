"""What each answer of Twilio makes of the text, of the number and of the account."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reminders.store import alarms as alarm_store
from reminders.store.tables import alarms, consents, journal, numbers, tasks
from tests.clinic import DUE, OpenClinic, open_clinic, phone, row
from tests.standin import StandIn

MINUTE = timedelta(minutes=1)
SILENCES: dict[str, dict[str, Any]] = {
    "an error after the text was created": {"kind": "refuse", "code": 20500, "made": True},
    "an error before it was created": {"kind": "refuse", "code": 20500},
    "an error page": {"kind": "html", "status": 503},
    "no answer": {"kind": "hang", "made": True},
    "a reset connection": {"kind": "reset", "made": True},
    "a closed connection": {"kind": "hang_up", "made": True},
    "half a yes": {"kind": "torn", "made": True},
    "a yes cut short": {"kind": "cut", "made": True},
    "an empty yes": {"kind": "empty", "made": True},
    "a yes without a sid": {"kind": "without_sid", "made": True},
}


def resume(clinic: OpenClinic) -> None:
    """Do what `reminders resume` does."""
    with clinic.runtime.database.write() as session:
        alarm_store.clear_alarm(session, now=clinic.clock.now())


def heartbeat(clinic: OpenClinic) -> dict[str, str]:
    """Read the heartbeat file."""
    file = clinic.runtime.settings.worker.heartbeat_file
    return dict(json.loads(file.read_text(encoding="utf-8")))


def test_an_accepted_text_is_sent_and_keeps_the_carriers_number_for_it(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        assert clinic.round(DUE) == {"sent": 1}
        text = clinic.text()
    (sent,) = twilio.sent
    assert (text["state"], text["sid"], text["settled_at"]) == ("sent", sent.sid, DUE)
    assert (text["text"], text["phone"]) == (sent.body, sent.to)
    assert not twilio.violations


def test_a_text_that_cannot_be_sent_fails_alone_with_its_code(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2))
        twilio.fault("refuse", code=30007, to=phone(1))
        assert clinic.round(DUE) == {"failed": 1, "sent": 1}
        text = clinic.text()
        assert (text["state"], text["code"]) == ("failed", 30007)
        assert text["reason"] == "the carrier filtered the text (code 30007)"
        assert clinic.states() == {"failed": 1, "planned": 10}
        assert clinic.rows_of(tasks) == []


@pytest.mark.parametrize("code", [21211, 21614, 30006])
def test_a_bad_number_ends_the_texts_of_everybody_who_shares_it(
    tmp_path: Path, twilio: StandIn, code: int
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2, phone=phone(1), treated_at="2026-02-27T12:00"), row(3))
        shared = [t["id"] for t in clinic.texts() if (t["ref"], t["state"]) == ("p2", "planned")]
        assert len(shared) > 5
        twilio.fault("refuse", code=code, to=phone(1))
        clinic.round(DUE)
        trouble = clinic.rows_of(numbers)[0]["trouble"]
        assert trouble.startswith("the number cannot be texted: ")
        assert trouble.endswith(f"(code {code})")
        assert clinic.states("p1") == {"failed": 1, "cancelled": 10}
        ended = [t for t in clinic.texts() if t["id"] in shared]
        assert {(t["state"], t["reason"]) for t in ended} == {("cancelled", trouble)}
        assert clinic.states("p3") == {"sent": 1, "planned": 10}
        (task,) = clinic.rows_of(tasks)
        assert (task["kind"], task["message"]) == ("bad_number", clinic.text()["id"])


def test_a_new_number_brings_the_cancelled_texts_back(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1))
        twilio.fault("refuse", code=21211, to=phone(1))
        clinic.round(DUE)
        clinic.take_in(row(1, phone=phone(5)))
        assert clinic.states() == {"failed": 1, "planned": 10}


def test_a_stop_that_only_the_carrier_knew_is_written_down_and_ends_every_text(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2, phone=phone(1), treated_at="2026-02-27T12:00"))
        twilio.fault("refuse", code=21610)
        clinic.round(DUE)
        (stop,) = [entry for entry in clinic.rows_of(consents) if entry["phone"]]
        assert (stop["answer"], stop["at"]) == ("stopped", DUE)
        assert clinic.states("p1") == {"failed": 1, "cancelled": 10}
        assert "planned" not in clinic.states("p2")
        assert clinic.text("wear-off", ref="p2")["reason"] == "the number sent STOP"
        assert clinic.text("side-effects")["reason"] == "the number sent STOP"
        clinic.take_in(row(1, consent="care+marketing", consent_at="2026-03-02T11:00:00-08:00"))
        assert clinic.states("p1") == {"failed": 1, "cancelled": 10}
        clinic.round(DUE + timedelta(days=30))
    assert twilio.create_calls == 1


def test_when_the_account_is_refused_all_sending_stops_and_the_monitor_is_told(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, worker="in_flight = 2") as clinic:
        clinic.take_in(*(row(n) for n in range(1, 21)))
        twilio.fault("refuse", code=20003)
        clinic.round(DUE)
        assert 1 <= twilio.create_calls <= 4
        waiting = [t for t in clinic.texts() if t["step"] == "aftercare"]
        assert {t["state"] for t in waiting} == {"planned"}
        alarm = heartbeat(clinic)["alarm"]
        assert alarm == "code 20003: Twilio does not accept our credentials"
        before = twilio.create_calls
        clinic.round(DUE + 10 * MINUTE)
        assert twilio.create_calls == before
        assert len(clinic.rows_of(alarms)) == 1


def test_after_a_quarter_of_an_hour_one_text_finds_out_that_the_account_works_again(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(*(row(n) for n in range(1, 6)))
        twilio.fault("refuse", code=20003)
        clinic.round(DUE)
        before = twilio.create_calls
        clinic.round(DUE + 16 * MINUTE)
        assert twilio.create_calls == before + 1
        twilio.reset()
        clinic.round(DUE + 20 * MINUTE)
        assert twilio.sent == []
        assert clinic.round(DUE + 32 * MINUTE) == {"sent": 5}
        assert heartbeat(clinic)["alarm"] == ""
        assert clinic.rows_of(alarms)[0]["cleared_at"] == DUE + 32 * MINUTE
    assert sorted(s.to for s in twilio.sent) == sorted(phone(n) for n in range(1, 6))


def test_a_probe_that_never_left_does_not_end_the_alarm(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2))
        twilio.fault("refuse", code=20003, at=1)
        twilio.fault("slow", seconds=0.3, made=True, at=2)
        clinic.rounds(DUE, DUE + timedelta(hours=12))
        assert heartbeat(clinic)["alarm"]
        assert clinic.rows_of(alarms)[0]["cleared_at"] is None


def test_resume_lets_the_kept_texts_go(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2))
        twilio.fault("refuse", code=20003, times=2)
        clinic.round(DUE)
        resume(clinic)
        assert clinic.round(DUE + MINUTE) == {"sent": 2}
        assert clinic.text()["attempts"] == 2


def test_a_busy_account_gets_the_rest_it_asks_for(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        twilio.fault("refuse", code=20429, retry_after="600", times=1)
        assert clinic.round(DUE) == {"planned": 1}
        text = clinic.text()
        assert text["wake_at"] >= DUE + 10 * MINUTE
        assert text["reason"] == "too many requests at once (code 20429)"
        clinic.round(DUE + 9 * MINUTE)
        assert twilio.create_calls == 1
        assert clinic.round(DUE + 11 * MINUTE) == {"sent": 1}
    assert len(twilio.sent) == 1


def test_without_a_wish_for_rest_a_busy_account_is_tried_again_later_and_later(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        twilio.fault("refuse", code=20429, times=4)
        waits = []
        at = DUE
        for _ in range(4):
            clinic.round(at)
            waits.append(clinic.text()["wake_at"] - at)
            at = clinic.text()["wake_at"]
        assert waits == sorted(waits)
        assert waits[-1] > 4 * waits[0]
        assert clinic.round(at) == {"sent": 1}


@pytest.mark.parametrize("silence", SILENCES)
def test_a_text_that_may_have_left_is_never_sent_again(
    tmp_path: Path, twilio: StandIn, silence: str
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, patience=0.2) as clinic:
        clinic.take_in(row(1), row(2))
        twilio.fault(to=phone(1), **SILENCES[silence])
        assert clinic.round(DUE) == {"uncertain": 1, "sent": 1}
        assert clinic.text()["reason"] == "the gateway did not answer: it may have been sent"
        for minutes in (0, 1, 10, 60, 300):
            clinic.take_in(row(1), row(2))
            clinic.round(DUE + minutes * MINUTE)
        assert clinic.text()["state"] == "uncertain"
    assert twilio.create_calls == 2
    lost = SILENCES[silence].get("made", False)
    assert len(twilio.sent) == (2 if lost else 1)


def test_the_story_of_a_doubtful_text_is_told_in_words(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        twilio.fault("empty", made=True)
        clinic.round(DUE)
        line = clinic.rows_of(journal)[-1]
        assert (line["event"], line["message"]) == ("lost", clinic.text()["id"])
        assert line["words"] == "the gateway did not answer: it may have been sent"


def test_a_text_that_never_reached_the_carrier_goes_once_when_it_is_back(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2))
        twilio.go_away()
        try:
            assert set(clinic.round(DUE)) == {"planned"}
            clinic.round(DUE + MINUTE)
            assert clinic.text()["state"] == "planned"
            assert clinic.text()["reason"] == "the gateway could not be reached"
        finally:
            twilio.come_back()
        clinic.round(DUE + 5 * MINUTE)
        clinic.round(DUE + 5 * MINUTE)
        assert clinic.text()["reason"] == ""
    assert sorted(s.to for s in twilio.sent) == [phone(1), phone(2)]


def test_an_outage_is_asked_after_ever_more_rarely(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(*(row(n) for n in range(1, 4)))
        twilio.go_away()
        try:
            clinic.rounds(*(DUE + timedelta(seconds=s) for s in range(120)))
        finally:
            twilio.come_back()
        attempts = sum(t["attempts"] for t in clinic.texts())
        assert 3 <= attempts <= 30
        assert clinic.rounds(DUE + timedelta(minutes=4)) == {"sent": 3}
