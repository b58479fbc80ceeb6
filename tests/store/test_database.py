"""Opening the database: made once, encrypted, and refused in words when it cannot be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from reminders.store.database import HEAD, DatabaseError, open_database
from reminders.store.keyfile import read_or_make
from reminders.store.tables import care_plans, marks, patients
from tests.store.opening import NAME, PHONE, opened, place, write_patient

MAKE = """
import sys
from pathlib import Path
from reminders.store.database import open_database
database = open_database(sys.argv[1], key_file=Path(sys.argv[2]))
with database.write() as session:
    from reminders.store.alarms import set_mark
    set_mark(session, sys.argv[3], "was here")
database.close()
"""


def refusal(folder: Path, *, url: str = "", key_file: Path | None = None) -> str:
    """Return the words with which opening is refused."""
    with pytest.raises(DatabaseError) as refused:
        open_database(url or place(folder), key_file=key_file or folder / "keys" / "reminders.key")
    assert refused.value.__cause__ is None
    return str(refused.value)


def test_commands_that_start_together_make_one_database(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", MAKE, place(tmp_path), str(tmp_path / "keys" / "k.key")]
    running = [
        subprocess.Popen([*arguments, f"process {n}"], stderr=subprocess.PIPE, text=True)
        for n in range(6)
    ]
    complaints = [process.communicate()[1] for process in running]
    assert complaints == [""] * 6
    database = open_database(place(tmp_path), key_file=tmp_path / "keys" / "k.key")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(marks)) == 6
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    database.close()


def test_nothing_on_disk_can_be_read_without_the_key(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        with database.write() as session:
            write_patient(session)
        files = {file.name: file.read_bytes() for file in (tmp_path / "var").iterdir()}
    assert {"reminders.db", "reminders.db-wal"} <= set(files)
    for content in files.values():
        assert NAME.encode() not in content
        assert PHONE.encode() not in content
        assert b"SQLite format" not in content
        assert b"CREATE TABLE" not in content


def test_the_key_never_lies_beside_the_database(tmp_path: Path) -> None:
    with opened(tmp_path):
        beside = {file.name for file in (tmp_path / "var").iterdir()}
    assert not any("key" in name for name in beside)


def test_a_wrong_key_is_refused_in_words(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    other = tmp_path / "other.key"
    other.write_text("ab" * 32, encoding="ascii")
    assert f"the key in {other} does not open this file" in refusal(tmp_path, key_file=other)


def test_a_file_that_is_no_database_of_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "reminders.db"
    file.parent.mkdir()
    file.write_bytes(b"a letter to the clinic, not a database at all " * 100)
    key = tmp_path / "keys" / "reminders.key"
    key.parent.mkdir()
    key.write_text("ab" * 32, encoding="ascii")
    assert "or it is no database of ours" in refusal(tmp_path)
    assert file.read_bytes().startswith(b"a letter to the clinic")


def test_a_lost_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    key = tmp_path / "keys" / "reminders.key"
    key.unlink()
    assert "Put the key file back from where you keep its copy" in refusal(tmp_path)
    assert not key.exists()


def test_a_newer_database_is_not_touched_by_an_older_program(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    words = refusal(tmp_path)
    assert f"of a newer version (9999) than this program ({HEAD})" in words
    assert "Run the newer program" in words


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file stands where the folder should", encoding="utf-8")
    words = refusal(tmp_path)
    assert words.startswith(str(tmp_path / "var"))
    assert "change database.url" in words


def test_a_key_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file stands where the folder should", encoding="utf-8")
    assert "set database.key_file to another place" in refusal(tmp_path)
    assert not (tmp_path / "var" / "reminders.db").exists()


def test_a_database_that_this_account_may_not_write_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "var" / "reminders.db").mkdir(parents=True)
    read_or_make(tmp_path / "keys" / "reminders.key")
    words = refusal(tmp_path)
    assert "unable to open database file" in words
    assert "Give this account the right to the file and its folder" in words


def test_a_database_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    words = refusal(tmp_path, url="postgresql+psycopg://clinic:secret@127.0.0.1:9/reminders")
    assert "Check database.url and that the database is running" in words
    assert "secret" not in words


def test_a_treatment_without_its_patient_cannot_be_written(tmp_path: Path) -> None:
    with (
        opened(tmp_path) as database,
        pytest.raises(IntegrityError, match="FOREIGN KEY"),
        database.write() as session,
    ):
        session.execute(insert(care_plans).values(id=7, state="active"))


def test_a_fault_of_the_database_quotes_no_patient(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        with database.write() as session:
            write_patient(session)
        with pytest.raises(IntegrityError) as refused, database.write() as session:
            write_patient(session)
        words = f"{refused.value} {refused.value!r}"
    assert NAME not in words
    assert PHONE not in words


def test_a_rehearsal_leaves_nothing_behind(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        with database.rehearse() as session:
            write_patient(session)
            assert session.scalar(select(func.count()).select_from(patients)) == 1
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(patients)) == 0


def test_reading_waits_for_no_writer(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as writing:
        write_patient(writing)
        writing.flush()
        with database.read() as reading:
            assert reading.scalar(select(func.count()).select_from(patients)) == 0
