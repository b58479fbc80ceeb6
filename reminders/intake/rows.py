"""What every kind of spreadsheet turns into: lines of cells, a header, rows. Opens no files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from reminders.care.columns import COLUMNS, REPORT, REQUIRED, known_column, plain
from reminders.care.row import Rejection

# Above its header an export may have a title, an address, a date.
HEADER_WITHIN = 20
FEWEST_KNOWN = 2

_SHOWN_NAMES = 8
_SHOWN_LETTERS = 40


class SheetError(Exception):
    """The file as a whole cannot be read: `where` it is, `what` is wrong, and the mend."""

    def __init__(self, where: str, what: str, mend: str) -> None:
        super().__init__(f"{where}: {what}; {mend}")
        self.where = where
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Line:
    """One line of cells, numbered as a person sees it; `torn` says why it has no cells."""

    number: int
    cells: Sequence[str]
    torn: str = ""

    @property
    def is_blank(self) -> bool:
        """True when nothing stands on the line."""
        return not self.torn and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header.

    `cells` maps our column names to their cells, `original` holds all cells as they stood
    (without the columns of an earlier rejection report). `rejections` are those of the row's
    shape: when there are any, its cells may stand in the wrong columns and must not be read.
    """

    line: int
    cells: dict[str, str]
    original: tuple[str, ...]
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """The line with the columns' names, and where our columns stand in it."""

    line: int
    names: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    reported: frozenset[int]

    @property
    def original(self) -> tuple[str, ...]:
        """The names as they stood, without the columns of an earlier rejection report."""
        return self.without_report(self.names)

    def without_report(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return the cells of a line that are not part of an earlier rejection report."""
        if not self.reported:
            return tuple(cells)
        return tuple(cell for place, cell in enumerate(cells) if place not in self.reported)

    def notes(self) -> tuple[str, ...]:
        """Say, once for the whole file, what is not there and what is not read."""
        return tuple(filter(None, (self._lines_above(), self._extra(), self._no_consent())))

    def _lines_above(self) -> str:
        return f"what stands above the header on line {self.line} is ignored" * (self.line > 1)

    def _extra(self) -> str:
        ours = {place for _, place in self.places} | self.reported
        extra = [_short(n) for at, n in enumerate(self.names) if at not in ours and n.strip()]
        if not extra:
            return ""
        more = f" and {len(extra) - _SHOWN_NAMES} more" if len(extra) > _SHOWN_NAMES else ""
        return f"columns ignored: {', '.join(extra[:_SHOWN_NAMES])}{more}"

    def _no_consent(self) -> str:
        if any(column == "consent" for column, _ in self.places):
            return ""
        return "there is no column consent: every row counts as consent none"


def _short(name: str) -> str:
    return "".join(c for c in " ".join(name.split()) if c.isprintable())[:_SHOWN_LETTERS]


def known_names(cells: Sequence[str]) -> int:
    """Return how many of the cells are names of columns that we read."""
    return len({known_column(cell) for cell in cells} - {None})


def find_header(lines: Iterator[Line], *, where: str) -> Header | None:
    """Return the header among the first twenty lines with words; None when there is none.

    Takes the header and all above it from `lines`. Raises SheetError when the header lacks a
    required column or has one twice.
    """
    spoken = (line for line in lines if not line.is_blank)
    for line in islice(spoken, HEADER_WITHIN):
        if known_names(line.cells) >= FEWEST_KNOWN:
            return _header(line, where=f"{where}, line {line.number}")
    return None


def _header(line: Line, *, where: str) -> Header:
    columns = [known_column(cell) for cell in line.cells]
    found = [(column, place) for place, column in enumerate(columns) if column]
    _insist_on_columns([column for column, _ in found], where=where)
    return Header(line.number, tuple(line.cells), tuple(found), _report_places(line.cells))


def _insist_on_columns(found: list[str], *, where: str) -> None:
    missing = [column for column in REQUIRED if column not in found]
    if missing:
        names = ", ".join(missing)
        raise SheetError(where, f"the header lacks {names}", f"add a column for each: {names}")
    twice = [column for column in COLUMNS if found.count(column) > 1]
    if twice:
        names = ", ".join(twice)
        raise SheetError(where, f"the header has {names} more than once", "keep one of them")


def _report_places(names: Sequence[str]) -> frozenset[int]:
    """Find the columns of an earlier report: all four, or they are the clinic's own."""
    places = [at for at, name in enumerate(names) if plain(name) in REPORT]
    found = {plain(names[at]) for at in places}
    return frozenset(places) if found == set(REPORT) else frozenset()


def read_rows(lines: Iterator[Line], *, header: Header) -> Iterator[SheetRow]:
    """Yield the rows below the header; blank lines are passed over."""
    width = len(header.names)
    for line in lines:
        if line.torn:
            yield _torn(line)
        elif not line.is_blank:
            cells = line.cells
            extra = len(cells) > width and any(cell.strip() for cell in cells[width:])
            yield _overfull(line, header) if extra else _row(line, header)


def _row(line: Line, header: Header) -> SheetRow:
    cells, count = line.cells, len(line.cells)
    ours = {column: cells[place] for column, place in header.places if place < count}
    return SheetRow(line.number, ours, header.without_report(cells))


def _overfull(line: Line, header: Header) -> SheetRow:
    rejection = Rejection(
        line.number,
        "",
        "the row has more cells than the header has names",
        "put quotation marks around a cell that contains the separator",
    )
    return SheetRow(line.number, {}, header.without_report(line.cells), (rejection,))


def _torn(line: Line) -> SheetRow:
    mend = "correct the quotation marks from this line on"
    return SheetRow(line.number, {}, (), (Rejection(line.number, "", line.torn, mend),))
