"""Opens a clinic's export, CSV or XLSX, and hands on its rows one by one. Judges no row."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from reminders.care.columns import REQUIRED
from reminders.intake import delimited, workbook
from reminders.intake.rows import Header, Line, SheetError, SheetRow, find_header, read_rows

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = (
    b"%PDF",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"Rar!",
    b"SQLite format 3",
)
_SAVE_AS = "save the table as XLSX or CSV UTF-8"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that is open for reading, once.

    `notes` hold for the whole file. `share_read()` goes from 0.0 to 1.0 as rows are read.
    """

    path: Path
    header: Header
    notes: tuple[str, ...]
    rows: Iterator[SheetRow]
    share_read: Callable[[], float]

    def __iter__(self) -> Iterator[SheetRow]:
        return self.rows


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open a CSV or XLSX file; raise SheetError, which names the file, the fault and the mend.

    CSV is streamed: memory does not grow with the file. An XLSX workbook is loaded whole, so
    its size is limited (200 MiB); its first sheet with a header is read.
    """
    start = _first_bytes(path)
    _refuse_other_kinds(path, start)
    reading = _workbook_sheet(path) if start.startswith(_ZIP) else _text_sheet(path)
    with reading as sheet:
        yield sheet


def _first_bytes(path: Path) -> bytes:
    if not path.exists():
        raise SheetError(path.name, "does not exist", "correct the file's name or folder")
    if not path.is_file():
        raise SheetError(path.name, "is not a file", "name a CSV or XLSX file")
    try:
        with path.open("rb") as file:
            return file.read(512)
    except OSError as error:
        raise SheetError(path.name, "cannot be opened", "allow this account to read it") from error


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    if not start:
        raise _empty(path)
    if start.startswith(_OLE):
        raise workbook.locked(path) if _mentions(path, _ENCRYPTED) else _old_workbook(path)
    if start.startswith(_OTHER_KINDS):
        raise SheetError(path.name, "is not a spreadsheet", _SAVE_AS)
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        raise SheetError(path.name, "is a web page or XML, not a spreadsheet", _SAVE_AS)


def _empty(path: Path) -> SheetError:
    return SheetError(path.name, "is empty", "export the treatments again")


def _old_workbook(path: Path) -> SheetError:
    return SheetError(path.name, "is in the old XLS format", "save it as XLSX or CSV UTF-8")


def _mentions(path: Path, words: bytes) -> bool:
    """Say whether the bytes occur in the file, also across the border of two pieces."""
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(delimited.CHUNK):
            if words in tail + piece:
                return True
            tail = piece[-len(words) :]
    return False


@contextmanager
def _text_sheet(path: Path) -> Iterator[Sheet]:
    encoding = delimited.find_encoding(path)
    with path.open("rb") as file, TextIOWrapper(file, encoding=encoding, newline="") as text:
        separator = delimited.find_separator(text)
        text.seek(0)
        lines = delimited.read_lines(text, separator=separator)
        header = find_header(lines, where=path.name) or _no_header(path)
        notes = (*_note_on_encoding(encoding), *header.notes())
        size = path.stat().st_size
        rows = read_rows(lines, header=header)
        yield Sheet(path, header, notes, rows, lambda: min(1.0, file.tell() / size))


def _note_on_encoding(encoding: str) -> tuple[str, ...]:
    if encoding != "cp1252":
        return ()
    return ("read as Windows-1252, as it is not UTF-8: check that accents are right",)


def _no_header(path: Path) -> Header:
    raise SheetError(
        path.name,
        "has no header with the names of the columns",
        f"begin it with a line that names at least {', '.join(REQUIRED)}",
    )


@contextmanager
def _workbook_sheet(path: Path) -> Iterator[Sheet]:
    workbook.insist_on_workbook(path)
    with workbook.open_workbook(path) as book:
        for page in workbook.read_sheets(book, where=path.name):
            lines = workbook.read_lines(page)
            header = find_header(lines, where=path.name)
            if header:
                yield _sheet_of(path, header, lines, height=page.total_height)
                return
    _no_header(path)


def _sheet_of(path: Path, header: Header, lines: Iterator[Line], *, height: int) -> Sheet:
    reached = header.line

    def counted() -> Iterator[Line]:
        nonlocal reached
        for line in lines:
            reached = line.number
            yield line

    rows = read_rows(counted(), header=header)
    return Sheet(path, header, header.notes(), rows, lambda: min(1.0, reached / height))
