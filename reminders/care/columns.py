"""The columns of a clinic's export, and how loosely their names may be written. No files here."""

from __future__ import annotations

COLUMNS = (
    "treatment_id",
    "patient_id",
    "first_name",
    "last_name",
    "phone",
    "language",
    "time_zone",
    "protocol",
    "product",
    "site",
    "treated_at",
    "consent",
    "consent_at",
    "consent_source",
    "interval_days",
    "booked_for",
    "status",
)
REQUIRED = ("treatment_id", "patient_id", "phone", "protocol", "treated_at")
REPORT = ("line", "column", "reason", "mend")

_LOOSE = str.maketrans("", "", " _-\u00a0\ufeff\t\r\n")
_KNOWN = {name.translate(_LOOSE): name for name in COLUMNS}


def plain(name: str) -> str:
    """Return a column's name as it is compared: no case, spaces, underscores, hyphens or mark."""
    return name.translate(_LOOSE).casefold()


def known_column(name: str) -> str | None:
    """Return our name for a column of the export, None for a column we do not read."""
    return _KNOWN.get(plain(name))
