"""What a monitor is told: a worker that lives, one that is silent, and figures without people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from reminders.rounds import heartbeat
from reminders.web.metrics import telling
from tests.clinic import phone, row
from tests.web.door import WebDoor, text_form, web_door


@pytest.fixture
def door(tmp_path: Path) -> Iterator[WebDoor]:
    with web_door(tmp_path) as opened:
        yield opened


def health(door: WebDoor) -> tuple[int, str]:
    answer = door.http.get("/healthz")
    return answer.status_code, answer.json()["worker"]


def test_a_worker_that_was_never_seen_is_not_healthy(door: WebDoor) -> None:
    assert health(door) == (503, "never seen")


def test_a_worker_is_healthy_for_a_minute_after_its_last_heartbeat(door: WebDoor) -> None:
    clinic = door.clinic
    heartbeat(clinic.runtime, started_at=clinic.clock.now())
    assert health(door) == (200, "alive")
    clinic.clock.advance_to(clinic.clock.now() + timedelta(seconds=60))
    assert health(door) == (200, "alive")
    clinic.clock.advance_to(clinic.clock.now() + timedelta(seconds=1))
    assert health(door) == (503, "silent")


def test_a_database_that_cannot_be_read_is_not_healthy(door: WebDoor) -> None:
    with door.clinic.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE heartbeats")
    assert health(door) == (503, "unknown")


def test_the_figures_count_texts_and_answers_and_name_nobody(door: WebDoor) -> None:
    clinic = door.clinic
    clinic.take_in(row(1))
    heartbeat(clinic.runtime, started_at=clinic.clock.now())
    clinic.clock.advance_to(clinic.clock.now() + timedelta(seconds=7))
    door.post(text_form("All good, thank you", sender=phone(1)))
    door.post(text_form(), token="wrong")
    with telling(door.meter, host="127.0.0.1", port=0) as port:
        page = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text

    assert 'reminders_webhook_answers_total{status="200",webhook="inbound"} 1.0' in page
    assert 'reminders_webhook_answers_total{status="403",webhook="inbound"} 1.0' in page
    assert "reminders_inbound_texts_total{" in page
    assert 'reminders_texts{state="planned"}' in page
    assert "reminders_heartbeat_age_seconds 7.0" in page
    assert "reminders_sending_stopped 0.0" in page
    assert phone(1).removeprefix("+1") not in page
    assert "Madeup" not in page
