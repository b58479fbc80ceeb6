"""Trial mode: until the clinic says live, real texts reach its own guests and nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.clinic import DUE, TREATED, open_clinic, phone, row
from tests.standin import StandIn

HELD = "held: trial mode, and this number is not among gateway.guests"


def test_before_the_clinic_is_live_only_guests_are_texted(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, live=False, guests=[phone(2)]) as clinic:
        clinic.take_in(row(1), row(2))
        assert clinic.round(DUE) == {"sent": 1, "trial": 1}
        assert clinic.round(DUE) == {}
        held = clinic.text()
        assert (held["state"], held["hold"], held["reason"]) == ("planned", "trial", HELD)
    assert [sent.to for sent in twilio.sent] == [phone(2)]


def test_without_guests_nobody_is_texted(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, live=False) as clinic:
        clinic.take_in(row(1), row(2))
        clinic.rounds(*(DUE + timedelta(days=day) for day in range(120)))
    assert twilio.create_calls == 0


def test_going_live_sends_what_is_still_useful(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, live=False) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
    with open_clinic(tmp_path, at=TREATED, twilio=twilio.url, live=True) as clinic:
        assert clinic.round(DUE + timedelta(hours=2)) == {"sent": 1}
        assert (clinic.text()["hold"], clinic.text()["reason"]) == (None, "")
    assert len(twilio.sent) == 1


def test_a_new_guest_gets_the_texts_that_were_held(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, live=False) as clinic:
        clinic.take_in(row(1), row(2))
        clinic.round(DUE)
    with open_clinic(tmp_path, twilio=twilio.url, live=False, guests=[phone(1)]) as clinic:
        assert clinic.round(DUE) == {"sent": 1}
    assert [sent.to for sent in twilio.sent] == [phone(1)]


def test_what_was_held_too_long_expires_and_says_so(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, live=False) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
    with open_clinic(tmp_path, at=TREATED, twilio=twilio.url, live=True) as clinic:
        clinic.round(DUE + timedelta(hours=7))
        late = clinic.text()
        assert (late["state"], late["hold"]) == ("expired", None)
        assert late["reason"] == f"its time passed while it was {HELD}"
    assert twilio.create_calls == 0


def test_pretended_texts_need_no_permission(tmp_path: Path) -> None:
    with open_clinic(tmp_path, live=False) as clinic:
        clinic.take_in(row())
        assert clinic.round(DUE) == {"sent": 1}
        assert clinic.text()["sid"].startswith("PR")
