"""Many small writes, committed together: in order, on disk when done, and each for itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, func, insert, select

from reminders.store.commits import Commits
from reminders.store.database import Database, Session
from reminders.store.tables import marks
from tests.store.opening import opened


def writing(name: str) -> Callable[[Session], str]:
    """Return a write of one mark."""

    def write(session: Session) -> str:
        session.execute(insert(marks).values(name=name, value="x"))
        return name

    return write


def names(database: Database) -> list[str]:
    """Return every mark on disk in the order of writing."""
    with database.read() as session:
        return list(session.scalars(select(marks.c.name)))


def count(database: Database) -> int:
    """Count the marks on disk."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(marks)) or 0


def test_a_write_that_is_done_is_on_disk(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        commits = Commits(database)
        assert commits.submit(writing("a")).result(10) == "a"
        assert names(database) == ["a"]
        commits.close()


def test_one_bad_write_takes_no_other_with_it(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        commits = Commits(database)
        gate = threading.Event()
        holding = commits.submit(lambda _: gate.wait(10))
        futures = [commits.submit(writing(n)) for n in ("a", "b", "b", "c")]
        gate.set()
        assert holding.result(10)
        assert [f.exception(10) is None for f in futures] == [True, True, False, True]
        assert sorted(names(database)) == ["a", "b", "c"]
        commits.close()


def test_what_waits_is_committed_together(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        begun: list[int] = []
        event.listen(database.engine, "commit", lambda _: begun.append(1))
        commits = Commits(database)
        gate = threading.Event()
        commits.submit(lambda _: gate.wait(10))
        futures = [commits.submit(writing(str(n))) for n in range(100)]
        gate.set()
        assert [f.result(10) for f in futures] == [str(n) for n in range(100)]
        commits.close()
        assert len(begun) <= 3


def test_closing_first_finishes_what_waits(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        commits = Commits(database)
        futures = [commits.submit(writing(str(n))) for n in range(1000)]
        commits.close()
        assert all(f.done() for f in futures)
        assert count(database) == 1000


def test_writers_from_many_threads_lose_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        commits = Commits(database)
        with ThreadPoolExecutor(8) as threads:
            futures = list(threads.map(lambda n: commits.submit(writing(str(n))), range(400)))
        commits.close()
        assert {f.result(0) for f in futures} == {str(n) for n in range(400)}
        assert count(database) == 400


def test_a_write_is_made_although_whoever_asked_has_given_up(tmp_path: Path) -> None:
    async def give_up(commits: Commits, gate: threading.Event) -> None:
        commits.submit(lambda _: gate.wait(10))
        waiting = asyncio.wrap_future(commits.submit(writing("a")))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gate.set()

    with opened(tmp_path) as database:
        commits = Commits(database)
        asyncio.run(give_up(commits, threading.Event()))
        assert commits.submit(writing("b")).result(10) == "b"
        commits.close()
        assert sorted(names(database)) == ["a", "b"]


def test_a_closed_queue_takes_no_more(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        commits = Commits(database)
        commits.close()
        with pytest.raises(RuntimeError, match="closed"):
            commits.submit(writing("late"))
