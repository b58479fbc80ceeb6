"""Writes the rows that did not go in beside their export, to be mended and imported again."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from reminders.care.cells import guarded
from reminders.care.columns import REPORT
from reminders.care.row import Rejection
from reminders.intake.rows import Header, SheetError, SheetRow

SUFFIX = ".rejected.csv"


def rejected_path(source: Path) -> Path:
    """Return where the rejected rows of an export are written: `<file>.rejected.csv` beside it."""
    return source.with_name(source.name + SUFFIX)


class RejectedWriter:
    """A report of rejected rows: their cells, then line, column, reason and mend.

    A context. The file appears whole when the context ends well, never by halves; when nothing
    was rejected there is none, and an earlier one is removed. UTF-8 with a byte order mark and
    guarded cells, for spreadsheet programs; readable by those who may read the export.
    Raises SheetError when the folder cannot be written to.
    """

    def __init__(self, source: Path, *, header: Header) -> None:
        self.path = rejected_path(source)
        self.count = 0
        self._source = source
        self._names = header.original
        self._part: Path | None = None
        self._closing = ExitStack()

    def __enter__(self) -> RejectedWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()
        if kind is None:
            self._settle()
        elif self._part:
            self._part.unlink()

    def add(self, row: SheetRow, rejections: Sequence[Rejection]) -> None:
        """Write one row with everything that is wrong with it."""
        if self.count == 0:
            self._begin()
        width = len(self._names)
        cells = [*row.original, *[""] * (width - len(row.original))]
        self._write([*cells[:width], *_report(row.line, rejections), *cells[width:]])
        self.count += 1

    def _begin(self) -> None:
        self._part = self._empty_part()
        text = self._part.open("w", encoding="utf-8-sig", newline="")
        self._closing.enter_context(text)
        self._rows = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self._write([*self._names, *REPORT])

    def _empty_part(self) -> Path:
        try:
            handle, name = tempfile.mkstemp(
                dir=self.path.parent, prefix=f".{self.path.name}.", suffix=".part"
            )
        except OSError as error:
            mend = "allow this account to write to the export's folder"
            raise SheetError(self.path.name, "cannot be written", mend) from error
        os.close(handle)
        return Path(name)

    def _write(self, cells: Iterable[str]) -> None:
        self._rows.writerow([guarded(cell) for cell in cells])

    def _settle(self) -> None:
        """Put the report in its place; without one, take an earlier one away."""
        if self._part is None:
            self.path.unlink(missing_ok=True)
        else:
            shutil.copymode(self._source, self._part)
            self._part.replace(self.path)


def _report(line: int, rejections: Sequence[Rejection]) -> list[str]:
    """Return the four cells on what is wrong; several faults stand in the same order in each."""
    return [
        str(line),
        "; ".join(fault.column for fault in rejections),
        "; ".join(fault.reason for fault in rejections),
        "; ".join(fault.mend for fault in rejections),
    ]
