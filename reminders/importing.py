"""A clinic's file comes in: good rows are recorded and planned, bad ones go to a report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TypeVar

from reminders import planning
from reminders.care.row import Expected, Note, Rejection, RowReading
from reminders.care.treatment import TreatmentRow
from reminders.intake.reading import read_treatments
from reminders.intake.rejected import RejectedWriter
from reminders.intake.rows import SheetRow
from reminders.intake.spreadsheet import Sheet, open_sheet
from reminders.runtime import Runtime
from reminders.store.database import Session
from reminders.store.records import Recorded

T = TypeVar("T")

TOGETHER = 500
"""Rows in one transaction."""

LET_OTHERS_IN = 0.01
"""Seconds between two transactions, so that a worker beside a long import gets its turn."""

MOST_KEPT = 1000
"""Rejections and notes kept in memory for showing; the report file has every rejection."""


class Mode(StrEnum):
    """Whether an import changes anything, and whether bad rows keep good ones out."""

    APPLY = "apply"
    STRICT = "strict"
    DRY_RUN = "dry-run"


@dataclass(slots=True)
class Report:
    """What an import did, or in a dry run would do."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    file_notes: tuple[str, ...] = ()
    rejected_file: Path | None = None
    kept_out: bool = False


def import_file(
    runtime: Runtime,
    path: Path,
    *,
    clinic: str,
    mode: Mode = Mode.APPLY,
    progress: Callable[[float], None] = lambda _: None,
) -> Report:
    """Import a CSV or XLSX file; SheetError when it cannot be read at all.

    Importing a file twice changes nothing. A strict import with a bad row changes nothing.
    """
    report, asked = Report(), mode
    expected = _expected(runtime, clinic)
    if mode is Mode.STRICT and _has_bad_rows(path, expected):
        report.kept_out = True
        mode = Mode.DRY_RUN
    with open_sheet(path) as sheet, ExitStack() as stack:
        writer = None
        if asked is not Mode.DRY_RUN:
            writer = stack.enter_context(RejectedWriter(path, header=sheet.header))
        report.file_notes = sheet.notes
        good = _good_rows(sheet, expected, report, writer)
        while batch := list(islice(good, TOGETHER)):
            with _transaction(runtime, mode) as session:
                recorded = planning.record(session, runtime, batch, clinic=clinic)
            _count(report, recorded)
            progress(sheet.share_read())
            time.sleep(LET_OTHERS_IN if mode is not Mode.DRY_RUN else 0)
    report.rejected_file = writer.path if writer and writer.count else None
    return report


def _expected(runtime: Runtime, clinic: str) -> Expected:
    known = runtime.settings.clinic_by_key(clinic)
    protocols = runtime.templates.protocols
    return Expected(
        clinic_zone=known.time_zone,
        region=known.region,
        languages=known.languages,
        protocols=frozenset(protocols),
        knows_product=lambda protocol, product: protocols[protocol].knows(product),
        now=runtime.now(),
    )


def _has_bad_rows(path: Path, expected: Expected) -> bool:
    with open_sheet(path) as sheet:
        return any(reading.row is None for _, reading in read_treatments(sheet, expected=expected))


def _transaction(runtime: Runtime, mode: Mode) -> AbstractContextManager[Session]:
    database = runtime.database
    return database.rehearse() if mode is Mode.DRY_RUN else database.write()


def _good_rows(
    sheet: Sheet, expected: Expected, report: Report, writer: RejectedWriter | None
) -> Iterator[TreatmentRow]:
    for row, reading in read_treatments(sheet, expected=expected):
        report.rows += 1
        _keep(report.notes, reading.notes)
        if reading.row is None:
            _reject(row, reading, report, writer)
        else:
            yield reading.row


def _reject(
    row: SheetRow, reading: RowReading, report: Report, writer: RejectedWriter | None
) -> None:
    report.rejected += 1
    _keep(report.rejections, reading.rejections)
    if writer is not None:
        writer.add(row, reading.rejections)


def _keep(kept: list[T], more: tuple[T, ...]) -> None:
    kept.extend(more[: max(0, MOST_KEPT - len(kept))])


def _count(report: Report, recorded: Recorded) -> None:
    report.new += recorded.new
    report.changed += recorded.changed
    report.unchanged += recorded.unchanged
    report.texts += recorded.texts
