"""How fast texts leave: each sender at its own pace, and nobody waits for another's."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

from reminders.gateways.gateway import Accepted, NoAnswer, Refused, Scope, Unreachable
from reminders.sending.pace import Pace
from tests.clinic import DUE, open_clinic, phone, row
from tests.standin import StandIn

SLACK = timedelta(milliseconds=60)
OTHER_CLINIC = """
segments_per_second = 8
[[clinic]]
key = "other"
name = "Hilltop Clinic"
phone = "(415) 555-0102"
time_zone = "America/Los_Angeles"
sender = "+14155550198"
"""


def arrivals(twilio: StandIn) -> list[datetime]:
    """Return when each text came to the stand-in, in order."""
    return sorted(sent.received_at for sent in twilio.sent)


def test_texts_of_two_segments_leave_at_half_the_senders_pace(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, clinic="segments_per_second = 20") as clinic:
        clinic.take_in(*(row(n) for n in range(1, 11)))
        assert clinic.round(DUE) == {"sent": 10}
        assert {t["segments"] for t in clinic.texts() if t["state"] == "sent"} == {2}
    _, second, *others = arrivals(twilio)  # the first is late: it waits for the connection
    for place, came in enumerate(others, start=1):
        assert came - second >= place * timedelta(seconds=0.1) - SLACK


def test_a_slow_sender_does_not_keep_another_clinic_waiting(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(
        tmp_path, twilio=twilio.url, clinic=OTHER_CLINIC, worker="in_flight = 2"
    ) as clinic:
        clinic.take_in(*(row(n) for n in range(1, 17)))
        clinic.take_in(row(50), clinic="other")
        assert clinic.round(DUE) == {"sent": 17}
    order = [sent.to for sent in sorted(twilio.sent, key=lambda sent: sent.received_at)]
    assert sorted(order) == sorted(phone(n) for n in (*range(1, 17), 50))
    assert order.index(phone(50)) < 6


def test_when_the_account_is_refused_texts_that_wait_do_not_start(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(
        tmp_path, twilio=twilio.url, clinic="segments_per_second = 1", worker="in_flight = 4"
    ) as clinic:
        clinic.take_in(*(row(n) for n in range(1, 21)))
        twilio.fault("refuse", code=20003)
        ticking = threading.Timer(0.1, clinic.clock.advance, [timedelta(minutes=1)])
        ticking.start()
        clinic.round(DUE)
        ticking.join()
        waiting = [t for t in clinic.texts() if t["step"] == "aftercare"]
        assert {t["state"] for t in waiting} == {"planned"}
    assert twilio.create_calls == 1


def test_many_refusals_of_one_storm_count_once() -> None:
    pace = Pace()
    for _ in range(64):
        pace.hear(Refused(429, "busy", permanent=False, scope=Scope.TEXT), 100.0)
    assert (pace.failures, pace.resting_until) == (1, 101.0)
    pace.hear(Unreachable(), 101.0)
    assert (pace.failures, pace.resting_until) == (2, 103.0)


def test_a_wish_for_rest_is_kept_for_half_a_minute_at_most() -> None:
    pace = Pace()
    for seconds, until in ((5, 105.0), (2, 105.0), (3600, 130.0)):
        asked = timedelta(seconds=seconds)
        refusal = Refused(429, "busy", permanent=False, scope=Scope.TEXT, retry_after=asked)
        pace.hear(refusal, 100.0)
        assert pace.resting_until == until


def test_an_accepted_text_ends_the_caution() -> None:
    pace = Pace()
    for second in range(0, 100, 10):
        pace.hear(Unreachable(), float(second))
    assert pace.resting_until <= 90 + 30
    pace.hear(Accepted("SM1"), 200.0)
    pace.hear(Unreachable(), 200.0)
    assert pace.resting_until == 201.0


def test_one_silence_is_no_reason_to_rest_but_five_in_a_row_are() -> None:
    pace = Pace()
    for _ in range(4):
        pace.hear(NoAnswer(), 100.0)
    assert (pace.failures, pace.resting_until, pace.halted) == (0, 0.0, False)
    pace.hear(NoAnswer(), 100.0)
    assert (pace.failures, pace.resting_until, pace.halted) == (1, 101.0, False)


def test_an_answer_between_silences_starts_the_count_again() -> None:
    pace = Pace()
    for _ in range(4):
        pace.hear(NoAnswer(), 100.0)
    pace.hear(Accepted("SM1"), 100.0)
    for _ in range(4):
        pace.hear(NoAnswer(), 100.0)
    assert pace.resting_until == 0.0
