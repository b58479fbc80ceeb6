"""Ringing for staff by other ways than SMS: e-mail, chat, pagers, by their Apprise addresses.

An address is a secret: it appears in no log and in no error.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import structlog

log = structlog.get_logger()


def ring(addresses: Sequence[str], *, title: str, words: str) -> threading.Thread | None:
    """Tell every address, in a thread of its own: nothing waits for it. None without addresses.

    The process does not end before the thread has; Apprise gives up on a silent address after
    some seconds. `words` must hold nothing about a patient.
    """
    if not addresses:
        return None
    thread = threading.Thread(target=_ring_all, args=(tuple(addresses), title, words))
    thread.start()
    return thread


def _ring_all(addresses: Sequence[str], title: str, words: str) -> None:
    for place, address in enumerate(addresses, start=1):
        try:
            told = _tell(address, title, words)
        except Exception as error:  # whatever a plug-in does, the others are still told
            log.error("alert failed", address=place, fault=type(error).__name__)
            continue
        if not told:
            log.error("alert failed", address=place, fault="refused")


def _tell(address: str, title: str, words: str) -> bool:
    import apprise  # slow to import, and only needed where there are addresses

    # Apprise's own log lines name the address.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    bell = apprise.Apprise()
    return bool(bell.add(address) and bell.notify(body=words, title=title))


def is_understood(address: str) -> bool:
    """Say whether Apprise knows what to do with an address; tells nobody."""
    import apprise  # as above

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    return bool(apprise.Apprise().add(address))
