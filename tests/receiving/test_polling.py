"""Asking Twilio for what came in: nothing is lost, nothing is taken in twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from reminders.clock import VirtualClock
from reminders.receiving import receive
from reminders.receiving.polling import LAST, ask_after, catch_up
from reminders.rounds import on_shift
from reminders.runtime import Runtime
from reminders.store import alarms
from reminders.store.commits import Commits
from reminders.store.thread_tables import inbound, receipts
from reminders.web.form import inbound_text
from tests.clinic import DUE, TREATED, OpenClinic, open_clinic, phone, row
from tests.standin import StandIn
from tests.web.door import CLINIC_NUMBER, text_form

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
POLL = 'receive = "poll"'

Work = Callable[[Runtime, Commits], Awaitable[int]]


@contextmanager
def polled(folder: Path, **settings: Any) -> Iterator[tuple[OpenClinic, StandIn]]:
    """Open a clinic that polls, and its Twilio, both on one clock; the first look is over."""
    usual: dict[str, Any] = {"gateway": POLL}
    clock = VirtualClock(TREATED)
    with (
        StandIn(now=lambda: clock.now().astimezone(UTC)) as twilio,
        open_clinic(folder, twilio=twilio.url, **usual | settings) as clinic,
    ):
        clinic.runtime, clinic.clock = replace(clinic.runtime, clock=clock), clock
        assert look(clinic) == 0
        clock.advance_to(TREATED + 10 * SECOND)
        yield clinic, twilio


def look(clinic: OpenClinic, work: Work = catch_up) -> int:
    """Ask once, as a worker on its shift; returns how much was news."""

    async def looking() -> int:
        try:
            with on_shift(clinic.runtime) as shift:
                return await work(clinic.runtime, shift.commits)
        finally:
            await clinic.runtime.gateway.close()

    return asyncio.run(looking())


def wait(clinic: OpenClinic, seconds: float) -> datetime:
    """Let time pass."""
    clinic.clock.advance_to(clinic.clock.now() + timedelta(seconds=seconds))
    return clinic.clock.now()


def words(clinic: OpenClinic) -> list[str]:
    """What patients wrote, in the order of taking it in."""
    return [text["words"] for text in sorted(clinic.rows_of(inbound), key=lambda t: t["id"])]


def test_each_text_is_taken_in_once_however_often_we_look(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        twilio.text_in(phone(1), "first", to=CLINIC_NUMBER)
        wait(clinic, 15)
        twilio.text_in(phone(2), "second", to=CLINIC_NUMBER)
        news = [look(clinic), wait(clinic, 15) and look(clinic), wait(clinic, 15) and look(clinic)]

        assert news == [2, 0, 0]
        assert words(clinic) == ["first", "second"]
        received = [text["received_at"] for text in clinic.rows_of(inbound)]
        assert received[0] == TREATED + 10 * SECOND


def test_what_was_texted_before_the_first_look_is_not_ours(tmp_path: Path) -> None:
    with StandIn() as twilio, open_clinic(tmp_path, twilio=twilio.url, gateway=POLL) as clinic:
        far = VirtualClock(datetime(2199, 1, 1, tzinfo=UTC))
        clinic.runtime = replace(clinic.runtime, clock=far)
        twilio.text_in(phone(1), "long ago", to=CLINIC_NUMBER)
        assert (look(clinic), look(clinic), words(clinic)) == (0, 0, [])


def test_a_text_that_came_while_nobody_looked_is_found_at_the_next_start(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        for number in range(450):
            twilio.text_in(phone(number), f"text {number}", to=CLINIC_NUMBER)
        wait(clinic, 3 * 86_400)
        assert look(clinic) == 450
        assert len(set(words(clinic))) == 450


def test_a_text_that_twilio_lists_late_is_found_within_the_hour(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        sid = twilio.text_in(phone(1), "late", to=CLINIC_NUMBER)
        wait(clinic, 59 * 60)
        with clinic.runtime.database.write() as session:
            alarms.set_mark(session, LAST, clinic.clock.now().isoformat())
        assert look(clinic) == 1
        assert [text["sid"] for text in clinic.rows_of(inbound)] == [sid]


def test_a_text_to_another_number_of_the_account_is_left_alone(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        twilio.text_in(phone(1), "not for us", to="+14155550177")
        assert (look(clinic), words(clinic)) == (0, [])


def test_with_a_pool_of_senders_every_number_may_be_ours(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        settings = clinic.runtime.settings
        pool = {"sender": f"MG{'0' * 32}", "sender_kind": "messaging_service"}
        pooled = (settings.clinics[0].model_copy(update=pool),)
        clinic.runtime = replace(
            clinic.runtime, settings=settings.model_copy(update={"clinic": pooled})
        )
        twilio.text_in(phone(1), "to the pool", to="+14155550177")
        assert look(clinic) == 1


def test_a_twilio_that_cannot_be_reached_loses_nothing(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        twilio.text_in(phone(1), "are you there?", to=CLINIC_NUMBER)
        twilio.go_away()
        with capture_logs() as log:
            wait(clinic, 7200)
            assert look(clinic) == 0
        twilio.come_back()
        assert look(clinic) == 1
        assert [(line["event"], line["fault"]) for line in log] == [
            ("gateway's list not read", "Unreachable")
        ]


def test_what_cannot_be_written_down_is_asked_for_again(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        engine = clinic.runtime.database.engine
        twilio.text_in(phone(1), "hold on", to=CLINIC_NUMBER)
        wait(clinic, 7200)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER full BEFORE INSERT ON inbound "
                "BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        with capture_logs() as log:
            look(clinic)
        assert words(clinic) == []
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        wait(clinic, 7200)
        assert (look(clinic), words(clinic)) == (1, ["hold on"])
        assert "hold on" not in str(log) and phone(1) not in str(log)


def test_without_webhooks_a_text_of_ours_still_gets_its_end(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        clinic.take_in(row(1))
        clinic.round(DUE)
        (sent,) = twilio.sent
        twilio.report(sent.sid, "sent")
        assert (look(clinic), clinic.text()["state"]) == (0, "sent")
        twilio.report(sent.sid, "undelivered", error_code=30005)
        assert (look(clinic), clinic.text()["state"]) == (1, "undelivered")
        twilio.report(sent.sid, "delivered")
        assert (look(clinic), clinic.text()["state"]) == (1, "delivered")
        assert (look(clinic), len(clinic.rows_of(receipts))) == (0, 2)


def test_a_full_round_looks_before_it_sends(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        twilio.text_in(phone(1), "hello", to=CLINIC_NUMBER)
        clinic.round(clinic.clock.now())
        assert words(clinic) == ["hello"]


def test_once_a_day_we_ask_after_texts_whose_end_nobody_told(tmp_path: Path) -> None:
    with polled(tmp_path, gateway='receive = "webhook"') as (clinic, twilio):
        clinic.take_in(row(1), row(2))
        clinic.round(DUE)
        first, second = twilio.sent
        twilio.report(first.sid, "delivered")
        twilio.report(second.sid, "sent")

        wait(clinic, 3000)
        assert look(clinic, ask_after) == 0
        wait(clinic, 1000)
        assert look(clinic, ask_after) == 1
        assert sorted(t["state"] for t in clinic.texts() if t["sid"]) == ["delivered", "sent"]
        twilio.reset()
        assert look(clinic, ask_after) == 0
        wait(clinic, 7 * 86_400)
        assert look(clinic, ask_after) == 0


def test_a_text_that_came_by_webhook_is_not_taken_in_again_by_a_look(tmp_path: Path) -> None:
    with polled(tmp_path) as (clinic, twilio):
        sid = twilio.text_in(phone(1), "once", to=CLINIC_NUMBER)
        text = inbound_text(list(text_form("once", sid=sid).items()), now=clinic.clock.now())
        assert text is not None
        with clinic.runtime.database.write() as session:
            receive(session, clinic.runtime, text)
        assert (look(clinic), words(clinic)) == (0, ["once"])
