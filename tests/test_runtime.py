"""What every command opens before it works."""

from __future__ import annotations

from pathlib import Path

from reminders.clock import VirtualClock
from reminders.runtime import open_runtime
from reminders.store.tables import messages
from tests.clinic import DUE, TREATED, open_clinic, row


def test_two_commands_at_one_moment_never_give_two_texts_the_same_number(tmp_path: Path) -> None:
    with open_clinic(tmp_path, at=DUE) as clinic:
        clinic.take_in(*(row(number) for number in range(20)))
        given = [text["id"] for text in clinic.rows_of(messages)]
        settings = clinic.runtime.settings
    following = open_runtime(settings, VirtualClock(DUE))
    assert following.mint(DUE) > max(given)
    following.close()


def test_a_command_at_another_moment_counts_on_from_its_own(tmp_path: Path) -> None:
    with open_clinic(tmp_path, at=DUE) as clinic:
        clinic.take_in(row())
        given = [text["id"] for text in clinic.rows_of(messages)]
        settings = clinic.runtime.settings
    earlier = open_runtime(settings, VirtualClock(TREATED))
    assert earlier.mint(TREATED) < min(given)
    earlier.close()
