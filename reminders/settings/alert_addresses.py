"""Where staff are told besides by SMS: Apprise addresses, from the environment or a named file.

Such an address holds a password or a token, so it stands in no settings file and in no complaint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from reminders.care.complaint import Complaint

ADDRESSES = "REMINDERS_APPRISE_URLS"
ADDRESSES_FILE = f"{ADDRESSES}_FILE"

_FORM = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


def read_addresses(
    environ: Mapping[str, str],
) -> tuple[tuple[SecretStr, ...], tuple[Complaint, ...]]:
    """Return the addresses, written apart by white space, and every complaint about them."""
    if ADDRESSES in environ and ADDRESSES_FILE in environ:
        what = f"is set twice, also as {ADDRESSES_FILE}"
        return (), (Complaint(ADDRESSES, what, "keep one of the two"),)
    if ADDRESSES_FILE not in environ:
        return _read(environ.get(ADDRESSES, ""), where=ADDRESSES)
    try:
        text = Path(environ[ADDRESSES_FILE]).read_text(encoding="utf-8")
    except (OSError, ValueError):
        mend = "name a file that holds only the addresses and that this account may read"
        return (), (Complaint(ADDRESSES_FILE, "does not name a file that can be read", mend),)
    return _read(text, where=ADDRESSES_FILE)


def _read(text: str, *, where: str) -> tuple[tuple[SecretStr, ...], tuple[Complaint, ...]]:
    written = text.split()
    complaints = tuple(
        Complaint(
            where,
            f"holds no Apprise address in place {place}",
            "write each one as kind://…, apart by spaces, such as mailtos://…",
        )
        for place, address in enumerate(written, start=1)
        if not _FORM.fullmatch(address)
    )
    return tuple(map(SecretStr, written)), complaints
