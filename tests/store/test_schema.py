"""The schema that the migrations make is the one that the code speaks of."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from reminders.store import database as database_module
from reminders.store.database import HEAD
from reminders.store.thread_tables import metadata
from tests.store.opening import opened


def schema(connection: object) -> dict[str, list[str]]:
    """Return each table's and index's definition as its parts, whatever their order."""
    rows = connection.execute(  # type: ignore[attr-defined]
        text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    )
    return {name: parts(sql) for name, sql in rows if name != "alembic_version"}


def parts(sql: str) -> list[str]:
    """Split a definition into its lines, without the spaces and commas that mean nothing."""
    return sorted(re.sub(r"\s+", " ", line).strip(" ,") for line in sql.splitlines())


def test_a_migrated_database_is_the_one_that_the_code_expects(tmp_path: Path) -> None:
    plain = create_engine("sqlite://")
    with plain.begin() as connection:
        metadata.create_all(connection)
        expected = schema(connection)
    plain.dispose()
    with opened(tmp_path) as database, database.read() as session:
        assert schema(session.connection()) == expected


def test_alembic_finds_nothing_left_to_migrate(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, metadata) == []


def test_every_table_refuses_values_of_the_wrong_kind(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.read() as session:
        loose = session.scalars(
            text(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict "
                "AND name NOT LIKE 'sqlite%' AND name <> 'alembic_version'"
            )
        )
        assert list(loose) == []


def test_the_program_knows_the_newest_revision() -> None:
    config = Config()
    folder = Path(database_module.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_opening_twice_upgrades_once(tmp_path: Path) -> None:
    for _ in range(2):
        with opened(tmp_path) as database, database.read() as session:
            versions = list(session.scalars(text("SELECT version_num FROM alembic_version")))
            assert versions == [HEAD]
