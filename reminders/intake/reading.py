"""Rows of a sheet become treatments or rejections; a treatment told twice is told apart here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from reminders.care.cells import Problem, read_id, unguarded
from reminders.care.row import Expected, Note, Rejection, RowReading, read_row
from reminders.intake.rows import SheetRow
from reminders.intake.spreadsheet import Sheet

_LINE_BYTES = 4
_DIGEST_BYTES = 8


def read_treatments(sheet: Sheet, *, expected: Expected) -> Iterator[tuple[SheetRow, RowReading]]:
    """Yield every row with what was made of it, in the order of the file.

    The second row of a treatment is rejected; if it repeats the first to the letter it goes in
    with a note, which changes nothing. Keeps about 200 bytes per row to tell repetitions.
    """
    seen: dict[str, bytes] = {}
    for row in sheet:
        yield row, _read(row, seen, expected)


def _read(row: SheetRow, seen: dict[str, bytes], expected: Expected) -> RowReading:
    if row.rejections:
        return RowReading(row.line, None, row.rejections)
    reading = read_row(row.cells, line=row.line, expected=expected)
    return _told_before(reading, row, seen)


def _told_before(reading: RowReading, row: SheetRow, seen: dict[str, bytes]) -> RowReading:
    treatment_id = read_id(unguarded(row.cells.get("treatment_id", "")))
    if isinstance(treatment_id, Problem):
        return reading
    digest = _digest(row.cells)
    first = seen.setdefault(treatment_id, row.line.to_bytes(_LINE_BYTES, "big") + digest)
    line = int.from_bytes(first[:_LINE_BYTES], "big")
    if line == row.line:
        return reading
    return _repeated(reading, line) if first.endswith(digest) else _contradicted(reading, line)


def _digest(cells: dict[str, str]) -> bytes:
    """Stand for a row's cells; a line that ends early equals one with empty cells."""
    joined = "\0".join(map(str.strip, cells.values())).rstrip("\0")
    return hashlib.blake2b(joined.encode(), digest_size=_DIGEST_BYTES).digest()


def _repeated(reading: RowReading, first: int) -> RowReading:
    note = Note(reading.line, "treatment_id", f"repeats line {first} to the letter")
    return replace(reading, notes=(*reading.notes, note))


def _contradicted(reading: RowReading, first: int) -> RowReading:
    rejection = Rejection(
        reading.line,
        "treatment_id",
        f"stands on line {first} already, with other cells",
        "keep the row that is right, or give this treatment its own identifier",
    )
    return replace(reading, row=None, rejections=(*reading.rejections, rejection))
