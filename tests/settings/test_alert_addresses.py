"""Where staff are told besides by text: from the environment or a file, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.sample import MINIMAL, loaded, the_complaint

NAME = "REMINDERS_APPRISE_URLS"
TWO = "mailtos://nobody:secret@example.org\n  json://127.0.0.1:9/"


def test_without_addresses_staff_are_told_by_text_only(tmp_path: Path) -> None:
    assert loaded(tmp_path, MINIMAL).alert_addresses == ()


@pytest.mark.parametrize("in_a_file", [True, False], ids=["file", "variable"])
def test_addresses_are_read_and_never_shown(tmp_path: Path, in_a_file: bool) -> None:
    held = tmp_path / "addresses"
    held.write_text(TWO)
    environ = {f"{NAME}_FILE": str(held)} if in_a_file else {NAME: TWO}
    settings = loaded(tmp_path, MINIMAL, environ)
    assert [each.get_secret_value() for each in settings.alert_addresses] == TWO.split()
    assert "secret" not in repr(settings)


def test_what_is_no_address_is_named_by_its_place_only(tmp_path: Path) -> None:
    where, what, mend = the_complaint(tmp_path, MINIMAL, {NAME: "json://a.example/ hush"})
    assert (where, what) == (NAME, "holds no Apprise address in place 2")
    assert "hush" not in f"{what} {mend}"


def test_addresses_are_set_once(tmp_path: Path) -> None:
    environ = {NAME: TWO, f"{NAME}_FILE": "addresses"}
    assert the_complaint(tmp_path, MINIMAL, environ)[1].startswith("is set twice")


def test_a_file_of_addresses_that_is_not_there_is_named(tmp_path: Path) -> None:
    environ = {f"{NAME}_FILE": str(tmp_path / "nowhere")}
    assert the_complaint(tmp_path, MINIMAL, environ)[0] == f"{NAME}_FILE"


def test_the_deadlines_of_the_ladder_may_only_be_shortened(tmp_path: Path) -> None:
    where, _, _ = the_complaint(tmp_path, MINIMAL + "[escalation]\nemergency_minutes = 6\n")
    assert where.endswith("escalation.emergency_minutes")
    shorter = loaded(tmp_path, MINIMAL + "[escalation]\nurgent_minutes = 10\n")
    assert shorter.escalation.urgent_minutes == 10
