"""The worker as a process of its own, on the machine's clock, with a Twilio over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import worker
from reminders.clock import SystemClock
from reminders.importing import import_file
from reminders.rounds import on_shift
from reminders.runtime import open_runtime
from reminders.settings import load_settings
from tests.clinic import ENVIRON, open_clinic, phone, row, wait_until, write_export, write_settings
from tests.standin import StandIn

WORKER = Path(__file__).parents[1] / "worker.py"
BRISK = 'tick = 0.2\nintake = "intake"'
FIVE_SECONDS = timedelta(seconds=5)


def noon_zone() -> str:
    """Return a zone in which it is about noon now, so that every test finds a civil hour.

    POSIX signs: Etc/GMT-3 is three hours ahead of Greenwich.
    """
    ahead = 12 - SystemClock().now().hour
    return "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"


def treated(number: int = 1, *, due_in: float) -> dict[str, str]:
    """Return a row whose aftercare falls due so many seconds from now."""
    due = SystemClock().now().replace(microsecond=0) + timedelta(seconds=due_in)
    at = due - timedelta(hours=1)
    agreed = (at - timedelta(days=1)).isoformat()
    return row(number, time_zone=noon_zone(), treated_at=at.isoformat(), consent_at=agreed)


def due_of(treatment: dict[str, str]) -> datetime:
    """Return when the aftercare of a row falls due."""
    return datetime.fromisoformat(treatment["treated_at"]) + timedelta(hours=1)


@pytest.fixture
def twilio() -> Iterator[StandIn]:
    """Run a stand-in Twilio."""
    with StandIn() as machine:
        yield machine


@contextmanager
def clinic_folder(folder: Path, twilio: StandIn, *rows: dict[str, str]) -> Iterator[Path]:
    """Write a clinic's settings and import rows; yield the settings file."""
    settings = write_settings(folder, twilio=twilio.url, worker=BRISK)
    loaded = load_settings(settings, environ=ENVIRON | {"HOME": str(folder)})
    runtime = open_runtime(loaded, SystemClock())
    try:
        if rows:
            import_file(runtime, write_export(folder / "export.csv", rows), clinic="k")
    finally:
        runtime.close()
    yield settings


@contextmanager
def working(settings: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run worker.py until the block ends; it is killed if it still runs then."""
    process = subprocess.Popen(
        [sys.executable, str(WORKER), "--settings", str(settings)],
        env=os.environ | ENVIRON | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            assert pipe
            pipe.close()


def end(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """Ask the worker to stop; return its log once it has ended well."""
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    return [json.loads(line) for line in log.splitlines()]


def heartbeat(settings: Path) -> dict[str, str]:
    """Read the heartbeat file; nothing yet is an empty one."""
    file = settings.parent / "var" / "heartbeat.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def test_a_text_leaves_within_five_seconds_of_its_time(tmp_path: Path, twilio: StandIn) -> None:
    soon = treated(due_in=4)
    with clinic_folder(tmp_path, twilio, soon) as settings, working(settings) as process:
        wait_until(lambda: twilio.sent)
        log = end(process)
    (sent,) = twilio.sent
    assert timedelta(0) <= sent.received_at - due_of(soon) <= FIVE_SECONDS
    assert (sent.to, twilio.violations) == (phone(1), [])
    assert [line["event"] for line in log if line["level"] != "info"] == []
    assert heartbeat(settings)["alarm"] == ""


def test_a_twilio_that_goes_away_and_comes_back_gets_each_text_once(
    tmp_path: Path, twilio: StandIn
) -> None:
    rows = [treated(1, due_in=-60), treated(2, due_in=3)]
    twilio.go_away()
    with clinic_folder(tmp_path, twilio, *rows) as settings, working(settings) as process:
        wait_until(lambda: datetime.now(UTC) > due_of(rows[1]) + timedelta(seconds=1))  # noqa: TID251
        assert process.poll() is None
        twilio.come_back()
        wait_until(lambda: len(twilio.sent) == 2, seconds=40)
        log = end(process)
    assert sorted(sent.to for sent in twilio.sent) == [phone(1), phone(2)]
    assert {line["state"] for line in log if line["event"] == "settled"} == {"planned", "sent"}


def test_asked_to_stop_it_finishes_the_texts_in_flight(tmp_path: Path, twilio: StandIn) -> None:
    twilio.fault("slow", seconds=2.0, made=True)
    rows = [treated(n, due_in=-60) for n in (1, 2, 3)]
    with clinic_folder(tmp_path, twilio, *rows) as settings:
        with working(settings) as process:
            wait_until(lambda: twilio.create_calls == 3)
            log = end(process)
        assert log[-1] | {"settled": {"sent": 3}} == log[-1]
        twilio.reset()
        (settings.parent / "var" / "heartbeat.json").unlink()
        with working(settings) as process:
            wait_until(lambda: heartbeat(settings))
            end(process)
    assert twilio.create_calls == 0


def test_a_second_worker_refuses_and_says_why(tmp_path: Path, twilio: StandIn) -> None:
    with clinic_folder(tmp_path, twilio) as settings, working(settings) as first:
        wait_until(lambda: heartbeat(settings))
        with working(settings) as second:
            _, words = second.communicate(timeout=30)
        assert second.returncode == 2
        assert f"a worker (process {first.pid}) already works on this database" in words
        assert "Traceback" not in words
        end(first)


def test_a_file_dropped_into_the_watched_folder_is_texted(tmp_path: Path, twilio: StandIn) -> None:
    with clinic_folder(tmp_path, twilio) as settings, working(settings) as process:
        inbox = tmp_path / "intake" / "k"
        wait_until(inbox.is_dir)
        write_export(inbox / "now.csv", [treated(due_in=-60)])
        wait_until(lambda: twilio.sent)
        log = end(process)
    assert [file.name[-7:] for file in (inbox / "done").iterdir()] == ["now.csv"]
    assert "file imported" in [line["event"] for line in log]


def test_settings_that_cannot_be_used_are_explained(tmp_path: Path) -> None:
    settings = write_settings(tmp_path, worker="tick = -1\nbreaks = true")
    with working(settings) as process:
        _, words = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "worker.tick" in words
    assert "breaks" in words
    assert "Traceback" not in words


def test_without_credentials_it_says_which_are_missing(tmp_path: Path, twilio: StandIn) -> None:
    settings = write_settings(tmp_path, twilio=twilio.url)
    with working(settings, TWILIO_AUTH_TOKEN="") as process:
        _, words = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "TWILIO_AUTH_TOKEN" in words


def test_a_clock_that_is_set_back_does_not_stop_the_ticks(tmp_path: Path) -> None:
    async def watch() -> list[timedelta]:
        with on_shift(clinic.runtime) as shift:
            scheduler = worker._timetable(clinic.runtime, shift, clinic.clock.now())
            scheduler.start(paused=True)
            for tick in scheduler.get_jobs():
                tick.modify(next_run_time=clinic.clock.now() + timedelta(days=10))
            heeding = asyncio.create_task(worker._heed_clock_steps(clinic.runtime, scheduler))
            await asyncio.sleep(0.05)
            heeding.cancel()
            waits = [t.next_run_time - clinic.clock.now() for t in scheduler.get_jobs()]
            scheduler.shutdown()
            await asyncio.sleep(0.05)
            return waits

    with open_clinic(tmp_path) as clinic:
        assert set(asyncio.run(watch())) == {timedelta(0)}
