"""The tables. Instants are whole milliseconds since 1970 UTC, days are ISO text, ids are ours.

Columns that hold a person's words, name or number: patients.first_name, last_name, phone;
messages.phone, text; consents.phone; numbers.number; tasks.number, words. No others may.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from reminders.store.kinds import Day, Instant, Whole

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *columns: Any) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


def _id() -> Column[int]:
    return Column("id", Whole, primary_key=True, autoincrement=False)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


patients = _table(
    "patients",
    _id(),
    Column("clinic", Text, nullable=False),
    Column("ref", Text, nullable=False),
    _words("first_name"),
    _words("last_name"),
    Column("phone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("time_zone", Text),
    Column("told_at", Instant, nullable=False),
    Column("told_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("clinic", "ref"),
    Index(None, "phone"),
)

treatments = _table(
    "treatments",
    _id(),
    Column("clinic", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("patient", Whole, ForeignKey("patients.id"), nullable=False),
    Column("protocol", Text, nullable=False),
    _words("product"),
    _words("site"),
    Column("treated_at", Instant, nullable=False),
    Column("day", Day, nullable=False),
    Column("interval_days", Integer),
    Column("booked_for", Day),
    Column("status", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("clinic", "ref"),
    Index(None, "patient"),
)

care_plans = _table(
    "care_plans",
    Column("id", Whole, ForeignKey("treatments.id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    _words("reason"),
)

messages = _table(
    "messages",
    _id(),
    Column("clinic", Text, nullable=False),
    Column("patient", Whole),
    Column("care_plan", Whole, ForeignKey("care_plans.id")),
    Column("step", Text, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message_class", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("rank", Integer, nullable=False, server_default="1"),
    Column("wake_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("hold", Text),
    Column("merged_into", Whole),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_by", Text),
    Column("claimed_at", Instant),
    Column("started_at", Instant),
    Column("settled_at", Instant),
    Column("phone", Text),
    Column("text", Text),
    Column("segments", Integer),
    Column("sid", Text),
    Column("code", Integer),
    Column("words_version", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("care_plan", "step", "occurrence"),
    CheckConstraint("state <> 'sending' OR text IS NOT NULL", name="words_before_sending"),
    CheckConstraint("care_plan IS NOT NULL OR phone IS NOT NULL", name="to_whom"),
)
Index(
    "ix_messages_due",
    messages.c.rank,
    messages.c.wake_at,
    messages.c.id,
    sqlite_where=text("state = 'planned' AND hold IS NULL"),
    postgresql_where=text("state = 'planned' AND hold IS NULL"),
)
Index(
    "ix_messages_held",
    messages.c.until,
    sqlite_where=text("state = 'planned' AND hold IS NOT NULL"),
    postgresql_where=text("state = 'planned' AND hold IS NOT NULL"),
)
Index(
    "ix_messages_in_hand",
    messages.c.claimed_at,
    sqlite_where=text("state IN ('claimed', 'sending')"),
    postgresql_where=text("state IN ('claimed', 'sending')"),
)
Index(
    "ix_messages_left",
    messages.c.phone,
    messages.c.started_at,
    sqlite_where=text("started_at IS NOT NULL"),
    postgresql_where=text("started_at IS NOT NULL"),
)
Index(
    "ix_messages_sid",
    messages.c.sid,
    unique=True,
    sqlite_where=text("sid IS NOT NULL"),
    postgresql_where=text("sid IS NOT NULL"),
)
Index(
    "ix_messages_merged",
    messages.c.merged_into,
    sqlite_where=text("merged_into IS NOT NULL"),
    postgresql_where=text("merged_into IS NOT NULL"),
)

consents = _table(
    "consents",
    _id(),
    Column("patient", Whole),
    Column("phone", Text),
    Column("message_class", Text),
    Column("answer", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    _words("source"),
    _words("origin"),
    _words("wording"),
    CheckConstraint("(patient IS NULL) <> (phone IS NULL)", name="whose"),
)
for _whose in ("patient", "phone"):
    Index(
        f"ix_consents_{_whose}",
        consents.c[_whose],
        sqlite_where=text(f"{_whose} IS NOT NULL"),
        postgresql_where=text(f"{_whose} IS NOT NULL"),
    )

numbers = _table(
    "numbers",
    Column("number", Text, primary_key=True),
    Column("trouble", Text, nullable=False),
    Column("since", Instant, nullable=False),
)

tasks = _table(
    "tasks",
    _id(),
    Column("clinic", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("patient", Whole),
    Column("message", Whole),
    Column("number", Text),
    _words("words"),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)
Index(
    "ix_tasks_open",
    tasks.c.kind,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)

alarms = _table(
    "alarms",
    _id(),
    Column("kind", Text, nullable=False),
    Column("code", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("cleared_at", Instant),
)

journal = _table(
    "journal",
    _id(),
    Column("at", Instant, nullable=False),
    Column("patient", Whole),
    Column("care_plan", Whole),
    Column("message", Whole),
    Column("event", Text, nullable=False),
    _words("words"),
    Index(None, "message"),
    Index(None, "patient"),
)

heartbeats = _table(
    "heartbeats",
    Column("worker", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("started_at", Instant, nullable=False),
)

marks = _table(
    "marks",
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
