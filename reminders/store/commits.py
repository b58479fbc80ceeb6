"""One thread that writes for many: whatever waits is committed together, durably, in order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from reminders.store.database import Database

T = TypeVar("T")
MOST_TOGETHER = 256

_Waiting = tuple[Callable[[Session], Any], "Future[Any]"]


class Commits:
    """A queue of small writes. A future is done only when its write is on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closed = False
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="commits", daemon=True)
        self._thread.start()

    def submit(self, write: Callable[[Session], T]) -> Future[T]:
        """Queue one write; it runs in a transaction shared with others that wait.

        It runs even if whoever waits for it gives up: what the gateway said must be written.
        RuntimeError when the queue is closed.
        """
        if self._closed:
            raise RuntimeError("this queue is closed: nothing would write what it is given")
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        self._waiting.put((write, future))
        return future

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._closed = True
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ended = self._gather(first)
            self._commit(batch)
            if ended:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < MOST_TOGETHER:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            with self._database.write() as session:
                results = [write(session) for write, _ in batch]
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for waiting in batch:  # one bad write must not take the others with it
                self._commit([waiting])
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
