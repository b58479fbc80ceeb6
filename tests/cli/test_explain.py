"""The story that `explain` tells a nurse: what was decided when, and why."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reminders.store import ledger
from tests.cli.command import Ask, asking
from tests.clinic import DUE, TREATED, open_clinic, phone, row
from tests.standin import StandIn

DAY = timedelta(days=1)
NEW_YORK = "America/New_York"


@pytest.fixture
def ask(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a way to run commands on the clinic in this test's folder."""
    return asking(tmp_path, capfd, monkeypatch)


def story(ask: Ask, *, at: datetime, patient: str = "p1") -> str:
    """Return what `explain` says, its columns one space apart."""
    answer = ask("explain", patient, "--clinic", "k", at=at)
    assert (answer.code, answer.err) == (0, "")
    return re.sub(" +", " ", answer.out)


def test_it_begins_with_the_treatment_and_what_was_planned_from_it(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(time_zone=NEW_YORK))
    told = story(ask, at=TREATED)
    assert "Times are the patient's: America/New_York." in told
    assert (
        "Mon 2 Mar 2026 12:30 Treatment t1 came to us: Writer's cramp, Botox, hand; "
        "given on Mon 2 Mar 2026 12:30." in told
    )
    assert (
        "The patient agreed to care texts on Sun 1 Mar 2026 (paper form; told with treatment t1)."
        in told
    )
    assert "The aftercare text of Mon 2 Mar 2026, the side-effects check-ins of Thu 5 Mar" in told
    assert "were planned for treatment t1." in told
    assert "Mon 2 Mar 2026 13:30 The aftercare text for treatment t1 is planned." in told


def test_it_says_what_a_back_dated_treatment_came_too_late_for(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, at=TREATED + DAY) as clinic:
        clinic.take_in(row())
    assert (
        "The aftercare text of Mon 2 Mar 2026 was not sent for treatment t1 because it was over "
        "before it could be planned (useful until Mon 2 Mar 2026 16:30)."
        in story(ask, at=TREATED + DAY)
    )


def test_it_says_that_a_newer_treatment_ended_the_plan(tmp_path: Path, ask: Ask) -> None:
    later = datetime(2026, 5, 4, 17, 0, tzinfo=UTC)
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.clock.advance_to(later)
        clinic.take_in(row(treatment_id="t2", treated_at=later.isoformat()))
    told = story(ask, at=later)
    assert "cancelled for treatment t1 because the patient was treated again on Mon 4 May" in told
    assert (
        "Treatment t1: its plan is completed because the patient was treated again on "
        "Mon 4 May 2026." in told
    )


