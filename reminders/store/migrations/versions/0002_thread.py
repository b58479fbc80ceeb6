"""The other direction: patients' texts, receipts and escalations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of what comes in."""
    _make_inbound()
    _make_receipts()
    _make_escalations()


def _make_inbound() -> None:
    _table(
        "inbound",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text()),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.Column("patient", WHOLE),
        sa.Column("asked_by", WHOLE),
        sa.Column("context", sa.Text(), nullable=False, server_default="none"),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("also", sa.Text(), nullable=False, server_default=""),
        sa.Column("evidence", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("rule", sa.Text(), nullable=False, server_default=""),
        sa.Column("version", sa.Text(), nullable=False, server_default=""),
        sa.Column("task", sa.Text()),
        sa.Column("closed_at", WHOLE),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_inbound"),
        sa.UniqueConstraint("sid", name="uq_inbound_sid"),
    )
    op.create_index("ix_inbound_phone", "inbound", ["phone", "received_at"])
    _partial_index(
        "ix_inbound_open",
        "inbound",
        ["received_at"],
        where="task IS NOT NULL AND closed_at IS NULL",
    )


def _make_receipts() -> None:
    _table(
        "receipts",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("message", WHOLE),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
    )
    op.create_index("ix_receipts_sid", "receipts", ["sid"])


def _make_escalations() -> None:
    _table(
        "escalations",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("patient", WHOLE),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("inbound", WHOLE),
        sa.Column("raised_at", WHOLE, nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", WHOLE),
        sa.Column("taken_by", sa.Text()),
        sa.Column("taken_at", WHOLE),
        sa.Column("closed_at", WHOLE),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("is_drill", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
        sa.UniqueConstraint("number", name="uq_escalations_number"),
        sa.CheckConstraint("state IN ('raised', 'taken', 'closed')", name="state"),
    )
    _partial_index("ix_escalations_open", "escalations", ["next_at"], where="state = 'raised'")


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _partial_index(name: str, table: str, columns: list[str], *, where: str) -> None:
    rows = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=rows, postgresql_where=rows)
