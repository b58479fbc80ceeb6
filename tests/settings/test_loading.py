"""Settings that are fit to start with: what they say, and which source outranks which."""

from __future__ import annotations

from datetime import date, time
from hashlib import sha256
from pathlib import Path

import pytest

from reminders.care.window import DEFAULT_HOURS, parse_window
from reminders.settings import load_settings
from reminders.settings.sections import DatabaseSection
from tests.settings.sample import MINIMAL, loaded


def with_database(url: str) -> str:
    return MINIMAL.replace("sqlite:///var/r.db", url)


def test_a_clinic_starts_with_eight_lines(tmp_path: Path) -> None:
    settings = loaded(tmp_path, MINIMAL)
    assert settings.clinics == settings.clinic
    assert settings.clinic_by_key("lakeside").time_zone == "America/Los_Angeles"
    assert settings.gateway.live is False
    assert settings.gateway.guests == ()
    assert settings.worker.in_flight == 64
    assert settings.worker.intake is None
    assert settings.twilio is None


def test_a_file_saved_by_notepad_starts_as_well(tmp_path: Path) -> None:
    assert loaded(tmp_path, "\ufeff" + MINIMAL).clinics[0].name == "Lakeside Clinic"


def test_an_unknown_clinic_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="the settings know lakeside"):
        loaded(tmp_path, MINIMAL).clinic_by_key("hillside")


def test_hours_are_the_lawful_ones_unless_narrowed(tmp_path: Path) -> None:
    settings = loaded(tmp_path, MINIMAL)
    assert settings.hours_for(settings.clinics[0]) == DEFAULT_HOURS
    narrow = '[hours]\ncare = "10-12:30 Mon, Wed"\nper_seven_days = 2\n'
    settings = loaded(tmp_path, MINIMAL + narrow)
    hours = settings.hours_for(settings.clinics[0])
    assert (hours.care.opens, hours.care.closes) == (time(10), time(12, 30))
    assert hours.care.weekdays == {0, 2}
    assert (hours.per_day, hours.per_seven_days) == (1, 2)


def test_a_clinic_is_closed_on_its_own_days_and_on_everybodys(tmp_path: Path) -> None:
    text = MINIMAL + "closed_days = [2026-12-24]\n" + '[hours]\nclosed_days = ["2026-12-25"]\n'
    settings = loaded(tmp_path, text)
    days = settings.hours_for(settings.clinics[0]).closed_days
    assert days == {date(2026, 12, 24), date(2026, 12, 25)}


def test_on_call_is_always_unless_hours_are_given(tmp_path: Path) -> None:
    people = 'on_call = [{name = "Nurse Example", phone = "(415) 555-0102"}]\n'
    (nurse,) = loaded(tmp_path, MINIMAL + people).clinics[0].on_call
    assert nurse.phone == "+14155550102"
    assert nurse.hours == parse_window("0-24 every day", on_holidays=True)


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("+14155550101", "long_code"),
        ("+18885550101", "toll_free"),
        ("55501", "short_code"),
        ("MG" + "0" * 32, "messaging_service"),
    ],
)
def test_the_kind_of_a_sender_is_recognised(tmp_path: Path, sender: str, kind: str) -> None:
    settings = loaded(tmp_path, MINIMAL.replace("+14155550101", sender))
    assert settings.clinics[0].sender_kind == kind


def test_a_variable_outranks_the_file(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        MINIMAL + "[worker]\nin_flight = 4\ntick = 2\n",
        {
            "REMINDERS_GATEWAY__LIVE": "true",
            "REMINDERS_GATEWAY__GUESTS": '["+14155550123"]',
            "REMINDERS_WORKER__IN_FLIGHT": "8",
            "REMINDERS_HOURS__CARE": "10-18",
            "REMINDERS_HOURS__CLOSED_DAYS": '["2026-12-25"]',
        },
    )
    assert settings.gateway.live is True
    assert settings.gateway.guests == ("+14155550123",)
    assert (settings.worker.in_flight, settings.worker.tick) == (8, 2)
    assert settings.hours.care.opens == time(10)
    assert settings.hours.closed_days == (date(2026, 12, 25),)


