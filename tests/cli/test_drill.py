"""`drill` and `check`: a made-up emergency reaches the people on call in time, or says why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from tests.cli.command import Ask, asking
from tests.clinic import TREATED, write_settings
from tests.ladder import ANA, BEN, CLEO, NIGHT

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TEN_PAST_ELEVEN = datetime(2026, 3, 3, 7, 10, tzinfo=UTC)


@pytest.fixture
def ask(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ask]:
    """Yield a way to run commands on the clinic in this test's folder."""
    yield asking(tmp_path, capfd, monkeypatch)
    structlog.reset_defaults()  # a drill's log went to this test's standard error


def test_a_drill_at_ten_past_eleven_tells_each_person_in_time(tmp_path: Path, ask: Ask) -> None:
    write_settings(tmp_path, clinic=NIGHT)
    played = ask("drill", at=TEN_PAST_ELEVEN)
    lines = played.out.splitlines()
    assert played.code == 0
    assert lines[0].startswith("Lakeside Clinic, Mon 2 Mar 2026 23:10: a drill")
    assert "understood as emergency" in lines[2]
    told = [line.strip() for line in lines[3:] if line.strip()]
    assert [each.partition("  ")[2].partition("  (")[0] for each in told[:-1]] == [
        "the safety text for the patient is in the outbox",
        "the safety text leaves for the patient",
        "Nurse Ana Example is told",
        "Ben Sample is told",
        "Nurse Ana Example is told again",
        "Ben Sample is told again",
        "Cleo Madeup is told",
        "nobody could be reached: the patient is told to call (415) 555-0100",
        "Nurse Ana Example answers TAKE 1: it is taken, and confirmed",
    ]
    assert [each.split()[0] for each in told[:4]] == ["0:00", "0:02", "0:02", "5:03"]
    assert told[-1] == "Every step came in time."


def test_a_drill_leaves_nothing_behind_and_texts_nobody(tmp_path: Path, ask: Ask) -> None:
    write_settings(tmp_path, twilio="http://127.0.0.1:9", clinic=NIGHT)
    assert ask("drill", "--clinic", "k", at=TEN_PAST_ELEVEN).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


def test_a_drill_without_anybody_on_call_fails_and_says_so(tmp_path: Path, ask: Ask) -> None:
    write_settings(tmp_path)
    played = ask("drill", at=TEN_PAST_ELEVEN)
    assert played.code == 1
    assert "NOBODY IS ON CALL" in played.out


def test_the_drill_keeps_to_the_clinics_own_shorter_deadlines(tmp_path: Path, ask: Ask) -> None:
    write_settings(tmp_path, clinic=NIGHT + "\n[escalation]\nemergency_minutes = 1\n")
    assert " 1:03  Ben Sample is told" in ask("drill", at=TEN_PAST_ELEVEN).out


def where_of(found: list[dict[str, str]]) -> list[str]:
    return [each["where"].rpartition(", ")[2] for each in found]


@pytest.mark.parametrize(("live", "level"), [(True, "errors"), (False, "notes")])
def test_a_clinic_without_anybody_on_call_is_not_fit_to_go_live(
    tmp_path: Path, ask: Ask, live: bool, level: str
) -> None:
    write_settings(tmp_path, twilio="http://127.0.0.1:9", live=live)
    assert "clinic[k].on_call" in where_of(ask("check", "--json", at=TREATED).json[level])


def test_people_on_call_whose_pages_are_held_on_trial_are_noted(tmp_path: Path, ask: Ask) -> None:
    write_settings(tmp_path, twilio="http://127.0.0.1:9", live=False, guests=[ANA], clinic=NIGHT)
    notes = ask("check", "--json", at=TREATED).json["notes"]
    (held,) = [each for each in notes if each["where"].endswith("on_call")]
    assert held["what"].startswith("has 2 people whose pages are held")
    write_settings(
        tmp_path, twilio="http://127.0.0.1:9", live=False, guests=[ANA, BEN, CLEO], clinic=NIGHT
    )
    assert "clinic[k].on_call" not in where_of(ask("check", "--json", at=TREATED).json["notes"])


def test_an_alert_address_that_nobody_understands_is_named_by_place(
    tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMINDERS_APPRISE_URLS", "json://127.0.0.1:9/ nonsense://hush")
    write_settings(tmp_path, clinic=NIGHT)
    found = ask("check", "--json", at=TREATED)
    (only,) = [each for each in found.json["errors"] if "APPRISE" in each["where"]]
    assert "place 2" in only["what"]
    assert "hush" not in found.out
