"""The account of an import: what came in, what it changed, which rows stayed out. Only words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

from rich.text import Text

from reminders.care.row import Note
from reminders.importing import MOST_KEPT, Mode, Report
from reminders.intake.rejected import rejected_path

MOST_ROWS_SHOWN = 50
MOST_LINES_NAMED = 3
BECAME = ("planned", "moved", "cancelled", "expired")


def account_lines(report: Report, *, file: Path, mode: Mode) -> Iterator[Text]:
    """Tell a person what an import did, or in a dry run would do."""
    yield from _headline(report, file=file, mode=mode)
    yield from (Text(f"Note: {note}", style="yellow") for note in report.file_notes)
    yield from (Text(f"Note: {note}", style="yellow") for note in _gathered(report.notes))
    if len(report.notes) >= MOST_KEPT:
        yield Text(f"Note: only the first {MOST_KEPT} notes were kept", style="yellow")
    yield from _rejections(report, file=file, mode=mode)


def _headline(report: Report, *, file: Path, mode: Mode) -> Iterator[Text]:
    yield Text(f"{file.name}: {_many(report.rows, 'row')} read, {report.rejected} rejected.")
    if report.kept_out:
        words = (
            f"Nothing went in: with --strict {_many(report.rejected, 'bad row')} "
            f"{'keeps' if report.rejected == 1 else 'keep'} all others out."
        )
        yield Text(words, style="bold red")
        return
    if mode is Mode.DRY_RUN:
        yield Text("Dry run: nothing was written. An import would bring this:", style="bold yellow")
    yield Text(
        f"Treatments: {report.new} new, {report.changed} changed, {report.unchanged} unchanged."
    )
    texts = ", ".join(f"{report.texts[what]} {what}" for what in BECAME if report.texts[what])
    yield Text(f"Texts: {texts or 'none changed'}.")


def _gathered(notes: Sequence[Note]) -> Iterator[str]:
    """Tell notes of the same kind once, with the first of their lines."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for note in notes:
        kinds[f"{note.column}: {note.text}"].append(note.line)
    for words, lines in kinds.items():
        named = ", ".join(map(str, lines[:MOST_LINES_NAMED]))
        more = len(lines) - MOST_LINES_NAMED
        yield f"{words} (line{'s' if len(lines) > 1 else ''} {named}{_and_more(more)})"


def _and_more(more: int) -> str:
    return f" and {more} more" if more > 0 else ""


def _rejections(report: Report, *, file: Path, mode: Mode) -> Iterator[Text]:
    """Tell the first bad rows, each fault on its own line, and where all of them are."""
    rows = groupby(report.rejections, key=lambda rejection: rejection.line)
    shown = 0
    for _, faults in islice(rows, MOST_ROWS_SHOWN):
        shown += 1
        yield from (Text(str(fault), style="red") for fault in faults)
    more = report.rejected - shown
    if more > 0:
        yield Text(f"… and {more} more in {report.rejected_file or rejected_path(file)}")
    if report.rejected_file:
        yield Text(f"Rejected rows, to be mended and imported again: {report.rejected_file}")
    elif report.rejected and mode is Mode.DRY_RUN:
        yield Text(f"An import would write the rejected rows to {rejected_path(file)}")


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def plain_account(report: Report, *, mode: Mode) -> dict[str, object]:
    """Tell a program; at most a thousand rejections and notes, `rejected` counts every row."""
    return {
        "mode": mode.value,
        "written": mode is not Mode.DRY_RUN and not report.kept_out,
        "rows": report.rows,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
        "texts": dict(report.texts),
        "rejections": [
            {"line": r.line, "column": r.column, "reason": r.reason, "mend": r.mend}
            for r in report.rejections
        ],
        "notes": [{"line": n.line, "column": n.column, "text": n.text} for n in report.notes],
        "file_notes": list(report.file_notes),
        "rejected_file": str(report.rejected_file) if report.rejected_file else None,
    }
