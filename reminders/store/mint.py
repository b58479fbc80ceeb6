"""Row ids of our own making: whole numbers that rise with time and tell a stranger nothing."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reminders.store.kinds import EPOCH, MILLISECOND
from reminders.store.tables import metadata

RANDOM_BITS = 20
SAME_MOMENT = timedelta(minutes=1)
"""Room for sixty thousand million ids: a clock that stands still never gets further."""


class Mint:
    """Makes ids of at most 63 bits: milliseconds since 1970, then random bits; never one twice.

    Rising ids keep inserts at the end of the index, and one that a restored backup has lost is
    not given again to another text.
    """

    def __init__(self, dice: Random, *, last: int = 0) -> None:
        self._dice = dice
        self._last = last
        self._lock = threading.Lock()

    def __call__(self, now: datetime) -> int:
        """Return the next id."""
        moment = _first_of(now)
        with self._lock:
            is_new = moment > self._last
            self._last = moment | self._dice.getrandbits(RANDOM_BITS) if is_new else self._last + 1
            return self._last


def _first_of(now: datetime) -> int:
    return (now - EPOCH) // MILLISECOND << RANDOM_BITS


def last_minted(session: Session, now: datetime) -> int:
    """Return the highest id that was given at this very moment, 0 if there is none.

    With a clock that is told to stand still, one command after another mints at one moment.
    """
    first, end = _first_of(now), _first_of(now + SAME_MOMENT)
    ids = [table.c.id for table in metadata.sorted_tables if "id" in table.c]
    found = (session.scalar(select(func.max(i)).where(i >= first, i < end)) for i in ids)
    return max((last for last in found if last is not None), default=0)


def to_public(row_id: int) -> str:
    """The id as people and Twilio see it."""
    return f"{row_id:x}"


def from_public(public: str) -> int | None:
    """Read an id back; None when it is none of ours."""
    try:
        return int(public, 16)
    except ValueError:
        return None
