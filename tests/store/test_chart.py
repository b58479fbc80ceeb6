"""What is read about one patient, what is coming, and what should have gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from reminders.care.consent import Answer
from reminders.store import alarms, ledger
from reminders.store.chart import Chart, UnknownPatient, chart
from reminders.store.coming import MessageRow, Waiting, upcoming, waiting
from reminders.store.lock import WorkerLock, worker_on
from tests.clinic import DUE, TREATED, OpenClinic, open_clinic, phone, row

DAY = timedelta(days=1)


def chart_of(clinic: OpenClinic, ref: str = "p1") -> Chart:
    """Read a patient's chart."""
    with clinic.runtime.database.read() as session:
        return chart(session, clinic="k", ref=ref)


def coming(clinic: OpenClinic, *, days: int, clinics: tuple[str, ...] = ("k",)) -> list[MessageRow]:
    """Read what is coming in so many days."""
    until = clinic.clock.now() + days * DAY
    with clinic.runtime.database.read() as session:
        return upcoming(session, clinics=clinics, until=until)


def waiting_now(clinic: OpenClinic) -> Waiting:
    """Read what should have gone by now."""
    with clinic.runtime.database.read() as session:
        return waiting(session, now=clinic.clock.now())


def test_a_chart_holds_one_patients_treatments_texts_and_consent(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2), row(1, treatment_id="t9", protocol="chronic-migraine"))
        found = chart_of(clinic)
    assert (found.patient.ref, found.patient.phone, found.patient.trouble) == ("p1", phone(1), "")
    assert [each.ref for each in found.treatments] == ["t1", "t9"]
    assert {text.treatment for text in found.messages} == {"t1", "t9"}
    assert {text.patient_ref for text in found.messages} == {"p1"}
    assert {line.entry.origin for line in found.ledger} == {"t1", "t9"}
    assert not any(line.of_number for line in found.ledger)
    assert (found.standing.care, found.standing.stopped_at) == (True, None)
    assert found.journal == []


def test_a_stop_stands_in_the_chart_of_everybody_who_shares_the_number(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2, phone=phone(1)), row(3))
        with clinic.runtime.database.write() as session:
            ledger.write_stop(
                session, phone(1), at=DUE, source="a text", origin="", mint=clinic.runtime.mint
            )
        stops = {ref: chart_of(clinic, ref).standing.stopped_at for ref in ("p1", "p2", "p3")}
        last = chart_of(clinic, "p2").ledger[-1]
    assert stops == {"p1": DUE, "p2": DUE, "p3": None}
    assert (last.entry.answer, last.of_number) == (Answer.STOPPED, True)


def test_a_number_that_cannot_be_texted_is_named_with_its_reason(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        with clinic.runtime.database.write() as session:
            ledger.quarantine(session, phone(1), trouble="it is a landline", now=DUE)
        patient = chart_of(clinic).patient
    assert (patient.trouble, patient.trouble_since) == ("it is a landline", DUE)


@pytest.mark.parametrize(("clinic_key", "ref"), [("k", "p9"), ("other", "p1"), ("k", "P1")])
def test_nobody_is_shown_in_place_of_a_patient_who_is_not_known(
    tmp_path: Path, clinic_key: str, ref: str
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        with clinic.runtime.database.read() as session, pytest.raises(UnknownPatient):
            chart(session, clinic=clinic_key, ref=ref)


def test_a_treatment_that_was_another_patients_takes_its_unsent_texts_along(
    tmp_path: Path,
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2))
        clinic.round(DUE)
        clinic.take_in(row(1, patient_id="p2", phone=phone(2), language="es"))
        moved = [text for text in chart_of(clinic, "p2").messages if text.treatment == "t1"]
        assert chart_of(clinic, "p1").messages == []
    assert {text.patient_ref for text in moved if text.state == "sent"} == {"p1"}
    unsent = [text for text in moved if text.state != "sent"]
    assert unsent
    assert {(text.patient_ref, text.phone) for text in unsent} == {("p2", phone(2))}


def test_what_is_coming_is_what_is_planned_in_due_order(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2, consent="none"), row(3, protocol="blepharospasm"))
        texts = coming(clinic, days=30)
        assert coming(clinic, days=30, clinics=("other",)) == []
        assert [text.step for text in coming(clinic, days=0)] == []
    assert {text.patient_ref for text in texts} == {"p1", "p3"}
    assert {text.state for text in texts} == {"planned"}
    assert texts == sorted(texts, key=lambda text: (text.due_at, text.id))
    assert max(text.due_at for text in texts) <= TREATED + 30 * DAY


def test_a_held_text_stays_among_what_is_coming(tmp_path: Path) -> None:
    with open_clinic(tmp_path, twilio="http://127.0.0.1:9", live=False) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
        (held,) = coming(clinic, days=1)
        assert (held.step, held.hold) == ("aftercare", "trial")
        assert waiting_now(clinic) == Waiting(due=0, oldest_due_at=None, too_late=0)


def test_a_text_waits_from_its_time_on_and_is_too_late_when_its_use_is_over(
    tmp_path: Path,
) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        found = [waiting_now(clinic)]
        clinic.clock.advance_to(DUE)
        found.append(waiting_now(clinic))
        clinic.clock.advance_to(clinic.text()["until"])
        found.append(waiting_now(clinic))
    assert found == [Waiting(0, None, 0), Waiting(1, DUE, 0), Waiting(1, DUE, 1)]


def test_texts_are_counted_by_state(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2, consent="none"))
        clinic.round(DUE)
        with clinic.runtime.database.read() as session:
            counts = alarms.counts_by_state(session)
        assert counts == {
            "sent": 1,
            "planned": clinic.states("p1")["planned"],
            "cancelled": clinic.states("p2")["cancelled"],
        }


def test_looking_whether_a_worker_runs_makes_no_file_and_takes_no_place(tmp_path: Path) -> None:
    database = tmp_path / "reminders.db"
    assert not worker_on(database)
    assert list(tmp_path.iterdir()) == []
    with WorkerLock(database):
        assert worker_on(database)
    assert not worker_on(database)
    with WorkerLock(database) as alone:
        assert alone
