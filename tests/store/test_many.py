"""Many rows at once come back as they were told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from reminders.store.database import open_database
from reminders.store.many import insert_many
from reminders.store.tables import journal

AT = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


def test_rows_come_back_with_their_instants_words_and_blanks(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/var/r.db", key_file=tmp_path / "keys" / "k")
    rows = [
        {
            "at": AT + timedelta(minutes=n // 2),
            "id": n,
            "event": "moved",
            "words": "señal % ? :x",
            "patient": n if n % 2 else None,
        }
        for n in range(50)
    ]
    columns = [journal.c[name] for name in rows[0]]
    with database.write() as session:
        insert_many(session, journal, rows)
        insert_many(session, journal, [])
    with database.read() as session:
        found = session.execute(select(*columns).order_by(journal.c.id)).mappings().all()
    database.close()
    assert [dict(row) for row in found] == rows
