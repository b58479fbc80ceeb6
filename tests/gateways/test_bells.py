"""Staff are told by other ways than SMS; a way that fails holds nobody up and betrays nothing."""

from __future__ import annotations

import json

import pytest
import structlog

from reminders.gateways import bells
from tests.bell import bell

# Apprise imports a module of Python's own that is on its way out.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_other_bells_are_rung_without_a_word_about_the_patient() -> None:
    with bell() as (address, heard):
        ringing = bells.ring([address], title="Lakeside Clinic: EMERGENCY 1", words="TAKE 1")
        assert ringing is not None
        ringing.join()
    assert [(each["title"], each["message"]) for each in heard] == [
        ("Lakeside Clinic: EMERGENCY 1", "TAKE 1")
    ]


def test_a_bell_that_fails_is_noted_without_its_address_and_the_next_is_rung() -> None:
    with bell() as (address, heard), structlog.testing.capture_logs() as lines:
        dead = "json://secret:word@127.0.0.1:9/"
        ringing = bells.ring([dead, "nonsense://x", address], title="t", words="w")
        assert ringing is not None
        ringing.join()
    assert len(heard) == 1
    assert [(line["event"], line["address"]) for line in lines] == [
        ("alert failed", 1),
        ("alert failed", 2),
    ]
    assert "secret" not in json.dumps(lines)


def test_without_addresses_no_bell_is_rung() -> None:
    assert bells.ring([], title="t", words="w") is None


def test_an_address_that_no_bell_answers_to_is_told_from_one_that_is() -> None:
    assert bells.is_understood("json://127.0.0.1:9/")
    assert not bells.is_understood("nonsense://127.0.0.1:9/")
