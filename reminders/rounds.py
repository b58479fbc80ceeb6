"""One full round of all that the worker does: take in, re-plan, close, send, and say it lives."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from reminders import importing, planning
from reminders.intake.rows import SheetError
from reminders.runtime import Runtime
from reminders.sending import Shift, send_due
from reminders.store import alarms
from reminders.store.alarms import Alarm
from reminders.store.commits import Commits
from reminders.store.lock import WorkerLock

log = structlog.get_logger()

SETTLED_SECONDS = 2.0
"""A file in the watched folder is taken when nobody has written to it for so long."""


@contextmanager
def on_shift(runtime: Runtime) -> Iterator[Shift]:
    """Take the worker's place: WorkerIsRunning when another one has it on this SQLite file."""
    path = runtime.settings.database.path
    with WorkerLock(path) as alone:
        commits = Commits(runtime.database)
        try:
            yield Shift(commits, alone=alone)
        finally:
            commits.close()


def take_in(runtime: Runtime) -> None:
    """Import every finished file in <intake>/<clinic key>/; archive it, rejects beside it."""
    folder = runtime.settings.worker.intake
    if folder is None:
        return
    for clinic in runtime.settings.clinics:
        inbox = folder / clinic.key
        inbox.mkdir(parents=True, exist_ok=True)
        for path in sorted(inbox.iterdir()):
            if _is_export(path) and _is_finished(path, runtime):
                _take_file(runtime, path, clinic.key)


def _is_export(path: Path) -> bool:
    name = path.name.lower()
    return name.endswith((".csv", ".tsv", ".xlsx")) and not name.endswith(".rejected.csv")


def _is_finished(path: Path, runtime: Runtime) -> bool:
    age = runtime.now().timestamp() - path.stat().st_mtime
    return path.is_file() and not 0 <= age < SETTLED_SECONDS


def _take_file(runtime: Runtime, path: Path, clinic: str) -> None:
    stamp = f"{runtime.now():%Y%m%dT%H%M%S}"
    done = path.parent / "done"
    try:
        report = importing.import_file(runtime, path, clinic=clinic)
    except SheetError as error:
        refused = path.parent / "refused"
        _move(path, refused / f"{stamp}-{path.name}")
        (refused / f"{stamp}-{path.name}.why.txt").write_text(f"{error}\n", encoding="utf-8")
        log.error("file refused", clinic=clinic, file=path.name)
        return
    _move(path, done / f"{stamp}-{path.name}")
    if report.rejected_file:
        _move(report.rejected_file, done / f"{stamp}-{report.rejected_file.name}")
    log.info(
        "file imported",
        clinic=clinic,
        file=path.name,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        rejected=report.rejected,
    )


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    path.replace(target)


async def full_round(runtime: Runtime, shift: Shift) -> Counter[str]:
    """Do everything once; returns what became of how many texts."""
    take_in(runtime)
    planning.replan_after_edits(runtime)
    planning.close_plans(runtime, now=runtime.now())
    await send_due(runtime, shift)
    heartbeat(runtime, started_at=runtime.now())
    return shift.tally


def heartbeat(runtime: Runtime, *, started_at: datetime) -> None:
    """Write to the database and to the heartbeat file that we live, and what alarms there are."""
    now = runtime.now()
    with runtime.database.write() as session:
        alarms.beat(session, worker=runtime.worker, now=now, started_at=started_at)
        alarm = alarms.open_alarm(session)
    if alarm is not None:
        log.error("all sending has stopped", code=alarm.code, why=alarm.words)
    _write_heartbeat_file(runtime.settings.worker.heartbeat_file, now, alarm)


def _write_heartbeat_file(path: Path, now: datetime, alarm: Alarm | None) -> None:
    """Whole or not at all: a monitor may read it at any moment."""
    words = f"code {alarm.code}: {alarm.words}" if alarm else ""
    draft = path.with_name(path.name + ".part")
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_text(json.dumps({"at": now.isoformat(), "alarm": words}) + "\n", encoding="utf-8")
    draft.replace(path)
