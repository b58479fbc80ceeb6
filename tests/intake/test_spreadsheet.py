"""Which exports can be opened, how their rows come out, and what is said of the others."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from reminders.intake import workbook
from reminders.intake.rows import SheetError
from reminders.intake.spreadsheet import open_sheet
from tests.intake.samples import (
    GOOD,
    HEADER,
    a_line,
    a_workbook,
    an_export,
    cells_of,
    readings_of,
    rows_of,
    written,
)


def complaint(path: Path) -> SheetError:
    with pytest.raises(SheetError) as caught, open_sheet(path) as sheet:
        list(sheet)
    assert path.name in caught.value.where
    assert caught.value.mend
    return caught.value


def notes_of(path: Path) -> str:
    with open_sheet(path) as sheet:
        return "; ".join(sheet.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_an_export_of_any_spreadsheet_program_is_read(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = an_export(a_line(separator, last_name="Beispiel-Müñoz"), separator=separator)
    path = written(tmp_path, text.encode(encoding))
    assert cells_of(path) == [GOOD | {"last_name": "Beispiel-Müñoz"}]
    assert ("Windows-1252" in notes_of(path)) == (encoding == "cp1252")


def test_big_endian_utf_16_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xfe\xff" + an_export(a_line()).encode("utf-16-be"))
    assert cells_of(path) == [GOOD]


def test_a_letter_on_the_border_of_two_pieces_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminders.intake.delimited.CHUNK", 1)
    path = written(tmp_path, an_export(a_line(last_name="Müsterfrau")))
    assert cells_of(path)[0]["last_name"] == "Müsterfrau"


def test_the_names_of_columns_may_be_written_loosely_and_in_any_order(tmp_path: Path) -> None:
    names = "Treated At,PROTOCOL,Phone,Patient-ID,TreatmentID"
    path = written(tmp_path, f"{names}\n2026-03-04,writers-cramp,+14155550123,P1,T1\n")
    assert rows_of(path)[0].cells["treatment_id"] == "T1"
    assert readings_of(path)[0].row


def test_rows_keep_the_line_numbers_that_a_person_sees(tmp_path: Path) -> None:
    text = an_export(a_line(), "\n", a_line(last_name="Two\nlines"), a_line(), ",,,,,,\n")
    path = written(tmp_path, text)
    assert [row.line for row in rows_of(path)] == [2, 4, 6]


def test_lines_may_end_as_on_any_system(tmp_path: Path) -> None:
    for ending in ("\r\n", "\r"):
        text = an_export(a_line(), a_line(treatment_id="T2")).replace("\n", ending)
        assert [row.line for row in rows_of(written(tmp_path, text))] == [2, 3]


def test_titles_above_the_header_are_passed_over_with_a_note(tmp_path: Path) -> None:
    path = written(tmp_path, "sep=,\nMade-up clinic\n\n" + an_export(a_line()))
    assert [row.line for row in rows_of(path)] == [5]
    assert "line 4" in notes_of(path)


def test_columns_that_we_do_not_read_are_named_once(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line()).replace("consent\n", "consent,Shoe size\n"))
    assert notes_of(path) == "columns ignored: Shoe size"
    many = ",".join(f"extra {n}" for n in range(11))
    path = written(tmp_path, an_export(a_line()).replace("consent\n", f"consent,{many}\n"))
    assert notes_of(path).endswith("extra 7 and 3 more")


def test_an_export_without_consent_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, an_export().replace(",consent", ""))
    assert "every row counts as consent none" in notes_of(path)


def test_a_row_that_ends_early_has_empty_cells(tmp_path: Path) -> None:
    path = written(tmp_path, an_export("T1,P1,+14155550123,writers-cramp,2026-03-04\n"))
    assert readings_of(path)[0].row


def test_a_row_with_more_cells_than_the_header_is_refused(tmp_path: Path) -> None:
    path = written(
        tmp_path, an_export(a_line().rstrip() + ",shifted\n", a_line().rstrip() + ",,\n")
    )
    shifted, good = rows_of(path)
    assert "more cells" in shifted.rejections[0].reason
    assert shifted.original[-1] == "shifted"
    assert not good.rejections


def test_a_row_with_torn_quotation_marks_is_refused_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = written(tmp_path, an_export('T1,"P1"x,1\n', a_line(), 'T3,"never closed\n', a_line()))
    torn, good, rest = readings_of(path)
    assert (torn.line, good.line, rest.line) == (2, 3, 4)
    assert "quotation marks" in torn.rejections[0].reason
    assert good.row
    assert "lines 4 to 5" in rest.rejections[0].reason


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "no header"),
        (b"\n\n ,\n", "no header"),
        (b"name;number\nTesta;1\n", "no header"),
        (b"treatment_id,patient_id\n", "lacks phone, protocol, treated_at"),
        (",".join((*HEADER, "Phone")).encode(), "has phone more than once"),
        (b"treatment_id,\0\n", "NUL"),
        (an_export().encode("utf-16-le"), "NUL"),
        (b"treatment_id,\x81\xff\n", "neither UTF-8 nor Windows-1252"),
        (b"\xff\xfe\x00\xd8", "neither UTF-8 nor Windows-1252"),
        (b"%PDF-1.7", "is not a spreadsheet"),
        (b"\x89PNG\r\n", "is not a spreadsheet"),
        (b"\xef\xbb\xbf <html><table>", "web page"),
        (b"PK\x03\x04 torn", "damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old XLS"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_the_mend(
    tmp_path: Path, content: bytes, what: str
) -> None:
    assert what in complaint(written(tmp_path, content)).what


def test_a_nul_character_is_found_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, an_export(a_line(), a_line(last_name="a\0b")))
    assert complaint(path).where == "export.csv, line 3"


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "does not exist" in complaint(tmp_path / "none.csv").what
    assert "is not a file" in complaint(tmp_path).what


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    names = (*HEADER, "interval_days", "booked_for")
    at, booked = datetime.fromisoformat("2026-03-04 14:29:59.999998"), date(2026, 7, 1)
    row = (1234, 77.0, 14155550123, "writers-cramp", at, "Sampleton", "care", 84, booked)
    path = a_workbook(tmp_path / "export.xlsx", [["A made-up clinic"], [], names, [], row])
    (found,) = rows_of(path)
    assert found.line == 5
    assert list(found.cells.values()) == [
        "1234",
        "77",
        "14155550123",
        "writers-cramp",
        "2026-03-04 14:30:00",
        "Sampleton",
        "care",
        "84",
        "2026-07-01",
    ]
    assert readings_of(path)[0].row


def test_the_first_sheet_with_a_header_is_read(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", [HEADER, GOOD.values()], sheets_before=2)
    assert cells_of(path) == [GOOD]


def test_a_workbook_without_a_header_is_refused(tmp_path: Path) -> None:
    assert "no header" in complaint(a_workbook(tmp_path / "a.xlsx", [["nothing"]])).what
    assert "no header" in complaint(a_workbook(tmp_path / "b.xlsx", [])).what


def test_a_chart_before_the_table_is_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    book.create_chartsheet(index=0)
    page = book.worksheets[0]
    for cells in (HEADER, list(GOOD.values())):
        page.append(cells)
    book.save(tmp_path / "a.xlsx")
    assert cells_of(tmp_path / "a.xlsx") == [GOOD]


def test_other_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "not an XLSX workbook" in complaint(path).what


def test_a_workbook_with_torn_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "torn.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook><sheets><sheet")
    assert "damaged" in complaint(path).what


@pytest.mark.parametrize("limit", ["LARGEST_FILE", "LARGEST_UNPACKED"])
def test_a_workbook_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = a_workbook(tmp_path / "a.xlsx", [HEADER])
    monkeypatch.setattr(workbook, limit, 100)
    assert "too large" in complaint(path).what
    assert "CSV" in complaint(path).mend


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"),
        (1.5, "1.5"),
        (7, "7"),
        (True, "true"),
        ("x", "x"),
        (date(2026, 3, 4), "2026-03-04"),
        (datetime.fromisoformat("2026-03-04"), "2026-03-04"),
        (datetime.fromisoformat("2026-03-04 08:00:00.4"), "2026-03-04 08:00:00"),
        (datetime.fromisoformat("9999-12-31 23:59:59.9"), "9999-12-31 23:59:59"),
    ],
)
def test_a_workbooks_cell_reads_like_a_cell_of_a_csv(cell: workbook.Cell, text: str) -> None:
    assert workbook.as_text(cell) == text


def test_how_much_is_read_goes_from_nothing_to_all(tmp_path: Path) -> None:
    lines = [a_line(treatment_id=f"T{n}") for n in range(3)]
    text = written(tmp_path, an_export(*lines))
    book = a_workbook(tmp_path / "a.xlsx", [HEADER, *([GOOD.values()] * 3)])
    for path in (text, book):
        with open_sheet(path) as sheet:
            assert 0 < sheet.share_read() <= 1
            assert len(list(sheet)) == 3
            assert sheet.share_read() == 1


def test_a_hundred_thousand_rows_are_streamed_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write(an_export())
        file.writelines(a_line(treatment_id=f"T{n}") for n in range(100_000))
    tracemalloc.start()
    with open_sheet(path) as sheet:
        count = sum(1 for _ in sheet)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < path.stat().st_size / 4


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", an_export().encode(), b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]),
    rest=st.one_of(
        st.binary(max_size=300), st.text(alphabet='T1,;"\r\n\té', max_size=200).map(str.encode)
    ),
)
def test_whatever_bytes_a_file_has_there_are_rows_or_a_complaint(
    tmp_path: Path, start: bytes, rest: bytes
) -> None:
    path = written(tmp_path, start + rest)
    try:
        assert all(reading.row or reading.rejections for reading in readings_of(path))
    except SheetError as error:
        assert error.mend


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "a.xlsx"
    return a_workbook(path, [HEADER, *([GOOD.values()] * 20)]).read_bytes()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choose=st.data())
def test_whatever_befalls_a_workbook_there_are_rows_or_a_complaint(
    tmp_path: Path, sound: bytes, choose: Any
) -> None:
    bent = bytearray(sound)
    for place in choose.draw(st.lists(st.integers(0, len(sound) - 1), min_size=1, max_size=5)):
        bent[place] = choose.draw(st.integers(0, 255))
    path = written(tmp_path, bytes(bent), name="a.xlsx")
    try:
        assert len(readings_of(path)) <= 20
    except SheetError as error:
        assert error.mend
