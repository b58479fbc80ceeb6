"""One worker per SQLite file: a lock that the operating system drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class WorkerIsRunning(Exception):
    """Another worker holds this database; the words say which and what to do."""


def worker_on(database: Path) -> bool:
    """Say whether a worker holds this SQLite file's lock; looking takes nothing from anybody."""
    try:
        handle = os.open(_lock_file(database), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _lock_file(database: Path) -> Path:
    return database.with_name(database.name + ".worker")


class WorkerLock:
    """A context that holds the worker's place; entering returns True when nobody else can be.

    Only for SQLite (`database` is its file): on a server any number of workers may run, and
    entering returns False.
    """

    def __init__(self, database: Path | None) -> None:
        self._path = _lock_file(database) if database else None
        self._handle: int | None = None

    def __enter__(self) -> bool:
        if self._path is None:
            return False
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise WorkerIsRunning(
                f"{self._path}: a worker (process {holder}) already works on this database. "
                "Leave the work to it, or stop it first."
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        return True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._handle is not None:
            os.close(self._handle)
