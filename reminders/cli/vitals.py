"""How the installation itself is doing: what waits, who works, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from reminders.care.message import State
from reminders.cli.local_times import moment, span
from reminders.runtime import Runtime
from reminders.store import alarms
from reminders.store.alarms import HELD, Alarm
from reminders.store.coming import Waiting, waiting
from reminders.store.lock import worker_on


@dataclass(frozen=True, slots=True)
class Vitals:
    """The state of things at `now`. `worker_runs` None: a database server does not tell."""

    now: datetime
    zone: str
    counts: Mapping[str, int]
    waiting: Waiting
    beat: datetime | None
    alarm: Alarm | None
    tasks: Mapping[str, int]
    worker_runs: bool | None
    database: str

    @property
    def is_well(self) -> bool:
        """True when no alarm is open and no text has waited until it was of no use."""
        return self.alarm is None and not self.waiting.too_late


def vitals(runtime: Runtime) -> Vitals:
    """Take the vitals; one pass over the texts and a few look-ups."""
    now, path = runtime.now(), runtime.settings.database.path
    with runtime.database.read() as session:
        return Vitals(
            now=now,
            zone=runtime.settings.clinics[0].time_zone,
            counts=alarms.counts_by_state(session),
            waiting=waiting(session, now=now),
            beat=alarms.last_beat(session),
            alarm=alarms.open_alarm(session),
            tasks=alarms.open_tasks(session),
            worker_runs=worker_on(path) if path else None,
            database=str(path) if path else "a database server",
        )


def vitals_form(now: Vitals) -> dict[str, Any]:
    """Return the JSON form; `counts` names every state, held texts apart from planned ones."""
    return {
        "well": now.is_well,
        "at": now.now.isoformat(),
        "counts": {state: now.counts.get(state, 0) for state in (*State, HELD)},
        "due": now.waiting.due,
        "oldest_due": _iso(now.waiting.oldest_due_at),
        "too_late": now.waiting.too_late,
        "last_heartbeat": _iso(now.beat),
        "heartbeat_age": round((now.now - now.beat).total_seconds()) if now.beat else None,
        "worker_running": now.worker_runs,
        "alarm": _alarm_form(now.alarm) if now.alarm else None,
        "tasks": dict(now.tasks),
        "database": now.database,
    }


def _alarm_form(alarm: Alarm) -> dict[str, Any]:
    return {
        "code": alarm.code,
        "words": alarm.words,
        "since": alarm.raised_at.isoformat(),
        "last_seen": alarm.seen_at.isoformat(),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def draw_vitals(console: Console, now: Vitals) -> None:
    """Print one fact on a line, then what is wrong and what to do."""
    for name, value in _facts(now):
        console.print(Text(f"{name:<12}", style="dim") + Text(value), soft_wrap=True)
    wrong = list(_wrong(now))
    style = "bold red" if wrong else "bold green"
    console.print(Text("\n" + ("\n".join(wrong) or "All is well."), style=style), soft_wrap=True)


def _facts(now: Vitals) -> Iterator[tuple[str, str]]:
    counted = [f"{now.counts[s]} {s}" for s in (*State, HELD) if now.counts.get(s)]
    yield "texts", ", ".join(counted) or "none yet"
    oldest = now.waiting.oldest_due_at
    yield "due now", f"{now.waiting.due}, the oldest {_ago(now, oldest)}" if oldest else "nothing"
    yield "heartbeat", _ago(now, now.beat) if now.beat else "never"
    yield (
        "worker",
        {True: "running", False: "not running", None: "see the heartbeat"}[now.worker_runs],
    )
    tasks = [f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(now.tasks.items())]
    yield "for staff", ", ".join(tasks) or "nothing"
    yield "database", now.database


def _ago(now: Vitals, at: datetime) -> str:
    return f"{moment(at, zone=now.zone)}, {span(now.now - at)} ago"


def _wrong(now: Vitals) -> Iterator[str]:
    if now.alarm:
        since = moment(now.alarm.raised_at, zone=now.zone)
        yield f"All sending has stopped since {since}: {now.alarm.words} (code {now.alarm.code})."
        yield "Mend the account, then run `reminders resume`."
    if now.waiting.too_late:
        yield (
            f"{now.waiting.too_late} due and not sent before their use was over. "
            "Is the worker running?"
        )
