"""What a row of a clinic's export is read as, or why it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.care.columns import COLUMNS, known_column
from reminders.care.row import Expected, Rejection, RowReading, read_row
from reminders.care.treatment import Agreement, Status, TreatmentRow

EXPECTED = Expected(
    clinic_zone="America/Los_Angeles",
    region="US",
    languages=("en", "es"),
    protocols=frozenset(("writers-cramp", "cosmetic-lines")),
    knows_product=lambda _, product: product.lower() == "botox",
    now=datetime(2026, 6, 1, 12, tzinfo=UTC),
)
GOOD = {
    "treatment_id": "T-1",
    "patient_id": "P-1",
    "first_name": "Testa",
    "last_name": "Sampleton",
    "phone": "+1 415 555 0123",
    "protocol": "writers-cramp",
    "treated_at": "2026-03-04 14:30",
}


def read(**cells: str) -> RowReading:
    return read_row(GOOD | cells, line=7, expected=EXPECTED)


def good(**cells: str) -> TreatmentRow:
    reading = read(**cells)
    assert reading.row, [str(rejection) for rejection in reading.rejections]
    assert not reading.rejections
    return reading.row


def refused(**cells: str) -> Rejection:
    reading = read(**cells)
    assert reading.row is None
    (rejection,) = reading.rejections
    assert rejection.column in cells
    assert rejection.line == 7
    assert rejection.mend
    return rejection


def notes(**cells: str) -> list[str]:
    assert good(**cells)
    return [str(note) for note in read(**cells).notes]


def test_a_row_with_only_what_is_required_goes_in() -> None:
    assert good() == TreatmentRow(
        line=7,
        treatment_id="T-1",
        patient_id="P-1",
        first_name="Testa",
        last_name="Sampleton",
        phone="+14155550123",
        language="en",
        time_zone=None,
        protocol="writers-cramp",
        product="",
        site="",
        treated_at=datetime(2026, 3, 4, 22, 30, tzinfo=UTC),
        time_known=True,
        agreement=Agreement.NONE,
        agreed_at=None,
        agreement_source="",
        interval_days=None,
        booked_for=None,
        status=Status.ACTIVE,
    )
    assert read().notes == ()


def test_every_cell_of_a_full_row_is_read() -> None:
    row = good(
        language="es",
        time_zone="America/New_York",
        product="Botox",
        site="left hand",
        consent="care+marketing",
        consent_at="2026-03-01",
        consent_source="signed form",
        interval_days="84",
        booked_for="2026-06-20",
        status="paused",
    )
    assert (row.language, row.time_zone, row.product) == ("es", "America/New_York", "Botox")
    assert (row.site, row.interval_days, row.booked_for) == ("left hand", 84, date(2026, 6, 20))
    assert (row.agreement, row.agreement_source) == (Agreement.CARE_AND_MARKETING, "signed form")
    assert row.agreed_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert row.status is Status.PAUSED


def test_every_bad_cell_of_a_row_is_listed() -> None:
    reading = read(
        treatment_id="",
        patient_id="",
        phone="123",
        protocol="x",
        treated_at="soon",
        time_zone="Mars/Olympus",
        consent="yes",
        consent_at="never",
        interval_days="many",
        booked_for="later",
        status="gone",
    )
    assert reading.row is None
    assert {rejection.column for rejection in reading.rejections} == {
        "treatment_id",
        "patient_id",
        "phone",
        "protocol",
        "treated_at",
        "time_zone",
        "consent",
        "consent_at",
        "interval_days",
        "booked_for",
        "status",
    }


def test_a_rejection_says_line_column_reason_and_mend() -> None:
    assert str(refused(status="gone")) == (
        'line 7: status "gone" is not a known status; write active, paused, moved, void or deceased'
    )
    assert str(Rejection(3, "", "is torn", "mend it")) == "line 3: is torn; mend it"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("123.0", "123"),
        ("123.00", "123"),
        ("00123", "00123"),
        ("'+7", "+7"),
        ("'00123", "00123"),
        ("  A 1 ", "A 1"),
        ("12.5", "12.5"),
        ("1E5X", "1E5X"),
        ("A\u00a01", "A\u00a01"),
        ("x" * 100, "x" * 100),
    ],
)
def test_an_identifier_is_kept_as_the_clinic_writes_it(written: str, read_as: str) -> None:
    assert good(treatment_id=written).treatment_id == read_as


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("x" * 101, "is longer than 100 characters"),
        ("a\x07b", "contains invisible characters"),
        ("a\u200bb", "contains invisible characters"),
        ("1.23457E+11", "is a long number that a spreadsheet has shortened"),
        ("1,23457e11", "is a long number that a spreadsheet has shortened"),
    ],
)
def test_an_identifier_that_cannot_be_one_is_refused(written: str, reason: str) -> None:
    assert refused(patient_id=written).reason == reason


@pytest.mark.parametrize("written", ["Writers-Cramp", " writers cramp ", "WRITERS_CRAMP"])
def test_a_protocol_may_be_written_loosely(written: str) -> None:
    assert good(protocol=written).protocol == "writers-cramp"


def test_an_unknown_protocol_is_refused_with_the_nearest_one() -> None:
    assert "writers-cramp" in refused(protocol="writer cramps").mend
    assert "cosmetic-lines" not in refused(protocol="writer cramps").mend
    assert "cosmetic-lines" in refused(protocol="zzz").mend
    assert refused(protocol="").reason == "is empty"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("", Agreement.NONE),
        ("None", Agreement.NONE),
        ("CARE", Agreement.CARE),
    ],
)
def test_consent_may_be_written_in_any_case(written: str, read_as: Agreement) -> None:
    assert good(consent=written).agreement is read_as


@pytest.mark.parametrize("written", ["yes", "y", "1", "true", "marketing", "care,marketing"])
def test_a_bare_yes_to_texts_is_refused(written: str) -> None:
    assert refused(consent=written).mend == "write none, care or care+marketing"


def test_marketing_needs_the_day_and_the_way_of_consent() -> None:
    when, how = {"consent_at": "2026-03-01"}, {"consent_source": "signed form"}
    for known in ({}, when, how):
        assert good(consent="care+marketing", **known).agreement is Agreement.CARE
        (note,) = notes(consent="care+marketing", **known)
        assert "47 CFR 64.1200(f)(9)" in note
    whole = good(consent=" Care + Marketing", **when, **how)
    assert whole.agreement is Agreement.CARE_AND_MARKETING
    assert notes(consent="care + marketing", **when, **how) == []


def test_the_way_of_consent_is_one_line_of_at_most_200_characters() -> None:
    source = good(consent_source="form\nsigned " + "x" * 300).agreement_source
    assert source.startswith("form signed")
    assert len(source) <= 200


@pytest.mark.parametrize(("written", "days"), [("1", 1), ("84.0", 84), ("730", 730), ("", None)])
def test_the_clinicians_own_minimum_is_a_whole_number_of_days(
    written: str, days: int | None
) -> None:
    assert good(interval_days=written).interval_days == days


@pytest.mark.parametrize("written", ["0", "731", "-84", "84.5", "12 weeks", "８４", "9" * 5000])
def test_another_minimum_is_refused(written: str) -> None:
    assert "730" in refused(interval_days=written).reason


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_known_in_any_case(status: Status) -> None:
    assert good(status=f" {status.upper()} ").status is status


@pytest.mark.parametrize("written", ["", "active", "ACTIVE"])
def test_an_empty_status_is_active(written: str) -> None:
    assert good(status=written).status is Status.ACTIVE


@pytest.mark.parametrize(
    "written", ["es", "ES", "es-MX", "es_US", "Spanish", "español", "Espanol", "Spanish (Mexico)"]
)
def test_spanish_is_known_by_its_usual_names(written: str) -> None:
    assert good(language=written).language == "es"
    assert notes(language=written) == []


def test_a_language_without_texts_falls_back_to_the_clinics_first() -> None:
    for written in ("Klingon", "fr", "-"):
        assert good(language=written).language == "en"
        assert len(notes(language=written)) == 1
    assert notes(language="") == []


def test_a_clinics_regional_language_is_found() -> None:
    expected = replace(EXPECTED, languages=("pt-BR", "en"))
    for written in ("PT_br", ""):
        reading = read_row(GOOD | {"language": written}, line=2, expected=expected)
        assert reading.row
        assert reading.row.language == "pt-BR"


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("America/New_Yrok", "America/New_York"),
        ("america/los angeles", "America/Los_Angeles"),
        ("Los Angeles", "America/Los_Angeles"),
        ("Eastern Time", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("Mars/Olympus", "America/Los_Angeles"),
        ("///", "America/Los_Angeles"),
        ("Factory", "IANA"),
    ],
)
def test_an_unknown_time_zone_is_refused_with_the_nearest_one(written: str, nearest: str) -> None:
    assert nearest in refused(time_zone=written).mend


def test_a_zone_without_summer_time_is_pointed_out() -> None:
    assert good(time_zone="EST").time_zone == "EST"
    assert "America/New_York" in notes(time_zone="EST")[0]
    assert notes(time_zone="America/Phoenix") == []


def test_an_unknown_product_is_only_a_warning() -> None:
    assert good(product="Novelty").product == "Novelty"
    assert "writers-cramp" in notes(product="Novelty")[0]
    assert notes(product="") == notes(product="BOTOX") == []


def test_a_patient_without_a_name_goes_in() -> None:
    assert good(first_name="", last_name="").first_name == ""


def test_the_apostrophe_of_a_name_stays_and_a_guarding_one_goes() -> None:
    assert good(last_name="'t Testveld").last_name == "'t Testveld"
    assert good(first_name="'=Testa").first_name == "=Testa"
    assert good(phone="'+1 415 555 0123").phone == "+14155550123"
    assert good(treated_at="'2026-03-04 14:30") == good()


def test_no_reason_quotes_what_may_be_a_patients_own() -> None:
    number, name = "+1 415 555 0199x", "Sampleton"
    reading = read(
        treatment_id=name * 20,
        patient_id=f"{name}\x00",
        phone=number + name,
        protocol=number,
        treated_at=number,
        time_zone=number,
        consent=name,
        interval_days=name,
        status=number,
    )
    said = " ".join(map(str, (*reading.rejections, *reading.notes)))
    assert len(reading.rejections) == 9
    assert "555" not in said
    assert name not in said


def test_a_quoted_value_is_cut_short_and_printable() -> None:
    reason = refused(status="\x1b[31m" + "gone" * 50).reason
    assert "\x1b" not in reason
    assert len(reason) < 80


@pytest.mark.parametrize(
    "written", ["treatment_id", "Treatment ID", "TREATMENT-ID", "\ufefftreatment id", "treatmentId"]
)
def test_a_columns_name_may_be_written_loosely(written: str) -> None:
    assert known_column(written) == "treatment_id"


def test_a_column_of_another_name_is_not_known() -> None:
    assert known_column("shoe size") is None


CELLS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789-/.:TZ+ ", max_size=30),
    st.datetimes().map(str),
    st.sampled_from(["care+marketing", "deceased", "es", "America/New_York", "0001-01-01", "'"]),
)


@given(cells=st.dictionaries(st.sampled_from(COLUMNS), CELLS))
def test_whatever_stands_in_the_cells_a_row_goes_in_or_is_refused(cells: dict[str, str]) -> None:
    reading = read_row(GOOD | cells, line=2, expected=EXPECTED)
    assert (reading.row is None) == bool(reading.rejections)
    assert all(fault.reason and fault.mend for fault in reading.rejections)
    if reading.row:
        assert reading.row.treated_at.tzinfo is UTC
        assert reading.row.treated_at.year >= 1999
