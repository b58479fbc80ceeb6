"""Treatments that an export tells twice, and rows in their order."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from reminders.intake.reading import read_treatments
from reminders.intake.spreadsheet import open_sheet
from tests.intake.samples import EXPECTED, a_line, an_export, readings_of, written


def test_a_treatment_told_twice_in_the_same_words_goes_in_with_a_note(tmp_path: Path) -> None:
    first, second = readings_of(written(tmp_path, an_export(a_line(), a_line())))
    assert not first.notes
    assert second.row
    assert str(second.notes[-1]) == "line 3: treatment_id repeats line 2 to the letter"


def test_a_treatment_told_twice_in_other_words_is_refused_the_second_time(tmp_path: Path) -> None:
    lines = a_line(), a_line(treatment_id=" T1.0"), a_line(treatment_id="T1", consent="none")
    first, other, second = readings_of(written(tmp_path, an_export(*lines)))
    assert first.row
    assert other.row
    assert second.row is None
    (rejection,) = second.rejections
    assert (rejection.line, rejection.column) == (4, "treatment_id")
    assert "line 2" in rejection.reason


def test_an_identifier_that_a_spreadsheet_made_a_number_is_the_same(tmp_path: Path) -> None:
    lines = a_line(treatment_id="7"), a_line(treatment_id="7.0")
    assert readings_of(written(tmp_path, an_export(*lines)))[1].row is None


def test_blanks_and_missing_last_cells_make_no_difference(tmp_path: Path) -> None:
    short = "T1,P1,+14155550123,writers-cramp,2026-03-04 14:30"
    path = written(tmp_path, an_export(f"{short}\n", f"{short} ,,\n"))
    assert "repeats line 2" in readings_of(path)[1].notes[-1].text


def test_rows_without_an_identifier_are_not_taken_for_one_another(tmp_path: Path) -> None:
    lines = a_line(treatment_id=""), a_line(treatment_id="", consent="none")
    for reading in readings_of(written(tmp_path, an_export(*lines))):
        assert [rejection.reason for rejection in reading.rejections] == ["is empty"]


def test_a_contradiction_is_listed_beside_the_other_faults(tmp_path: Path) -> None:
    lines = a_line(), a_line(consent="yes")
    second = readings_of(written(tmp_path, an_export(*lines)))[1]
    assert [rejection.column for rejection in second.rejections] == ["consent", "treatment_id"]


def test_telling_repetitions_apart_takes_little_memory(tmp_path: Path) -> None:
    lines = (a_line(treatment_id=f"TREATMENT-{n}") for n in range(10_000))
    path = written(tmp_path, an_export(*lines))
    tracemalloc.start()
    with open_sheet(path) as sheet:
        assert all(reading.row for _, reading in read_treatments(sheet, expected=EXPECTED))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024**2
