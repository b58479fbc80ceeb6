"""A clinic's file comes in: what is new goes in, what is bad is listed, what is known is left."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from reminders.importing import Mode, import_file
from reminders.intake.rows import SheetError
from reminders.store.tables import patients, treatments
from tests.clinic import DUE, OpenClinic, open_clinic, phone, row, write_export
from tests.intake.samples import a_workbook

BAD = {"phone": "12345"}


def rejected(clinic: OpenClinic) -> list[dict[str, str]]:
    """Read the report beside the export."""
    report = clinic.folder / "export.csv.rejected.csv"
    with report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_importing_a_file_twice_changes_nothing(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        people = [row(n) for n in range(1, 6)]
        first = clinic.take_in(*people)
        before = clinic.dump()
        again = clinic.take_in(*people)
        assert clinic.dump() == before
    assert (first.rows, first.new, first.unchanged) == (5, 5, 0)
    assert first.texts == {"planned": 55}
    assert (again.rows, again.new, again.changed, again.unchanged) == (5, 0, 0, 5)
    assert again.texts == {}


def test_importing_again_after_texts_have_left_brings_none_of_them_back(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.rounds(DUE, DUE + timedelta(days=3))
        before = clinic.dump()
        clinic.take_in(row())
        assert clinic.dump() == before


def test_a_corrected_row_moves_only_its_own_texts(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2))
        others = [t for t in clinic.texts() if t["ref"] == "p2"]
        was = {t["step"]: t["due_at"] for t in clinic.texts() if t["ref"] == "p1"}
        report = clinic.take_in(row(1, treated_at="2026-03-02T08:00:00-08:00"), row(2))
        assert (report.changed, report.unchanged, report.texts) == (1, 1, {"moved": 1})
        assert clinic.text()["due_at"] == was["aftercare"] - timedelta(minutes=90)
        assert [t for t in clinic.texts() if t["ref"] == "p2"] == others


def test_a_corrected_name_reaches_the_record_and_moves_nothing(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        texts = clinic.texts()
        report = clinic.take_in(row(first_name="Testina"))
        assert (report.changed, report.texts) == (1, {})
        assert clinic.rows_of(patients)[0]["first_name"] == "Testina"
        assert clinic.texts() == texts


def test_a_death_ends_every_text(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2))
        report = clinic.take_in(row(1, status="deceased"), row(2))
        assert report.texts == {"cancelled": 11}
        assert {t["reason"] for t in clinic.texts() if t["ref"] == "p1"} == {"the patient has died"}
        assert clinic.states("p2") == {"planned": 11}


def test_bad_rows_are_listed_and_good_ones_go_in(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        report = clinic.take_in(row(1), row(2, **BAD), row(3, treated_at="03/04/2026"))
        assert (report.rows, report.new, report.rejected) == (3, 1, 2)
        listed = rejected(clinic)
    assert [(r.line, r.column) for r in report.rejections] == [(3, "phone"), (4, "treated_at")]
    assert all(r.reason and r.mend for r in report.rejections)
    assert [(r["line"], r["column"], r["patient_id"]) for r in listed] == [
        ("3", "phone", "p2"),
        ("4", "treated_at", "p3"),
    ]
    assert report.rejected_file == tmp_path / "export.csv.rejected.csv"


def test_the_mended_report_can_be_imported_itself(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2, **BAD))
        report = clinic.folder / "export.csv.rejected.csv"
        mended = report.read_text(encoding="utf-8-sig").replace("12345", phone(2))
        again = clinic.folder / "mended.csv"
        again.write_text(mended, encoding="utf-8")
        assert import_file(clinic.runtime, again, clinic="k").new == 1
        assert len(clinic.rows_of(treatments)) == 2


def test_a_dry_run_tells_everything_and_writes_nothing(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row(1), row(2))
        before, files = clinic.dump(), sorted(tmp_path.iterdir())
        report = clinic.take_in(
            row(1, status="deceased"), row(2), row(3), row(4, **BAD), mode=Mode.DRY_RUN
        )
        assert clinic.dump() == before
        assert sorted(tmp_path.iterdir()) == files
    assert (report.new, report.changed, report.unchanged, report.rejected) == (1, 1, 1, 1)
    assert report.texts == {"planned": 11, "cancelled": 11}
    assert report.rejected_file is None


def test_a_strict_import_takes_all_rows(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        report = clinic.take_in(row(1), row(2), mode=Mode.STRICT)
        assert (report.new, report.kept_out) == (2, False)
        assert len(clinic.rows_of(treatments)) == 2


def test_or_none_of_them(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        before = clinic.dump()
        report = clinic.take_in(row(1), row(2, **BAD), mode=Mode.STRICT)
        assert clinic.dump() == before
        assert (report.kept_out, report.rejected) == (True, 1)
        assert [r["line"] for r in rejected(clinic)] == ["3"]


def test_a_workbook_goes_in_as_its_table_would(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        table = [list(row()), *(list(row(n).values()) for n in (1, 2, 3))]
        book = a_workbook(tmp_path / "export.xlsx", table)
        assert import_file(clinic.runtime, book, clinic="k").new == 3
        assert clinic.take_in(*(row(n) for n in (1, 2, 3))).unchanged == 3


def test_a_large_file_goes_in_by_and_by_and_tells_how_far_it_is(tmp_path: Path) -> None:
    shares: list[float] = []
    with open_clinic(tmp_path) as clinic:
        export = write_export(tmp_path / "export.csv", [row(n) for n in range(1, 1101)])
        report = import_file(clinic.runtime, export, clinic="k", progress=shares.append)
        assert len(clinic.rows_of(treatments)) == report.new == 1100
    assert len(shares) == 3
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_of_two_rows_that_contradict_each_other_the_second_is_listed(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        report = clinic.take_in(row(), row(), row(site="forearm"))
        assert (report.new, report.rejected, report.texts) == (1, 1, {"planned": 11})
        assert [r["line"] for r in rejected(clinic)] == ["4"]
        assert clinic.rows_of(treatments)[0]["site"] == "hand"


def test_a_file_that_is_no_table_is_refused_whole(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        letter = tmp_path / "letter.csv"
        letter.write_text("Dear clinic,\nnothing here.\n", encoding="utf-8")
        with pytest.raises(SheetError, match=r"letter\.csv: has no header"):
            import_file(clinic.runtime, letter, clinic="k")
