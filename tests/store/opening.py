"""How tests of the store open a database of their own, and put one patient into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from reminders.store.database import Database, Session, open_database
from reminders.store.tables import care_plans, messages, patients, treatments

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
NAME, PHONE = "Canaria Madeup", "+14155550123"


@contextmanager
def opened(folder: Path, *, url: str = "") -> Iterator[Database]:
    """Open a fresh SQLite database under the folder, or the one at `url`."""
    database = open_database(url or place(folder), key_file=folder / "keys" / "reminders.key")
    try:
        yield database
    finally:
        database.close()


def place(folder: Path) -> str:
    """Return the address of the folder's database."""
    return f"sqlite:///{folder / 'var' / 'reminders.db'}"


def write_patient(session: Session, number: int = 1, *, phone: str = PHONE) -> None:
    """Write a patient with one treatment and its care plan, all with the id `number`."""
    session.execute(
        insert(patients).values(
            id=number,
            clinic="k",
            ref=f"p{number}",
            first_name=NAME,
            phone=phone,
            language="en",
            told_at=NOW,
            told_by=f"t{number}",
            recorded_at=NOW,
        )
    )
    session.execute(
        insert(treatments).values(
            id=number,
            clinic="k",
            ref=f"t{number}",
            patient=number,
            protocol="writers-cramp",
            treated_at=NOW,
            day=NOW.date(),
            status="active",
            recorded_at=NOW,
        )
    )
    session.execute(insert(care_plans).values(id=number, state="active"))


def write_text(session: Session, number: int = 1, *, care_plan: int = 1, **facts: Any) -> None:
    """Write a planned text that is due at NOW; `facts` change what is usual."""
    usual = {
        "id": number,
        "clinic": "k",
        "patient": care_plan,
        "care_plan": care_plan,
        "step": f"step-{number}",
        "occurrence": 0,
        "kind": "aftercare",
        "message_class": "care",
        "state": "planned",
        "due_at": NOW,
        "wake_at": NOW,
        "until": NOW.replace(hour=23),
        "created_at": NOW,
    }
    session.execute(insert(messages).values(**usual | facts))
