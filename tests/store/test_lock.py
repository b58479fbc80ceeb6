"""One worker for one SQLite file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reminders.store.lock import WorkerIsRunning, WorkerLock, worker_on

HOLD = """
import sys, time
from pathlib import Path
from reminders.store.lock import WorkerLock
with WorkerLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_worker_is_refused_and_told_who_works_here(tmp_path: Path) -> None:
    file = tmp_path / "reminders.db"
    with (
        WorkerLock(file) as alone,
        pytest.raises(WorkerIsRunning, match=rf"process {os.getpid()}\) already works"),
    ):
        assert alone
        WorkerLock(file).__enter__()


def test_the_place_is_free_after_an_orderly_end(tmp_path: Path) -> None:
    file = tmp_path / "reminders.db"
    for _ in range(2):
        with WorkerLock(file) as alone:
            assert alone
            assert worker_on(file)
        assert not worker_on(file)


def test_the_place_is_free_after_a_worker_was_killed(tmp_path: Path) -> None:
    file = tmp_path / "reminders.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(WorkerIsRunning, match=f"process {holder.pid}"):
            WorkerLock(file).__enter__()
        holder.kill()
    with WorkerLock(file) as alone:
        assert alone


def test_on_a_database_server_any_number_of_workers_may_run() -> None:
    with WorkerLock(None) as first, WorkerLock(None) as second:
        assert (first, second) == (False, False)
