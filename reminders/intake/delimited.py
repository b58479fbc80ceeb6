"""Text files of rows: which encoding, which separator, then line after line. Never whole files."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from reminders.intake.rows import HEADER_WITHIN, Line, SheetError, known_names

CHUNK = 1 << 18
SAMPLE = 1 << 16

_SEPARATORS = (",", ";", "\t")
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS_CSV = "save it again as CSV UTF-8 or as XLSX"


def find_encoding(path: Path) -> str:
    """Return the encoding in which all of the file can be read, looking at a piece at a time.

    UTF-16 needs its byte order mark; without one UTF-8 is tried, then Windows-1252. Raises
    SheetError when none fits or the text contains NUL characters.
    """
    with path.open("rb") as file:
        marked = file.read(2) in _UTF_16_MARKS
    encodings = ("utf-16",) if marked else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        if _decodes(path, encoding):
            return encoding
    raise SheetError(path.name, "is neither UTF-8 nor Windows-1252 text", _SAVE_AS_CSV)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    try:
        for piece in _pieces(path):
            text = decoder.decode(piece, final=not piece)
            if "\0" in text:
                line += text[: text.index("\0")].count("\n")
                raise SheetError(f"{path.name}, line {line}", "has NUL characters", _SAVE_AS_CSV)
            line += text.count("\n")
    except UnicodeDecodeError:
        return False
    return True


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the file piece by piece, and an empty piece at its end."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
    yield b""


def find_separator(text: TextIO) -> str:
    """Return the separator that gives most names of our columns; a comma when in doubt."""
    sample = text.read(SAMPLE)
    return max(_SEPARATORS, key=lambda separator: _best_line(sample, separator))


def _best_line(sample: str, separator: str) -> int:
    lines = read_lines(io.StringIO(sample, newline=""), separator=separator)
    spoken = (line for line in lines if not line.is_blank)
    return max((known_names(line.cells) for line in islice(spoken, HEADER_WITHIN)), default=0)


def read_lines(text: TextIO, *, separator: str) -> Iterator[Line]:
    """Yield lines of cells; a row with line breaks in quotation marks has its first number.

    A row whose quotation marks do not match is torn; reading goes on at the line after it.
    """
    reader = csv.reader(text, delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            yield Line(number, next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield Line(number, (), torn=_torn(number, reader.line_num))


def _torn(first: int, last: int) -> str:
    lines = "the line" if first == last else f"lines {first} to {last}"
    return f"{lines} cannot be parted into cells: quotation marks do not match"
