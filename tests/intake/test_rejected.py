"""The report of rejected rows: complete, safe to open, and importable once mended."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reminders.care.columns import REPORT
from reminders.intake.rejected import RejectedWriter, rejected_path
from reminders.intake.rows import SheetError
from reminders.intake.spreadsheet import open_sheet
from tests.intake.samples import (
    GOOD,
    HEADER,
    a_line,
    a_workbook,
    an_export,
    imported,
    readings_of,
    rows_of,
    written,
)


def report_of(path: Path) -> list[list[str]]:
    with rejected_path(path).open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))


def test_a_rejected_row_stands_in_the_report_with_line_column_reason_and_mend(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, an_export(a_line(), a_line(treatment_id="T2", protocol="x")))
    assert imported(path).count == 1
    header, row = report_of(path)
    assert header == [*HEADER, *REPORT]
    assert row[-4:-2] == ["3", "protocol"]
    assert "is not a known protocol" in row[-2]
    assert row[-1]


def test_several_faults_of_a_row_stand_in_one_line(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x", consent="yes")))
    imported(path)
    row = report_of(path)[1]
    assert row[-3] == "protocol; consent"
    assert row[-2].count("; ") == 1


def test_the_report_is_marked_as_utf_8_and_every_cell_is_in_quotation_marks(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x", last_name="Müster")))
    raw = imported(path).path.read_bytes()
    assert raw.startswith(b'\xef\xbb\xbf"treatment_id","')
    assert "Müster".encode() in raw


def test_no_cell_of_the_report_begins_like_a_formula(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="=1+1", last_name="＠x", consent="-")))
    imported(path)
    row = report_of(path)[1]
    assert row[2:7] == ["'+14155550123", "'=1+1", "2026-03-04 14:30", "'＠x", "'-"]


def test_a_mended_report_is_imported_without_a_note(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x"), a_line(treatment_id="T2")))
    good = readings_of(path)[1].row
    imported(path)
    report = rejected_path(path)
    report.write_text(report.read_text("utf-8-sig").replace('"x"', '"writers-cramp"'), "utf-8")
    with open_sheet(report) as sheet:
        assert sheet.notes == ()
        assert sheet.header.original == HEADER
        (row,) = sheet
    assert row.original == ("T1", "P1", "'+14155550123", *list(GOOD.values())[3:])
    assert good
    (mended,) = readings_of(report)
    assert mended.row
    assert mended.row.phone == good.phone


def test_a_report_that_is_still_wrong_is_reported_without_growing(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x")))
    imported(path)
    again = rejected_path(path)
    imported(again)
    first, second = report_of(path), report_of(again)
    assert second[0] == first[0]
    assert second[1][:-4] == first[1][:-4]


def test_a_clinics_own_column_called_reason_is_kept(tmp_path: Path) -> None:
    names = ",".join((*HEADER, "Reason"))
    path = written(tmp_path, f"{names}\n" + a_line(protocol="x").rstrip() + ",pain\n")
    with open_sheet(path) as sheet:
        assert sheet.notes == ("columns ignored: Reason",)
    imported(path)
    assert report_of(path)[1][len(HEADER)] == "pain"


def test_cells_beyond_the_header_are_not_lost(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line().rstrip() + ",shifted\n", 'T2,"torn"x\n'))
    imported(path)
    _, shifted, torn = report_of(path)
    assert shifted[-1] == "shifted"
    assert torn == [""] * len(HEADER) + torn[-4:]
    assert torn[-4] == "3"


def test_the_rows_of_a_workbook_are_reported_too(tmp_path: Path) -> None:
    rows = [HEADER, (GOOD | {"consent": "yes"}).values()]
    path = a_workbook(tmp_path / "a.xlsx", rows)
    imported(path)
    assert report_of(path)[1][-3] == "consent"


def test_without_rejections_there_is_no_report_and_an_earlier_one_goes(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x")))
    imported(path)
    assert rejected_path(path).exists()
    written(tmp_path, an_export(a_line()))
    assert imported(path).count == 0
    assert [file.name for file in tmp_path.iterdir()] == ["export.csv"]


def test_an_import_that_breaks_off_leaves_the_earlier_report_alone(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x")))
    imported(path)
    before = rejected_path(path).read_bytes()
    with open_sheet(path) as sheet:
        (row,), (reading,) = list(sheet), readings_of(path)
        for rejections in ((), reading.rejections):
            with (
                pytest.raises(KeyboardInterrupt),
                RejectedWriter(path, header=sheet.header) as rejected,
            ):
                if rejections:
                    rejected.add(row, rejections)
                raise KeyboardInterrupt
    assert rejected_path(path).read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_only_those_who_may_read_the_export_may_read_the_report(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x")))
    path.chmod(0o640)
    imported(path)
    assert rejected_path(path).stat().st_mode & 0o777 == 0o640


def test_a_folder_that_cannot_be_written_to_is_named_with_the_mend(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(protocol="x")))
    with open_sheet(path) as sheet:
        (row,), (reading,) = list(sheet), readings_of(path)
        elsewhere = tmp_path / "gone" / "export.csv"
        with (
            pytest.raises(SheetError, match="cannot be written"),
            RejectedWriter(elsewhere, header=sheet.header) as rejected,
        ):
            rejected.add(row, reading.rejections)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cells=st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)))
def test_whatever_was_rejected_is_read_again_as_it_was(tmp_path: Path, cells: list[str]) -> None:
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows([HEADER, ["T9", *cells[1:-1], "yes"]])
    imported(path)
    before, after = readings_of(path), readings_of(rejected_path(path))
    faults = [[(r.column, r.reason, r.mend) for r in reading.rejections] for reading in before]
    again = [[(r.column, r.reason, r.mend) for r in reading.rejections] for reading in after]
    assert faults == again
    assert len(rows_of(path)) == 1