@pytest.mark.parametrize(
    ("status", "why", "standing"),
    [
        ("deceased", "because the patient has died", "its plan has ended"),
        ("moved", "because the patient has moved away", "its plan has ended"),
        ("void", "because the clinic marked the treatment void", "its plan has ended"),
        ("paused", "because the clinic paused this patient's texts", "its texts are on hold"),
    ],
)
def test_it_says_what_the_clinic_told_us_of_the_patient(
    tmp_path: Path, ask: Ask, status: str, why: str, standing: str
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.clock.advance_to(TREATED + timedelta(minutes=5))
        clinic.take_in(row(status=status))
    told = story(ask, at=TREATED + DAY)
    assert f"were cancelled for treatment t1 {why}." in told
    assert f"Treatment t1: {standing} {why}." in told
    assert "is planned" not in told


def test_a_pause_that_is_lifted_plans_the_texts_again(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.clock.advance(timedelta(minutes=5))
        clinic.take_in(row(status="paused"))
        clinic.take_in(row())
    told = story(ask, at=TREATED + timedelta(minutes=5))
    assert (
        "were planned again for treatment t1 now that this is over: "
        "the clinic paused this patient's texts." in told
    )
    assert "The aftercare text for treatment t1 is planned." in told


def test_it_says_when_a_text_was_moved_and_from_when_to_when(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.take_in(row(treated_at=(TREATED + timedelta(minutes=10)).isoformat()))
    assert (
        "The aftercare text for treatment t1 was moved from Mon 2 Mar 2026 10:30 to "
        "Mon 2 Mar 2026 10:40 because the clinic's record, the protocol or the hours changed."
        in story(ask, at=TREATED)
    )


def test_it_says_that_a_booked_visit_holds_the_reminders_back(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(booked_for="2026-06-10"))
    told = story(ask, at=TREATED)
    assert "Treatment t1: a visit is booked for Wed 10 Jun 2026." in told
    assert "is planned because it waits until a week after the booked visit." in told


def test_it_says_which_consent_was_missing_and_when_it_came(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(consent="none"))
        told = story(ask, at=TREATED)
        clinic.take_in(row(consent_at="2026-03-02T09:45:00-08:00", consent_source="phone call"))
    assert "were not planned for treatment t1 because there is no consent to care texts." in told
    assert "The patient agreed" not in told
    told = story(ask, at=TREATED + timedelta(minutes=30))
    assert "agreed to care texts on Mon 2 Mar 2026 (phone call; told with treatment t1)." in told
    assert "were not planned for treatment t1 because there is no consent to care texts." in told
    assert (
        "were planned again for treatment t1 now that this is over: no consent to care texts."
        in told
    )
    assert "is planned." in told


def test_it_says_why_a_cosmetic_reminder_is_not_sent(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(protocol="cosmetic-lines"))
    assert (
        "were not planned for treatment t1 because there is no written consent to marketing texts."
        in story(ask, at=TREATED)
    )


def test_it_says_which_text_speaks_for_two_sites(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(), row(treatment_id="t2", protocol="cosmetic-lines"))
        clinic.round(DUE)
    told = story(ask, at=DUE)
    assert (
        "for treatment t2 because one text that day speaks for this treatment too: the one for "
        "treatment t1." in told
    )
    sent = "The aftercare text for treatment t1 was sent (2 segments)"
    assert f"{sent}, speaking for treatment t2 too." in told


def test_it_says_that_the_hours_moved_a_text_or_left_no_room_for_it(
    tmp_path: Path, ask: Ask
) -> None:
    dawn, evening = (
        datetime(2026, 3, 2, 14, 30, tzinfo=UTC),
        datetime(2026, 3, 3, 3, 30, tzinfo=UTC),
    )
    with open_clinic(tmp_path, at=dawn) as clinic:
        clinic.take_in(row(1, treated_at=dawn.isoformat()))
        clinic.clock.advance_to(evening)
        clinic.take_in(row(2, treated_at=evening.isoformat()))
    assert (
        "Mon 2 Mar 2026 09:00 The aftercare text for treatment t1 is planned because "
        "Mon 2 Mar 2026 07:30 is outside the texting hours." in story(ask, at=dawn)
    )
    assert (
        "The aftercare text of Mon 2 Mar 2026 was not planned for treatment t2 because there is "
        "no texting hour in America/Los_Angeles between Mon 2 Mar 2026 20:30 and "
        "Tue 3 Mar 2026 02:30." in story(ask, at=evening, patient="p2")
    )


def test_it_tells_of_a_stop_and_of_what_it_ended(tmp_path: Path, ask: Ask) -> None:
    with StandIn() as twilio, open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2, phone=phone(1), language="es"))
        twilio.fault("refuse", code=21610)
        clinic.round(DUE)
    for patient in ("p1", "p2"):
        told = story(ask, at=DUE, patient=patient)
        assert "The number sent STOP on Mon 2 Mar 2026: no text goes to it" in told
        assert "is planned" not in told
    assert "the one to somebody who shares the number." in told
    assert "were cancelled for treatment t1 because the number sent STOP." in story(ask, at=DUE)
    assert "The aftercare text for treatment t1 was refused by the gateway: " in story(ask, at=DUE)


def test_it_tells_of_a_number_that_cannot_be_texted(tmp_path: Path, ask: Ask) -> None:
    with StandIn() as twilio, open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        twilio.fault("refuse", code=21211)
        clinic.round(DUE)
    told = story(ask, at=DUE)
    assert "Mon 2 Mar 2026 10:30 The number cannot be texted: " in told
    assert "Ask the patient for another number." in told
    assert "cancelled for treatment t1 because the number cannot be texted: " in told


def test_it_says_that_nobody_knows_whether_a_text_was_sent(tmp_path: Path, ask: Ask) -> None:
    with StandIn() as twilio, open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        twilio.fault("empty", made=True)
        clinic.round(DUE)
    told = story(ask, at=DUE)
    assert "The aftercare text for treatment t1 may or may not have been sent" in told
    assert "was sent" not in told


def test_a_text_that_is_due_is_not_called_planned(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
    told = story(ask, at=DUE + timedelta(minutes=1))
    assert "The aftercare text for treatment t1 is due and has not left yet." in told


def test_the_story_is_told_in_order_of_time(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
        clinic.clock.advance(timedelta(minutes=1))
        clinic.take_in(row(status="deceased"))
    lines = story(ask, at=DUE).splitlines()[1:-1]
    stamps = [
        datetime.strptime(" ".join(line.split()[:5]), "%a %d %b %Y %H:%M").replace(tzinfo=UTC)
        for line in lines
    ]
    assert stamps == sorted(stamps)
    assert "came to us" in lines[0]
    assert "because the patient has died" in lines[-1]


def test_a_text_that_was_held_until_it_was_too_late_is_given_up(tmp_path: Path, ask: Ask) -> None:
    with open_clinic(tmp_path, twilio="http://127.0.0.1:9", live=False) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
        clinic.round(clinic.text()["until"])
    told = story(ask, at=TREATED + DAY)
    assert "Mon 2 Mar 2026 10:30 The aftercare text for treatment t1 is held because trial" in told
    assert (
        "Mon 2 Mar 2026 16:30 The aftercare text of Mon 2 Mar 2026 was given up for treatment t1 "
        "because its time passed while it was held" in told
    )


def test_a_moved_text_that_a_stop_ended_is_told_with_both(tmp_path: Path, ask: Ask) -> None:
    with StandIn() as twilio, open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        clinic.take_in(row(treated_at=(TREATED + DAY).isoformat()))
        twilio.fault("refuse", code=21610)
        clinic.round(DUE + DAY)
    told = story(ask, at=DUE + DAY)
    assert "The onset check-in for treatment t1 was moved from Mon 16 Mar 2026" in told
    assert "were cancelled for treatment t1 because the number sent STOP." in told


def test_a_text_left_out_for_a_new_reason_is_told_with_the_old_and_the_new(
    tmp_path: Path, ask: Ask
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(consent="none"))
        clinic.clock.advance(timedelta(minutes=1))
        with clinic.runtime.database.write() as session:
            ledger.quarantine(
                session,
                phone(1),
                trouble="the number cannot be texted: it is a landline (code 21614)",
                now=clinic.clock.now(),
            )
        clinic.take_in(row(consent="none", site="forearm"))
    told = story(ask, at=DUE)
    assert "were not planned for treatment t1 because there is no consent to care texts." in told
    assert (
        "were still left out for treatment t1 because the number cannot be texted: "
        "it is a landline (code 21614)." in told
    )
