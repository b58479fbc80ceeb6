"""Row ids of our own making: whole numbers that rise with time and tell a stranger nothing."""

from __future__ import annotations

import threading
from datetime import datetime
from random import Random

from reminders.store.kinds import EPOCH, MILLISECOND

RANDOM_BITS = 20


class Mint:
    """Makes ids of at most 63 bits: milliseconds since 1970, then random bits; never one twice.

    Rising ids keep inserts at the end of the index, and one that a restored backup has lost is
    not given again to another text.
    """

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self, now: datetime) -> int:
        """Return the next id."""
        fresh = ((now - EPOCH) // MILLISECOND << RANDOM_BITS) | self._dice.getrandbits(RANDOM_BITS)
        with self._lock:
            self._last = max(fresh, self._last + 1)
            return self._last


def to_public(row_id: int) -> str:
    """The id as people and Twilio see it."""
    return f"{row_id:x}"


def from_public(public: str) -> int | None:
    """Read an id back; None when it is none of ours."""
    try:
        return int(public, 16)
    except ValueError:
        return None