def test_one_variable_may_hold_all_clinics(tmp_path: Path) -> None:
    clinics = (
        '[{"key": "hillside", "name": "Hillside", "phone": "+14155550104",'
        ' "time_zone": "America/New_York", "sender": "+14155550105"}]'
    )
    settings = loaded(tmp_path, MINIMAL, {"REMINDERS_CLINIC": clinics})
    assert [clinic.key for clinic in settings.clinics] == ["hillside"]


def test_a_file_asked_for_outranks_the_variable(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(MINIMAL.replace("lakeside", "hillside"), encoding="utf-8")
    environ = {"REMINDERS_SETTINGS": str(other)}
    assert load_settings(None, environ=environ).clinics[0].key == "hillside"
    assert loaded(tmp_path, MINIMAL, environ).clinics[0].key == "lakeside"


def test_the_working_folder_is_the_last_place_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(MINIMAL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, environ={"REMINDERS_SETTINGS": ""})
    assert settings.database.path == tmp_path / "var" / "r.db"


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    more = '[worker]\nintake = "in"\n[templates]\nfolder = "texts"\n'
    settings = loaded(tmp_path, MINIMAL + more)
    assert settings.database.url == f"sqlite:///{tmp_path}/var/r.db"
    assert settings.database.path == tmp_path / "var" / "r.db"
    assert settings.database.key_file == tmp_path / "keys" / "reminders.key"
    assert settings.worker.intake == tmp_path / "in"
    assert settings.templates.folder == tmp_path / "texts"


def test_an_absolute_database_stays_where_it_is(tmp_path: Path) -> None:
    settings = loaded(tmp_path, with_database(f"sqlite:///{tmp_path}/elsewhere/r.db"))
    assert settings.database.path == tmp_path / "elsewhere" / "r.db"


@pytest.mark.parametrize("variable", ["XDG_CONFIG_HOME", "HOME"])
def test_the_key_leaves_a_folder_that_it_would_share_with_the_database(
    tmp_path: Path, variable: str
) -> None:
    settings = loaded(tmp_path, with_database("sqlite:///r.db"), {variable: "/home/example"})
    folder = Path("/home/example") / (".config" if variable == "HOME" else "") / "reminders"
    digest = sha256(str(tmp_path / "r.db").encode()).hexdigest()[:16]
    assert settings.database.key_file == folder / f"{digest}.key"


def test_a_key_file_of_the_clinics_own_choice_is_kept(tmp_path: Path) -> None:
    text = MINIMAL.replace("[gateway]", 'key_file = "safe/our.key"\n[gateway]')
    assert loaded(tmp_path, text).database.key_file == tmp_path / "safe" / "our.key"


def test_a_database_server_has_no_file(tmp_path: Path) -> None:
    settings = loaded(tmp_path, with_database("postgresql+psycopg://clinic@db/reminders"))
    assert settings.database.url == "postgresql+psycopg://clinic@db/reminders"
    assert settings.database.path is None


def test_a_stand_in_on_this_machine_needs_no_encryption(tmp_path: Path) -> None:
    for base in ("http://127.0.0.1:8099/", "http://localhost:8099", "http://[::1]:8099"):
        settings = loaded(tmp_path, MINIMAL, {"REMINDERS_GATEWAY__API_BASE": base})
        assert settings.gateway.api_base == base.rstrip("/")


def test_settings_do_not_change_once_they_are_read(tmp_path: Path) -> None:
    settings = loaded(tmp_path, MINIMAL)
    with pytest.raises(ValueError, match="frozen"):
        settings.gateway.live = True


def test_a_section_cannot_be_built_without_knowing_its_folder() -> None:
    with pytest.raises(TypeError, match="load_settings"):
        DatabaseSection()
