"""A made-up clinic for tests: its settings, its exports, its rounds, and what became of them."""

from __future__ import annotations

import asyncio
import csv
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Table, select

from reminders.care.columns import COLUMNS
from reminders.clock import VirtualClock
from reminders.gateways.gateway import Gateway
from reminders.gateways.twilio import TwilioGateway
from reminders.gateways.twilio_account import TwilioAccount
from reminders.gateways.twilio_http import Patience
from reminders.importing import Mode, Report, import_file
from reminders.rounds import full_round, on_shift
from reminders.runtime import Runtime, languages_of, templates_folder
from reminders.settings import Settings, load_settings
from reminders.store.database import open_database
from reminders.store.tables import messages, metadata, patients
from reminders.templates import Templates, load
from tests.standin import ACCOUNT_SID, AUTH_TOKEN

ENVIRON = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
TREATED = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""A Monday, half past nine in California."""
DUE = TREATED + timedelta(hours=1)
"""When the aftercare of that treatment falls due."""
ZONE = "America/Los_Angeles"

_AREAS = (212, 303, 305, 312, 313, 404, 919, 503, 504, 512, 602, 615, 617, 702, 713, 801, 816, 901)
_AREAS_TOO = (206, 213, 214, 216, 310, 314, 412, 510, 612, 619, 704, 718)


def phone(number: int) -> str:
    """Return the made-up telephone of this number, from 0 to 2999."""
    area, line = divmod(number, 100)
    return f"+1{(*_AREAS, *_AREAS_TOO)[area]}55501{line:02}"


def row(number: int = 1, **changes: str) -> dict[str, str]:
    """Return one line of an export: a patient with consent to care texts, treated at TREATED."""
    usual = {
        "treatment_id": f"t{number}",
        "patient_id": f"p{number}",
        "first_name": "Testa",
        "last_name": "Madeup",
        "phone": phone(number),
        "language": "en",
        "time_zone": ZONE,
        "protocol": "writers-cramp",
        "product": "Botox",
        "site": "hand",
        "treated_at": TREATED.isoformat(),
        "consent": "care",
        "consent_at": "2026-03-01T09:00:00-08:00",
        "consent_source": "paper form",
    }
    return dict.fromkeys(COLUMNS, "") | usual | changes


def write_export(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write a CSV export."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_settings(
    folder: Path,
    *,
    twilio: str = "",
    live: bool = True,
    guests: Sequence[str] = (),
    clinic: str = "",
    worker: str = "",
    gateway: str = "",
    url: str = "sqlite:///var/reminders.db",
) -> Path:
    """Write settings.toml for a clinic that texts through a stand-in at `twilio`, or pretends.

    `clinic`, `worker` and `gateway` are further lines of those sections.
    """
    kind = "twilio" if twilio else "pretend"
    base = f'api_base = "{twilio}"' if twilio else ""
    words = f"""
[database]
url = "{url}"
[gateway]
kind = "{kind}"
live = {str(live).lower()}
guests = [{", ".join(f'"{guest}"' for guest in guests)}]
{base}
{gateway}
[worker]
{worker}
[[clinic]]
key = "k"
name = "Lakeside Clinic"
phone = "(415) 555-0100"
time_zone = "{ZONE}"
sender = "+14155550199"
{clinic}
"""
    path = folder / "settings.toml"
    path.write_text(words, encoding="utf-8")
    return path


@cache
def _templates(folder: Path, languages: tuple[str, ...]) -> Templates:
    return load(folder, languages=languages)


@dataclass(slots=True)
class OpenClinic:
    """A clinic whose runtime is open; its clock stands until a round moves it."""

    folder: Path
    runtime: Runtime
    clock: VirtualClock

    def take_in(
        self, *rows: Mapping[str, str], mode: Mode = Mode.APPLY, clinic: str = "k"
    ) -> Report:
        """Import an export with these rows."""
        export = write_export(self.folder / "export.csv", rows)
        return import_file(self.runtime, export, clinic=clinic, mode=mode)

    def round(self, at: datetime | None = None) -> Counter[str]:
        """Do one full round as a process of its own would; returns what became of texts."""
        return self.rounds(at or self.clock.now())

    def rounds(self, *moments: datetime) -> Counter[str]:
        """Do a full round at each moment, as one worker on one shift."""
        return asyncio.run(self._rounds(moments))

    async def _rounds(self, moments: Sequence[datetime]) -> Counter[str]:
        try:
            with on_shift(self.runtime) as shift:
                for moment in moments:
                    self.clock.advance_to(moment)
                    await full_round(self.runtime, shift)
                return shift.tally
        finally:
            await self.runtime.gateway.close()

    def texts(self) -> list[dict[str, Any]]:
        """Return every text on record with its patient's `ref`, in order of time."""
        query = (
            select(messages, patients.c.ref)
            .join(patients, patients.c.id == messages.c.patient)
            .order_by(messages.c.due_at, messages.c.id)
        )
        with self.runtime.database.read() as session:
            return [dict(found) for found in session.execute(query).mappings()]

    def text(self, step: str = "aftercare", *, ref: str = "p1") -> dict[str, Any]:
        """Return a patient's first text of this step."""
        return next(t for t in self.texts() if (t["ref"], t["step"]) == (ref, step))

    def states(self, ref: str = "p1") -> dict[str, int]:
        """Count a patient's texts by state."""
        return dict(Counter(t["state"] for t in self.texts() if t["ref"] == ref))

    def rows_of(self, table: Table) -> list[dict[str, Any]]:
        """Return everything in a table."""
        with self.runtime.database.read() as session:
            return [dict(found) for found in session.execute(select(table)).mappings()]

    def dump(self) -> dict[str, list[Any]]:
        """Return everything in every table."""
        with self.runtime.database.read() as session:
            return {
                table.name: sorted(tuple(found) for found in session.execute(select(table)))
                for table in metadata.sorted_tables
            }


@contextmanager
def open_clinic(
    folder: Path, *, at: datetime = TREATED, patience: float = 5.0, **settings: Any
) -> Iterator[OpenClinic]:
    """Write the settings and open the clinic at a moment; `settings` as for write_settings.

    `patience` is how many seconds Twilio gets to answer.
    """
    written = write_settings(folder, **settings)
    loaded = load_settings(written, environ=ENVIRON | {"HOME": str(folder)})
    runtime = _runtime(loaded, VirtualClock(at), patience)
    try:
        yield OpenClinic(folder, runtime, runtime.clock)  # type: ignore[arg-type]
    finally:
        runtime.close()


def _runtime(settings: Settings, clock: VirtualClock, patience: float) -> Runtime:
    database = open_database(settings.database.url, key_file=settings.database.key_file)
    templates = _templates(templates_folder(settings), languages_of(settings))
    return Runtime(
        settings, clock, database, templates, dice=Random(1), carrier=_carrier(settings, patience)
    )


def _carrier(settings: Settings, patience: float) -> Gateway | None:
    if settings.gateway.kind != "twilio":
        return None
    return TwilioGateway(
        TwilioAccount(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN),
        api_base=settings.gateway.api_base,
        in_flight=settings.worker.in_flight,
        patience=Patience(answer=patience),
    )


def wait_until(happened: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Wait for something that another process or thread does; fail when it does not come."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if happened():
            return
        pause.wait(0.02)
    raise AssertionError(f"it did not happen within {seconds:g} seconds")
