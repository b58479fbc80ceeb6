"""The tables of the other direction: what patients wrote, what the carriers said, who must look.

Columns that hold a person's words, name or number: inbound.phone, words; escalations.phone, note.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from reminders.store.kinds import Instant, Whole
from reminders.store.tables import metadata

__all__ = ["escalations", "inbound", "metadata", "receipts"]

inbound = Table(
    "inbound",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("sid", Text, nullable=False, unique=True),
    Column("clinic", Text),
    Column("phone", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("patient", Whole),
    Column("asked_by", Whole),
    Column("context", Text, nullable=False, server_default="none"),
    Column("intent", Text, nullable=False),
    Column("also", Text, nullable=False, server_default=""),
    Column("evidence", Text, nullable=False, server_default="[]"),
    Column("rule", Text, nullable=False, server_default=""),
    Column("version", Text, nullable=False, server_default=""),
    Column("task", Text),
    Column("closed_at", Instant),
    Column("note", Text, nullable=False, server_default=""),
    Index("ix_inbound_phone", "phone", "received_at"),
    sqlite_strict=True,
)
Index(
    "ix_inbound_open",
    inbound.c.received_at,
    sqlite_where=text("task IS NOT NULL AND closed_at IS NULL"),
    postgresql_where=text("task IS NOT NULL AND closed_at IS NULL"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("sid", Text, nullable=False),
    Column("message", Whole),
    Column("status", Text, nullable=False),
    Column("code", Integer),
    Column("at", Instant, nullable=False),
    Index("ix_receipts_sid", "sid"),
    sqlite_strict=True,
)

escalations = Table(
    "escalations",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False, unique=True),
    Column("clinic", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("patient", Whole),
    Column("phone", Text, nullable=False),
    Column("inbound", Whole),
    Column("raised_at", Instant, nullable=False),
    Column("rung", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant),
    Column("taken_by", Text),
    Column("taken_at", Instant),
    Column("closed_at", Instant),
    Column("note", Text, nullable=False, server_default=""),
    Column("is_drill", Integer, nullable=False, server_default="0"),
    CheckConstraint("state IN ('raised', 'taken', 'closed')", name="state"),
    sqlite_strict=True,
)
Index(
    "ix_escalations_open",
    escalations.c.next_at,
    sqlite_where=text("state = 'raised'"),
    postgresql_where=text("state = 'raised'"),
)
