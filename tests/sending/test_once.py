"""Every text goes once: however often a round is repeated, whoever else runs, whatever dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from reminders.rounds import on_shift
from reminders.store import ledger, outbox
from reminders.store.lock import WorkerIsRunning
from tests.clinic import DUE, ENVIRON, OpenClinic, open_clinic, phone, row, wait_until
from tests.standin import StandIn

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_repeated_rounds_send_nothing_twice(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(*(row(n) for n in range(1, 11)))
        for moment in (DUE - MINUTE, DUE, DUE, DUE + MINUTE, DUE + 60 * MINUTE, DUE + DAY):
            clinic.round(moment)
        assert sorted(s.to for s in twilio.sent) == sorted(phone(n) for n in range(1, 11))
        clinic.round(DUE + 4 * DAY)
        clinic.round(DUE + 4 * DAY)
        assert clinic.states() == {"sent": 2, "planned": 9}
    assert len(twilio.sent) == 20
    assert not twilio.violations


def test_a_text_not_yet_due_waits(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        assert clinic.round(DUE - timedelta(milliseconds=1)) == {}
        assert clinic.round(DUE) == {"sent": 1}


def test_a_second_round_on_the_same_file_is_refused_while_the_first_runs(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        twilio.fault("slow", seconds=1.0, made=True)
        first = threading.Thread(target=clinic.round, args=(DUE,))
        first.start()
        wait_until(lambda: twilio.create_calls)
        with (
            pytest.raises(WorkerIsRunning, match="already works on this database"),
            on_shift(clinic.runtime),
        ):
            raise AssertionError("there was room for a second worker")
        first.join()
        assert clinic.states()["sent"] == 1
    assert len(twilio.sent) == 1


def test_what_a_dead_worker_had_only_claimed_goes_with_the_next_round(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        with clinic.runtime.database.write() as session:
            assert outbox.claim(session, worker="dead", now=DUE, limit=9)
        assert clinic.round(DUE + MINUTE) == {"sent": 1}
    assert len(twilio.sent) == 1


def test_a_worker_killed_in_the_middle_of_a_text_leaves_it_in_doubt(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2))
        twilio.fault("hang", made=True, to=phone(1))
        with subprocess.Popen(
            [sys.executable, "-m", "reminders", "tick", "--now", DUE.isoformat()],
            env=os.environ | ENVIRON | {"REMINDERS_SETTINGS": str(tmp_path / "settings.toml")},
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as worker:
            wait_until(lambda: clinic.states("p2").get("sent") and twilio.create_calls == 2)
            assert clinic.text()["state"] == "sending"
            worker.kill()
        for minutes in (1, 2, 30):
            clinic.round(DUE + minutes * MINUTE)
        assert clinic.text()["state"] == "uncertain"
        assert clinic.text()["reason"] == "the worker stopped while sending it"
    assert sorted(s.to for s in twilio.sent) == [phone(1), phone(2)]


def test_a_stop_that_comes_while_a_text_waits_for_its_turn_wins(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, clinic="segments_per_second = 1.5") as clinic:
        clinic.take_in(row(1), row(2))
        round_under_way = threading.Thread(target=clinic.round, args=(DUE,))
        round_under_way.start()
        wait_until(lambda: len(twilio.sent) == 1)
        (later,) = {phone(1), phone(2)} - {twilio.sent[0].to}
        write_stop(clinic, later)
        round_under_way.join()
        ended = next(t for t in clinic.texts() if t["state"] == "cancelled")
        assert ended["reason"] == "the number sent STOP"
        clinic.round(DUE + MINUTE)
    assert len(twilio.sent) == 1


def test_a_stop_goes_with_the_patient_to_a_new_number(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1))
        write_stop(clinic, phone(1))
        newer = {"consent_at": "2026-03-02T12:00:00-08:00", "consent_source": "a new form"}
        clinic.take_in(row(1, phone=phone(2), **newer))
        clinic.rounds(DUE, DUE + 3 * DAY)
        assert {t["state"] for t in clinic.texts()} == {"cancelled"}
        assert all("STOP" in t["reason"] for t in clinic.texts())
    assert twilio.sent == []


def write_stop(clinic: OpenClinic, number: str) -> None:
    """Write a STOP and its cancellations in one transaction, as receiving one will."""
    with clinic.runtime.database.write() as session:
        mint = clinic.runtime.mint
        ledger.write_stop(session, number, at=DUE, source="text", origin="SM1", mint=mint)
        assert outbox.withdraw_all(session, number, reason="the number sent STOP")
