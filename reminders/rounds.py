"""One full round of all that the worker does: take in, re-plan, close, send, and say it lives."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, count
from pathlib import Path

import structlog

from reminders import escalating, importing, planning
from reminders.intake.rejected import rejected_path
from reminders.intake.rows import SheetError
from reminders.receiving.polling import catch_up
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


class Interrupted(Exception):
    """We stop in the middle of an import; the next start takes the file in from its beginning."""


def take_in(runtime: Runtime, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """Import every finished file in <intake>/<clinic key>/; archive it, rejects beside it.

    Interrupted when `stopping()` turns true: importing again changes nothing that is in.
    """
    folder = runtime.settings.worker.intake
    if folder is None:
        return
    for clinic in runtime.settings.clinics:
        inbox = folder / clinic.key
        inbox.mkdir(parents=True, exist_ok=True)
        for path in sorted(inbox.iterdir()):
            if _is_export(path) and _is_finished(path, runtime):
                _take_file(runtime, path, clinic.key, stopping=stopping)


def _is_export(path: Path) -> bool:
    """Say whether the name is an export's: not a report of ours, nor a program's draft."""
    name = path.name.lower()
    if name.startswith((".", "~$")):
        return False
    return name.endswith((".csv", ".tsv", ".xlsx")) and not name.endswith(".rejected.csv")


def _is_finished(path: Path, runtime: Runtime) -> bool:
    age = runtime.now().timestamp() - path.stat().st_mtime
    return path.is_file() and not 0 <= age < SETTLED_SECONDS


def _take_file(runtime: Runtime, path: Path, clinic: str, *, stopping: Callable[[], bool]) -> None:
    def keep_on(_share: float) -> None:
        if stopping():
            raise Interrupted

    try:
        report = importing.import_file(runtime, path, clinic=clinic, progress=keep_on)
    except SheetError as error:
        kept = _archive(runtime, path, "refused")
        kept.with_name(kept.name + ".why.txt").write_text(f"{error}\n", encoding="utf-8")
        log.error("file refused", clinic=clinic, file=path.name)
        return
    kept = _archive(runtime, path, "done")
    if report.rejected_file:
        report.rejected_file.replace(rejected_path(kept))
    log.info(
        "file imported",
        clinic=clinic,
        file=path.name,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        rejected=report.rejected,
    )


def _archive(runtime: Runtime, path: Path, folder: str) -> Path:
    """Move a file to a name of its own in the folder beside it, and return that."""
    place = path.parent / folder
    place.mkdir(exist_ok=True)
    stamp = f"{runtime.now():%Y%m%dT%H%M%S}"
    names = chain([stamp], (f"{stamp}-{n}" for n in count(2)))
    target = next(t for name in names if not (t := place / f"{name}-{path.name}").exists())
    return path.rename(target)


async def full_round(runtime: Runtime, shift: Shift) -> Counter[str]:
    """Do everything once; returns what became of how many texts."""
    take_in(runtime)
    planning.replan_after_edits(runtime)
    planning.close_plans(runtime, now=runtime.now())
    if runtime.settings.gateway.receive == "poll":
        await catch_up(runtime, shift.commits)  # before sending: a STOP in it must win
    escalating.climb(runtime)  # before sending: the pages leave in this round
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
