"""The table of commands, which names each and the module that brings it."""

from __future__ import annotations

import pytest
import typer
from typer.main import get_group

from reminders.cli import app
from reminders.cli.application import MODULES
from tests.cli.door import reminders


@pytest.mark.parametrize("name", MODULES)
def test_every_command_of_the_table_is_brought_by_its_module(name: str) -> None:
    told = reminders(name, "--help")
    assert told.code == 0
    assert "--now" in told.said
    assert "--settings" in told.said


def test_every_command_that_a_module_brings_stands_in_the_table() -> None:
    group = get_group(app)
    for name in MODULES:
        group.get_command(typer.Context(group), name)
    assert set(get_group(app).commands) <= set(MODULES)


def test_an_unknown_command_is_refused() -> None:
    assert "No such command 'sned'" in reminders("sned").said
