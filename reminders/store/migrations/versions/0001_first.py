"""The first schema. History: tables.py may change after it, this file may not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table, those that others point to first."""
    _make_patients()
    _make_treatments()
    _make_care_plans()
    _make_messages()
    _make_consents()
    _make_numbers()
    _make_tasks()
    _make_alarms()
    _make_journal()
    _make_heartbeats()
    _make_marks()


def _make_patients() -> None:
    _table(
        "patients",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("last_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text()),
        sa.Column("told_at", WHOLE, nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patients"),
        sa.UniqueConstraint("clinic", "ref", name="uq_patients_clinic_ref"),
    )
    op.create_index("ix_patients_phone", "patients", ["phone"])


def _make_treatments() -> None:
    _table(
        "treatments",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("patient", WHOLE, nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False, server_default=""),
        sa.Column("site", sa.Text(), nullable=False, server_default=""),
        sa.Column("treated_at", WHOLE, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("interval_days", sa.Integer()),
        sa.Column("booked_for", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_treatments"),
        sa.UniqueConstraint("clinic", "ref", name="uq_treatments_clinic_ref"),
        sa.ForeignKeyConstraint(["patient"], ["patients.id"], name="fk_treatments_patient"),
    )
    op.create_index("ix_treatments_patient", "treatments", ["patient"])


def _make_care_plans() -> None:
    _table(
        "care_plans",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_care_plans"),
        sa.ForeignKeyConstraint(["id"], ["treatments.id"], name="fk_care_plans_id"),
    )


def _make_messages() -> None:
    _table(
        "messages",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("patient", WHOLE),
        sa.Column("care_plan", WHOLE),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_class", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", WHOLE, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("wake_at", WHOLE, nullable=False),
        sa.Column("until", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("hold", sa.Text()),
        sa.Column("merged_into", WHOLE),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claimed_by", sa.Text()),
        sa.Column("claimed_at", WHOLE),
        sa.Column("started_at", WHOLE),
        sa.Column("settled_at", WHOLE),
        sa.Column("phone", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("segments", sa.Integer()),
        sa.Column("sid", sa.Text()),
        sa.Column("code", sa.Integer()),
        sa.Column("words_version", sa.Text()),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint(
            "care_plan", "step", "occurrence", name="uq_messages_care_plan_step_occurrence"
        ),
        sa.CheckConstraint(
            "state <> 'sending' OR text IS NOT NULL", name=op.f("ck_messages_words_before_sending")
        ),
        sa.CheckConstraint(
            "care_plan IS NOT NULL OR phone IS NOT NULL", name=op.f("ck_messages_to_whom")
        ),
        sa.ForeignKeyConstraint(["care_plan"], ["care_plans.id"], name="fk_messages_care_plan"),
    )
    _partial_index(
        "ix_messages_due",
        "messages",
        ["rank", "wake_at", "id"],
        where="state = 'planned' AND hold IS NULL",
    )
    _partial_index(
        "ix_messages_held", "messages", ["until"], where="state = 'planned' AND hold IS NOT NULL"
    )
    _partial_index(
        "ix_messages_in_hand", "messages", ["claimed_at"], where="state IN ('claimed', 'sending')"
    )
    _partial_index(
        "ix_messages_left", "messages", ["phone", "started_at"], where="started_at IS NOT NULL"
    )
    _partial_index(
        "ix_messages_merged", "messages", ["merged_into"], where="merged_into IS NOT NULL"
    )
    _partial_index("ix_messages_sid", "messages", ["sid"], unique=True, where="sid IS NOT NULL")


def _make_consents() -> None:
    _table(
        "consents",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("patient", WHOLE),
        sa.Column("phone", sa.Text()),
        sa.Column("message_class", sa.Text()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("source", sa.Text(), nullable=False, server_default=""),
        sa.Column("origin", sa.Text(), nullable=False, server_default=""),
        sa.Column("wording", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.CheckConstraint("(patient IS NULL) <> (phone IS NULL)", name=op.f("ck_consents_whose")),
    )
    _partial_index("ix_consents_patient", "consents", ["patient"], where="patient IS NOT NULL")
    _partial_index("ix_consents_phone", "consents", ["phone"], where="phone IS NOT NULL")


def _make_numbers() -> None:
    _table(
        "numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("since", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_numbers"),
    )


def _make_tasks() -> None:
    _table(
        "tasks",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("patient", WHOLE),
        sa.Column("message", WHOLE),
        sa.Column("number", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("opened_at", WHOLE, nullable=False),
        sa.Column("closed_at", WHOLE),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    _partial_index("ix_tasks_open", "tasks", ["kind"], where="closed_at IS NULL")


def _make_alarms() -> None:
    _table(
        "alarms",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_at", WHOLE, nullable=False),
        sa.Column("seen_at", WHOLE, nullable=False),
        sa.Column("cleared_at", WHOLE),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
    )


def _make_journal() -> None:
    _table(
        "journal",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("patient", WHOLE),
        sa.Column("care_plan", WHOLE),
        sa.Column("message", WHOLE),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_message", "journal", ["message"])
    op.create_index("ix_journal_patient", "journal", ["patient"])


def _make_heartbeats() -> None:
    _table(
        "heartbeats",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("started_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_heartbeats"),
    )


def _make_marks() -> None:
    _table(
        "marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _partial_index(
    name: str, table: str, columns: list[str], *, where: str, unique: bool = False
) -> None:
    rows = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=rows, postgresql_where=rows)
