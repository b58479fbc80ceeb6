"""Settings that are not fit to start with: each mistake has its complaint, all come at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from reminders.settings import SettingsError, load_settings
from tests.settings.sample import CLINIC, HEAD, MINIMAL, TWILIO, complaints, the_complaint


def swapped(old: str, new: str) -> str:
    assert old in MINIMAL
    return MINIMAL.replace(old, new)


ZONE = 'time_zone = "America/Los_Angeles"'
SENDER = 'sender = "+14155550101"'
URL = "sqlite:///var/r.db"
NAMELESS = '{name = "", phone = "+14155550102"}'
NURSE = '{name = "Nurse Example", phone = "+14155550102"'

MISTAKES = [
    (HEAD, "clinic", "is missing", "[[clinic]]"),
    (CLINIC, "gateway.kind", "is missing", 'kind = "pretend"'),
    (HEAD + "[clinic]\nkey = 'a'\n", "clinic", "must be a list", "double brackets"),
    ("clinic = ['a']\n" + HEAD, "clinic[1]", "must be a section", "[[clinic]]"),
    (MINIMAL.replace("[gateway]", "[web]\n[gateway]\nliv = true"), "gateway.liv", "key", '"live"'),
    ("web = 5\n" + MINIMAL, "web", "must be a section", "[web]"),
    ("wbe = 5\n" + MINIMAL, "wbe", "not a section", '"web"'),
    ("live = true\n" + MINIMAL, "live", "not a section", "move it below [gateway]"),
    (MINIMAL + "[web]\ntick = 5\n", "web.tick", "not a key", "move it below [worker]"),
    (swapped("pretend", "twillio"), "gateway.kind", "'pretend' or 'twilio'", '"pretend"'),
    (swapped(URL, "mysql://x"), "database.url", "not the address", "sqlite:///"),
    (swapped(URL, "sqlite://"), "database.url", "forgets every STOP", "name a file"),
    (swapped(URL, "sqlite:///:memory:"), "database.url", "forgets every STOP", "name a file"),
    (swapped(URL, "sqlite:///a?mode=memory"), "database.url", "no lasting file", "name a file"),
    (swapped(URL, "sqlite:///."), "database.url", "a folder, not a file", "name a file"),
    (
        swapped(URL, "postgresql+psycopg://me:hush@db/r"),
        "database.url",
        "holds a password",
        "PGPASSFILE",
    ),
    (
        swapped("[gateway]", 'key_file = "var/deep/r.key"\n[gateway]'),
        "database.key_file",
        "database's own folder",
        "another folder",
    ),
    (
        swapped("[gateway]", 'key_file = "/"\n[gateway]'),
        "database.key_file",
        "a folder, not a file",
        "key file",
    ),
    (swapped("[gateway]", "key_file = 4\n[gateway]"), "database.key_file", "a file", "key_file ="),
    (swapped(URL, "sqlite:///r.db"), "database.key_file", "no home", "key_file"),
    (swapped("Lakeside Clinic", "L" * 41), "clinic[lakeside].name", "1 to 40", "short name"),
    (swapped("Lakeside Clinic", "诊所"), "clinic[lakeside].name", "诊 所", "Latin"),
    (swapped('"Lakeside Clinic"', "7"), "clinic[lakeside].name", "must be text", '"Lakeside'),
    (swapped('"lakeside"', '"Lake side"'), "clinic[Lake side].key", "small letters", "lakeside"),
    (swapped('key = "lakeside"', ""), "clinic[1].key", "is missing", 'key = "lakeside"'),
    (swapped("(415) 555-0100", "call us"), "clinic[lakeside].phone", "telephone", "patients"),
    (swapped(ZONE, 'time_zone = "Los Angeles"'), "time_zone", "zone", "America/Los_Angeles"),
    (swapped(ZONE, 'time_zone = "america/denver"'), "time_zone", "zone", '"America/Denver"'),
    (swapped(ZONE, 'time_zone = "America/Chigaco"'), "time_zone", "zone", '"America/Chicago"'),
    (swapped(ZONE, 'time_zone = "zzzz"'), "time_zone", "zone", "IANA"),
    (swapped("+14155550101", "Lakeside"), "clinic[lakeside].sender", "not a sender", "MG…"),
    (MINIMAL + 'sender_kind = "short_code"', "sender_kind", "does not fit", '""'),
    (MINIMAL + 'sender_kind = "pigeon"', "sender_kind", "'long_code'", '"long_code"'),
    (MINIMAL + "segments_per_second = -1", "segments_per_second", "at least 0", "= 0"),
    (MINIMAL + "segments_per_second = nan", "segments_per_second", "a number", "= 0"),
    (MINIMAL + "languages = []", "languages", "nothing in it", '["en", "es"]'),
    (MINIMAL + 'languages = ["English"]', "languages[1]", "language code", '"en"'),
    (MINIMAL + 'booking_url = "our page"', "booking_url", "web address", "https://"),
    (MINIMAL + 'emergency_number = "call"', "emergency_number", "emergency", '"911"'),
    (MINIMAL + 'region = "usa"', "region", "country code", '"US"'),
    (MINIMAL + 'closed_days = ["yesterday"]', "closed_days[1]", "not a date", "2026-12-25"),
    (MINIMAL + "closed_days = [5]", "closed_days[1]", "not a date", "2026-12-25"),
    (MINIMAL + f"on_call = [{NAMELESS}]", "on_call[1].name", "line of text", "quotes"),
    (MINIMAL + 'on_call = [{name = "N", phone = "911"}]', "phone", "texted", "international"),
    (
        MINIMAL + f'on_call = [{NURSE}, hours = "9-25"}}]',
        "on_call[1].hours",
        "time of day",
        "0 to 24",
    ),
    (MINIMAL + f'on_call = [{NURSE}, hour = "9"}}]', "on_call[1].hour", "key", '"hours"'),
    (MINIMAL + 'on_call = "me"', "on_call", "a list", "Nurse Example"),
    (swapped("[[", 'guests = ["4155550123"]\n[['), "gateway.guests[1]", "international", "+1"),
    (swapped("[[", 'api_base = "twilio"\n[['), "gateway.api_base", "web address", "https://"),
    (swapped("[[", 'api_base = "http://[::1"\n[['), "gateway.api_base", "address", "https://"),
    (swapped("[[", 'api_base = "http://x.org"\n[['), "gateway.api_base", "network", "https://"),
    (swapped("[[", 'api_base = "HTTP://10.0.0.1"\n[['), "gateway.api_base", "network", "https"),
    (swapped("[[", 'api_base = "https://a:hush@x"\n[['), "gateway.api_base", "address", "password"),
    (swapped("[[", 'public_url = "http://x.org"\n[['), "gateway.public_url", "network", "https"),
    (swapped("[[", "live = 'perhaps'\n[["), "gateway.live", "true or false", "live = false"),
    (swapped("[[", "uncertain_wait = 1.5\n[["), "gateway.uncertain_wait", "whole", "= 600"),
    (MINIMAL + "[worker]\nin_flight = 0", "worker.in_flight", "at least 1", "= 64"),
    (MINIMAL + "[worker]\ntick = 'fast'", "worker.tick", "a number", "= 1.0"),
    (MINIMAL + "[worker]\nintake = 5", "worker.intake", "a folder", "quotes"),
    (MINIMAL + "[worker]\nintake = 'settings.toml'", "worker.intake", "a file", "folder"),
    (MINIMAL + "[web]\nport = 70000", "web.port", "at most 65535", "= 8080"),
    (MINIMAL + "[hours]\ncare = '8-20'", "hours.care", "47 CFR 64.1200(c)(1)", "within"),
    (MINIMAL + "[hours]\ncare = 9", "hours.care", "written as text", "9-20"),
    (MINIMAL + "[hours]\ncare = 'always'", "hours.care", "not a window", "24-hour clock"),
    (MINIMAL + "[hours]\nmarketing = '10-18'", "hours.marketing", "never wider", "within"),
    (MINIMAL + "[hours]\nper_day = 2", "hours.per_day", "at most 1", "per_day = 1"),
    (MINIMAL + "[hours]\nper_seven_days = 4", "hours.per_seven_days", "at most 3", "= 3"),
    (MINIMAL + "[templates]\nfolder = 'gone'", "templates.folder", "not there", "templates/"),
    (MINIMAL + CLINIC, "clinic[lakeside].key", "2 clinics", "its own key"),
    (swapped("[[", "auth_token = 'hush'\n[["), "gateway.auth_token", "secret", "TWILIO_AUTH_TOKEN"),
    ("TWILIO_API_KEY = 'hush'\n" + MINIMAL, "TWILIO_API_KEY", "secret", "TWILIO_API_KEY_FILE"),
    (MINIMAL + "[twilio]\ntoken = 'hush'", "twilio", "secret", "TWILIO_AUTH_TOKEN"),
    (MINIMAL + "[web", "settings.toml, line 12", "cannot be read as TOML", "key = value"),
    ("url = \n", "settings.toml, line 1", "cannot be read as TOML", "key = value"),
    (b"name = '\xe9'", "settings.toml", "UTF-8", "save it as UTF-8"),
]


@pytest.mark.parametrize(("text", "where", "what", "mend"), MISTAKES)
def test_each_mistake_is_named_with_its_place_and_its_mend(
    tmp_path: Path, text: str | bytes, where: str, what: str, mend: str
) -> None:
    found = the_complaint(tmp_path, text)
    assert found[0].startswith("settings.toml")
    assert found[0].endswith(where)
    assert what in found[1]
    assert mend in found[2]
    assert "hush" not in str(found)


VARIABLES = [
    (
        {"REMINDERS_GATEWAY__LIVE": "perhaps"},
        "REMINDERS_GATEWAY__LIVE",
        "LIVE=false",
    ),
    ({"REMINDERS_WEB__PORT": ""}, "REMINDERS_WEB__PORT", "REMINDERS_WEB__PORT=8080"),
    ({"REMINDERS_GATEWAY__LVIE": "true"}, "REMINDERS_GATEWAY__LVIE", "REMINDERS_GATEWAY__LIVE?"),
    ({"REMINDERS_GATEWAY__GUESTS": "+1"}, "REMINDERS_GATEWAY__GUESTS", '["one", "two"]'),
    ({"REMINDERS_GATEWAY__GUESTS": '["+1"]'}, "REMINDERS_GATEWAY__GUESTS[1]", "+14155550123"),
    ({"REMINDERS_CLINIC__NAME": "x"}, "REMINDERS_CLINIC__NAME", "REMINDERS_CLINIC?"),
    ({"REMINDERS_CLINIC": '["x"]'}, "REMINDERS_CLINIC[1]", "[[clinic]]"),
    ({"REMINDERS_GATEWAY": "{}"}, "REMINDERS_GATEWAY", "REMINDERS_GATEWAY__LIVE?"),
    ({"REMINDERS_MOOD": "good"}, "REMINDERS_MOOD", "REMINDERS_<SECTION>__<KEY>"),
    (
        {"REMINDERS_GATEWAY__AUTH_TOKEN": "hush"},
        "REMINDERS_GATEWAY__AUTH_TOKEN",
        "TWILIO_AUTH_TOKEN",
    ),
]


@pytest.mark.parametrize(("environ", "where", "mend"), VARIABLES)
def test_a_mistake_in_a_variable_names_the_variable(
    tmp_path: Path, environ: dict[str, str], where: str, mend: str
) -> None:
    found = the_complaint(tmp_path, MINIMAL, environ)
    assert found[0] == where
    assert mend in found[2]
    assert "hush" not in str(found)


def test_every_complaint_comes_at_once(tmp_path: Path) -> None:
    text = TWILIO.replace(URL, "sqlite://").replace("Los_Angeles", "Los_Angles")
    text += CLINIC + "phon = '1'\n[hours]\ncare = '7-21'\n[templates]\nfolder = 'gone'\n"
    found = complaints(tmp_path, text, {"REMINDERS_MOOD": "good", "TWILIO_AUTH_TOKEN": ""})
    places = [where.removeprefix("settings.toml: ") for where, _, _ in found]
    assert places == [
        "REMINDERS_MOOD",
        "database.url",
        "clinic[lakeside].time_zone",
        "clinic[lakeside].phon",
        "hours.care",
        "templates.folder",
        "clinic[lakeside].key",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_ACCOUNT_SID",
    ]


def test_a_broken_file_does_not_hide_a_broken_variable(tmp_path: Path) -> None:
    found = complaints(tmp_path, "[", {"REMINDERS_MOOD": "good"})
    assert [where for where, _, _ in found] == ["settings.toml, line 1", "REMINDERS_MOOD"]


def test_complaints_print_one_to_a_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(MINIMAL + '"a\\nb" = 1\n[web]\nport = 0\n', encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_settings(file, environ={})
    first, second = str(refused.value).splitlines()
    assert first.startswith(f"{file}: clinic[lakeside].a b: ")
    assert second == f"{file}: web.port: must be at least 1; write port = 8080"


def test_a_file_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path / "gone.toml", environ={})
    (complaint,) = refused.value.complaints
    assert complaint.where == str(tmp_path / "gone.toml")
    assert complaint.what == "there is no such file"
    assert "--settings" in complaint.mend


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path, environ={})


def test_bytes_that_are_no_letters_are_refused_in_plain_words(tmp_path: Path) -> None:
    found = the_complaint(tmp_path, MINIMAL, {"REMINDERS_HOURS__CARE": "9\udcff20"})
    assert found[:2] == ("REMINDERS_HOURS__CARE", '"9?20" is not a window of hours')


def test_a_folder_name_that_no_disk_can_hold_is_refused(tmp_path: Path) -> None:
    for name in ("a" * 5000, "a\0b"):
        found = the_complaint(tmp_path, MINIMAL, {"REMINDERS_WORKER__INTAKE": name})
        assert found[:2] == (
            "REMINDERS_WORKER__INTAKE",
            "is not a place that this account can reach",
        )
