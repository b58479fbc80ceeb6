"""Times as staff read them: on the patient's own clock, like "Mon 2 Mar 2026 10:07"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d)( UTC)?")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def moment(at: datetime, *, zone: str) -> str:
    """Say an instant on a zone's clock."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date())} {local:%H:%M}"


def day(on: date) -> str:
    """Say a day, like "Mon 2 Mar 2026"."""
    return f"{on:%a} {on.day} {on:%b %Y}"


def local_day_of(at: datetime, *, zone: str) -> str:
    """Say the day on a zone's calendar at an instant."""
    return day(at.astimezone(ZoneInfo(zone)).date())


def localised(words: str, *, zone: str) -> str:
    """Turn the UTC instants and ISO days in a stored reason into the patient's local ones."""
    told = _INSTANT.sub(lambda found: moment(utc(found[1]), zone=zone), words)
    return _DAY.sub(lambda found: day(date.fromisoformat(found[0])), told)


def utc(written: str) -> datetime:
    """Read an instant as our reasons write it, in UTC and to the minute."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def span(distance: timedelta) -> str:
    """Say how long ago something was, in its largest fitting unit."""
    seconds = max(0, round(distance.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
