"""XLSX workbooks through calamine: values only, no formulas, no macros. Held in memory whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from reminders.intake.rows import Line, SheetError

LARGEST_FILE = 200 * 1024**2
LARGEST_UNPACKED = 2 * 1024**3
LAST_YEAR = 9999

Cell = int | float | str | bool | time | date | datetime | timedelta

_SAVE_AGAIN = "open it in a spreadsheet program and save it again as XLSX or CSV UTF-8"


def insist_on_workbook(path: Path) -> None:
    """Raise SheetError unless the ZIP archive is an XLSX of a size that we load.

    At most 200 MiB as a file, and 2 GiB unpacked: an archive may hide a flood.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise _too_large(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member.file_size for member in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise SheetError(path.name, "is a damaged workbook", _SAVE_AGAIN) from error
    if "xl/workbook.xml" not in members:
        raise SheetError(path.name, "is an archive, not an XLSX workbook", _SAVE_AGAIN)
    if sum(members.values()) > LARGEST_UNPACKED:
        raise _too_large(path)


def _too_large(path: Path) -> SheetError:
    return SheetError(path.name, "is too large for a workbook (200 MB)", "save it as CSV UTF-8")


def open_workbook(path: Path) -> CalamineWorkbook:
    """Open an XLSX file; raise SheetError when it is damaged."""
    try:
        return CalamineWorkbook.from_path(path)
    except CalamineError as error:
        raise SheetError(path.name, "is a damaged workbook", _SAVE_AGAIN) from error


def locked(path: Path) -> SheetError:
    """Return the complaint about a workbook with a password."""
    return SheetError(path.name, "is protected by a password", "save a copy without the password")


def read_sheets(book: CalamineWorkbook, *, where: str) -> Iterator[CalamineSheet]:
    """Yield the workbook's tables in order, no charts; raise SheetError at a damaged one."""
    for place, sheet in enumerate(book.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet:
            try:
                yield book.get_sheet_by_index(place)
            except CalamineError as error:
                raise SheetError(where, "has a damaged sheet", _SAVE_AGAIN) from error


def read_lines(sheet: CalamineSheet) -> Iterator[Line]:
    """Yield the sheet's lines, numbered as the spreadsheet program numbers them."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield Line(number, [as_text(cell) for cell in cells])


def as_text(cell: Cell) -> str:
    """Return a cell as a CSV would have it: whole numbers without a point, dates in ISO 8601.

    A time of midnight is a date without a time: so spreadsheets store dates.
    """
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return _moment(cell)
        case _:
            return str(cell)


def _moment(cell: datetime) -> str:
    """Round to the second: a spreadsheet's fractions of a day miss it by microseconds."""
    half = timedelta(microseconds=500_000 if cell.year < LAST_YEAR else 0)
    near = (cell + half).replace(microsecond=0)
    return str(near.date()) if near.time() == time.min else near.isoformat(sep=" ")
