"""The words of a text as it leaves: introduced once, said once for all, in plain letters."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from reminders.care.segments import count
from reminders.store.tables import messages
from tests.clinic import DUE, OpenClinic, open_clinic, phone, row
from tests.standin import StandIn

INTRODUCTION = "Msg & data rates may apply. Reply HELP for help, STOP to opt out."
HAND = "Use your hand gently."
DAY = timedelta(days=1)


def bodies(twilio: StandIn, number: int = 1) -> list[str]:
    """Return what one telephone was sent, in order."""
    return [sent.body for sent in twilio.sent if sent.to == phone(number)]


def play(clinic: OpenClinic, *, days: int) -> None:
    """Do a round at the same hour of each day."""
    clinic.rounds(*(DUE + DAY * day for day in range(days)))


def test_only_the_first_text_introduces_the_clinic(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        play(clinic, days=30)
    first, *others = bodies(twilio)
    assert first.endswith(INTRODUCTION)
    assert len(others) >= 3
    assert not any(INTRODUCTION in body for body in others)
    assert all(body.startswith("Lakeside Clinic: ") for body in (first, *others))


def test_who_was_never_reached_is_introduced_with_the_next_text(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        twilio.fault("refuse", code=30007, times=1)
        play(clinic, days=15)
    first, second, *_ = bodies(twilio)
    assert INTRODUCTION in first
    assert INTRODUCTION not in second


def test_a_new_treatment_of_a_known_patient_needs_no_introduction(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row())
        clinic.round(DUE)
        later = DUE + 100 * DAY
        clinic.clock.advance_to(later - timedelta(hours=1))
        again = (later - timedelta(hours=1)).isoformat()
        clinic.take_in(row(), row(treatment_id="t9", treated_at=again))
        clinic.round(later)
    assert [INTRODUCTION in body for body in bodies(twilio)] == [True, False]


def test_the_record_keeps_the_words_their_version_and_their_segments(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2), row(3, language="es"))
        clinic.round(DUE)
        texts = [clinic.text(ref=f"p{n}") for n in (1, 2, 3)]
    assert [t["text"] for t in texts] == [bodies(twilio, n)[0] for n in (1, 2, 3)]
    assert texts[0]["words_version"] == texts[1]["words_version"] != texts[2]["words_version"]
    assert texts[0]["words_version"].startswith("en/")
    assert texts[2]["words_version"].startswith("es/")
    assert [t["segments"] for t in texts] == [count(t["text"]).segments for t in texts]


def test_two_sites_treated_in_one_visit_get_one_text_with_the_advice_for_both(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        other = row(treatment_id="t2", protocol="cervical-dystonia", site="neck")
        clinic.take_in(row(), other, row(treatment_id="t3"))
        assert clinic.round(DUE) == {"sent": 1}
        neck = clinic.runtime.templates.advice(
            language="en", protocol="cervical-dystonia", text="aftercare"
        )
    (body,) = bodies(twilio)
    assert neck
    assert body.count(HAND) == body.count(neck) == 1


def test_relatives_on_one_telephone_are_asked_together_by_their_names(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(
            row(1, first_name="Testa"), row(2, first_name="Probus", phone=phone(1)), row(3)
        )
        clinic.rounds(DUE, DUE + 3 * DAY)
    assert "Testa and Probus" in bodies(twilio)[1]
    assert len(bodies(twilio)) == 2


def test_every_text_of_a_year_is_in_plain_letters_and_short(
    tmp_path: Path, twilio: StandIn
) -> None:
    names = {"first_name": "María-José Ñandú", "language": "es"}
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1, first_name="Zoë  \u202eTesta"), row(2, **names))
        play(clinic, days=200)
    counted = [count(sent.body) for sent in twilio.sent]
    assert len(counted) > 12
    assert {text.encoding for text in counted} == {"GSM-7"}
    assert max(text.segments for text in counted) == 2
    assert not twilio.violations


def test_words_that_are_not_fit_to_send_stay_here_and_others_go(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(row(1), row(2))
        clinic.round()
        unknown = update(messages).where(messages.c.id == clinic.text()["id"])
        with clinic.runtime.database.write() as session:
            session.execute(unknown.values(step="taken out"))
        assert clinic.round(DUE) == {"withdrawn": 1, "sent": 1}
        assert "`reminders check` names the mistake" in clinic.text("taken out")["reason"]
