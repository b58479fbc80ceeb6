"""The clinician's page shows the table that the code answers by."""

from __future__ import annotations

from pathlib import Path

from reminders.care.reply_page import table_in_words
from reminders.care.triage import Intent

PAGE = Path(__file__).parents[2] / "docs/replies.md"


def test_the_table_in_the_documentation_is_the_table() -> None:
    assert table_in_words() in PAGE.read_text(encoding="utf-8")


def test_the_printed_table_has_a_row_for_every_intent_and_no_empty_cell() -> None:
    rows = table_in_words().splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [
        each.value for each in Intent
    ]
    assert all(cell.strip() for row in rows for cell in row.split("|")[1:-1])
