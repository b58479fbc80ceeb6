"""Opening the database: SQLite encrypted by SQLCipher, or PostgreSQL; and its schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from reminders.store.keyfile import KeyFileError, read_or_make

__all__ = ["Database", "DatabaseError", "Session", "open_database"]

HEAD = "0002"
BUSY_SECONDS = 30


class DatabaseError(Exception):
    """The database cannot be used; the words say why and what to do."""


class Database:
    """One engine and how to speak to it in short transactions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that may write; on SQLite it takes the write lock at once."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """A transaction whose writes are all taken back at its end."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads and waits for nobody."""
        connecting = self.engine.connect().execution_options(read_only=True)
        with connecting as connection, Session(connection) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str, *, key_file: Path) -> Database:
    """Open, make or upgrade the database; DatabaseError says in words what is wrong."""
    try:
        engine = _sqlite(url, key_file) if url.startswith("sqlite:") else _postgresql(url)
    except KeyFileError as error:
        raise DatabaseError(str(error)) from None
    database = Database(engine)
    try:
        _bring_up_to_date(database)
    except DatabaseError:
        database.close()
        raise
    except (SQLAlchemyError, sqlcipher3.dbapi2.Error) as error:
        database.close()
        raise DatabaseError(_in_words(error, engine, key_file)) from None
    return database


def _sqlite(url: str, key_file: Path) -> Engine:
    path = Path(make_url(url).database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"{path.parent}: the database's folder cannot be made ({error.strerror}). "
            "Give this account the right to it, or change database.url."
        ) from None
    if path.exists() and path.stat().st_size and not key_file.exists():
        raise DatabaseError(
            f"{key_file}: the key of the database {path} is missing. Put the key file back from "
            "where you keep its copy; without it the database cannot be read by anyone."
        )
    key = read_or_make(key_file)
    engine = create_engine(
        url,
        module=sqlcipher3.dbapi2,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )
    _listen(engine, key)
    return engine


def _listen(engine: Engine, key: str) -> None:
    @event.listens_for(engine, "connect")
    def _unlock(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA key=\"x'{key}'\"")  # must be the first word on a connection
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "secure_delete=ON",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A deferred BEGIN that turns into a write fails at once when another one came first.
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgresql(url: str) -> Engine:
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


def _bring_up_to_date(database: Database) -> None:
    with database.read() as session:
        if _revision(session) == HEAD:
            return
    with database.write() as session:
        if not database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(727701)"))
        found = _revision(session)
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise DatabaseError(
                f"the database is of a newer version ({found}) than this program ({HEAD}). "
                "Run the newer program, or restore the backup made before the upgrade."
            )
        _upgrade(session)


def _revision(session: Session) -> str | None:
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(session: Session) -> None:
    from alembic import command  # slow to import, and needed once in a database's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = session.connection()
    command.upgrade(config, "head")


def _in_words(error: Exception, engine: Engine, key_file: Path) -> str:
    where = engine.url.render_as_string(hide_password=True)
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    cause = cause.splitlines()[0] if cause else type(error).__name__
    if "not a database" in cause or "hmac check failed" in cause:
        return (
            f"{where}: the key in {key_file} does not open this file, or it is no database of "
            "ours. Put the right key file back, or point database.url to another file."
        )
    if "unable to open" in cause or "readonly" in cause or "read-only" in cause:
        return f"{where}: {cause}. Give this account the right to the file and its folder."
    if "full" in cause:
        return f"{where}: the disk is full. Free some space and try again; nothing was lost."
    return f"{where}: {cause}. Check database.url and that the database is running."
