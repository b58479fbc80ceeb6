"""Made-up exports that the intake tests share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook

from reminders.care.columns import REQUIRED
from reminders.care.row import Expected, RowReading
from reminders.intake.reading import read_treatments
from reminders.intake.rejected import RejectedWriter
from reminders.intake.rows import SheetRow
from reminders.intake.spreadsheet import open_sheet

EXPECTED = Expected(
    clinic_zone="America/Los_Angeles",
    region="US",
    languages=("en", "es"),
    protocols=frozenset(("writers-cramp", "cosmetic-lines")),
    knows_product=lambda _, product: product.lower() == "botox",
    now=datetime(2026, 6, 1, 12, tzinfo=UTC),
)
HEADER = (*REQUIRED, "last_name", "consent")
GOOD = {
    "treatment_id": "T1",
    "patient_id": "P1",
    "phone": "+14155550123",
    "protocol": "writers-cramp",
    "treated_at": "2026-03-04 14:30",
    "last_name": "Sampleton",
    "consent": "care",
}


def a_line(separator: str = ",", **cells: str) -> str:
    return separator.join(f'"{cell}"' for cell in (GOOD | cells).values()) + "\n"


def an_export(*lines: str, separator: str = ",") -> str:
    return separator.join(HEADER) + "\n" + "".join(lines)


def written(folder: Path, text: str | bytes, *, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def a_workbook(path: Path, rows: Iterable[Iterable[object]], *, sheets_before: int = 0) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for _ in range(sheets_before):
        page.append(["Summary of a made-up clinic"])
        page = book.create_sheet()
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def rows_of(path: Path) -> list[SheetRow]:
    with open_sheet(path) as sheet:
        return list(sheet)


def cells_of(path: Path) -> list[Mapping[str, str]]:
    return [row.cells for row in rows_of(path)]


def readings_of(path: Path) -> list[RowReading]:
    with open_sheet(path) as sheet:
        return [reading for _, reading in read_treatments(sheet, expected=EXPECTED)]


def imported(path: Path) -> RejectedWriter:
    """Read an export as the import does, with its rejected rows beside it."""
    with open_sheet(path) as sheet, RejectedWriter(path, header=sheet.header) as rejected:
        for row, reading in read_treatments(sheet, expected=EXPECTED):
            if reading.rejections:
                rejected.add(row, reading.rejections)
    return rejected
