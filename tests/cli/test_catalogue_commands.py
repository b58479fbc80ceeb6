"""What `check`, `preview` and `segments` say to a clinic."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from reminders.care.segments import count
from reminders.settings import load_settings
from reminders.store.alarms import raise_alarm
from reminders.store.database import open_database
from tests.catalogue import edit, small_catalogue
from tests.cli.door import CANNOT_RUN, Told, on_a_terminal, reminders
from tests.clinic import ENVIRON, write_settings
from tests.ladder import NIGHT

SHIPPED = Path(__file__).parents[2] / "templates"
ALARM = 20003


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pretending clinic's settings, where every command is run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    write_settings(tmp_path, live=False)
    return tmp_path


def add_lines(path: Path, words: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + words, encoding="utf-8")


def own_templates(desk: Path) -> Path:
    """Give the clinic a small templates folder of its own."""
    folder = small_catalogue(desk)
    add_lines(desk / "settings.toml", '\n[templates]\nfolder = "templates"\n')
    return folder


def test_a_sound_installation_is_fit_and_says_that_it_only_pretends() -> None:
    told = reminders("check")
    assert told.code == 0
    assert "PRETEND: nothing is sent" in told.said
    assert told.said.endswith("Fit to text patients.\n")


@pytest.mark.parametrize(
    ("live", "guests", "words"),
    [
        (True, (), "LIVE: texts go to patients through twilio"),
        (False, ("+14155550123",), "TRIAL: texts go to 1 guest only"),
        (False, ("+14155550123", "+14155550124"), "TRIAL: texts go to 2 guests only"),
        (False, (), "TRIAL: every text is held"),
    ],
)
def test_it_is_said_aloud_whether_patients_get_texts(
    desk: Path, live: bool, guests: tuple[str, ...], words: str
) -> None:
    write_settings(desk, twilio="https://api.twilio.com", live=live, guests=guests, clinic=NIGHT)
    told = reminders("check")
    assert told.code == 0
    assert words in told.said
    assert "no receipts come" in told.said


def test_texts_that_go_to_another_address_than_twilios_are_noted(desk: Path) -> None:
    write_settings(desk, twilio="http://127.0.0.1:9")
    assert "gateway.api_base: texts go to http://127.0.0.1:9" in reminders("check").said


def test_a_live_gateway_that_only_pretends_is_noted(desk: Path) -> None:
    write_settings(desk, live=True)
    assert "gateway.live: is true, but the pretend gateway sends nothing" in reminders("check").said


def test_every_mistake_of_the_settings_is_told_at_once(desk: Path) -> None:
    words = (desk / "settings.toml").read_text(encoding="utf-8")
    wrong = words.replace('kind = "pretend"', 'kind = "pigeon"').replace("phone =", "fone =")
    (desk / "settings.toml").write_text(wrong, encoding="utf-8")
    told = reminders("check")
    assert told.code == CANNOT_RUN
    assert "gateway.kind" in told.said
    assert "fone" in told.said


def test_missing_twilio_credentials_are_told(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(desk, twilio="https://api.twilio.com")
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    told = reminders("check", "--json")
    assert told.code == CANNOT_RUN
    answer = json.loads(told.said)
    assert not answer["fit"]
    assert [error["where"] for error in answer["errors"]] == ["TWILIO_AUTH_TOKEN"]


def test_texts_are_judged_even_when_the_database_cannot_be_opened(desk: Path) -> None:
    (desk / "a-file").write_text("not a folder", encoding="utf-8")
    write_settings(desk, url="sqlite:///a-file/reminders.db")
    edit(own_templates(desk), "sms/en/shared.toml", old="{{ earliest }}", new="{{ earlyest }}")
    told = reminders("check")
    assert told.code == 1
    assert "settings.toml, database: " in told.said
    assert 'unknown variable "earlyest"; did you mean "earliest"?' in told.said


ENGLISH, HAND = "sms/en/shared.toml", "protocols/x.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (ENGLISH, "onset = ", "onsett = ", 'has no text "onset"'),
        (ENGLISH, "{{ advice }}", "{{ drug }}", 'unknown variable "drug"'),
        (HAND, '"14 days"', '"14 fortnights"', "steps"),
        (ENGLISH, "no rubbing today.", "no rubbing today. " * 20, "segments"),
        (ENGLISH, "3 not yet.", "3 not yet, or YES.", 'asks for "YES"'),
        (ENGLISH, "no rubbing today.", "no rubbing for $5.", "price"),
        (ENGLISH, "no rubbing today.", "a special offer.", 'says "offer" in a care text'),
    ],
)
def test_a_newcomers_mistake_is_named_with_its_file(
    desk: Path, file: str, old: str, new: str, words: str
) -> None:
    edit(own_templates(desk), file, old=old, new=new)
    told = reminders("check")
    assert told.code == 1
    named = [line for line in told.said.splitlines() if words in line]
    assert any("templates/" in line and "; " in line for line in named), told.said


def test_texts_of_a_protocol_that_does_not_exist_are_named(desk: Path) -> None:
    folder = own_templates(desk)
    (folder / "sms/en/x.toml").rename(folder / "sms/en/y.toml")
    told = reminders("check")
    assert told.code == 1
    assert "templates/sms/en/y.toml: unknown protocol y" in told.said


def test_one_language_may_be_judged_alone(desk: Path) -> None:
    edit(own_templates(desk), "sms/es/shared.toml", old="{{ earliest }}", new="{{ cuando }}")
    assert reminders("check", "--language", "en").code == 0
    assert reminders("check", "--language", "es").code == 1


def test_a_language_that_nobody_has_written_is_told_with_the_clinic_that_offers_it(
    desk: Path,
) -> None:
    write_settings(desk, clinic='languages = ["en", "pl"]')
    told = reminders("check")
    assert told.code == 1
    assert 'settings.toml, clinic[k].languages: has "pl"' in told.said


def test_a_key_that_others_may_read_makes_the_installation_unfit(desk: Path) -> None:
    assert reminders("check").code == 0
    key_file = desk / "keys" / "reminders.key"
    key_file.chmod(0o640)
    told = reminders("check")
    assert told.code == 1
    assert f"database.key_file: {key_file} may be read by other accounts" in told.said
    assert f"run: chmod 600 {key_file}" in told.said


def test_a_database_folder_that_everyone_may_write_to_makes_the_installation_unfit(
    desk: Path,
) -> None:
    assert reminders("check").code == 0
    (desk / "var").chmod(0o777)
    assert "every account may replace what lies in" in reminders("check").said


def test_secrets_and_exports_that_everyone_may_read_are_noted(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk / "token"
    token.write_text("made-up", encoding="utf-8")
    token.chmod(0o644)
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_FILE", str(token))
    (desk / "in").mkdir()
    (desk / "in").chmod(0o755)
    write_settings(desk, twilio="https://api.twilio.com", worker='intake = "in"', clinic=NIGHT)
    told = reminders("check")
    assert told.code == 0
    assert "TWILIO_AUTH_TOKEN_FILE: names a file that every account may read" in told.said
    assert "may be read by every account; run: chmod o-rwx" in told.said


def test_an_alarm_on_the_account_makes_the_installation_unfit(desk: Path) -> None:
    settings = load_settings(None, environ={"HOME": str(desk)})
    database = open_database(settings.database.url, key_file=settings.database.key_file)
    at = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    with database.write() as session:
        raise_alarm(session, code=ALARM, words="the token is wrong", now=at, row_id=1)
    database.close()
    told = reminders("check")
    assert told.code == 1
    assert "all sending has stopped since 2026-03-02 17:30 UTC, code 20003" in told.said
    assert "`reminders resume`" in told.said


def preview(*arguments: str) -> list[dict[str, object]]:
    told = reminders("preview", *arguments, "--json")
    assert told.code == 0, told.said
    entries = json.loads(told.said)
    assert isinstance(entries, list)
    return entries


def test_a_treatments_texts_come_on_the_days_of_the_protocol() -> None:
    entries = preview("writers-cramp", "--on", "2026-03-02")
    days = [(entry["step"], entry["day"]) for entry in entries]
    assert days[:4] == [
        ("aftercare", 0),
        ("side-effects", 3),
        ("side-effects-late", 10),
        ("onset", 14),
    ]
    assert entries[0]["due_local"] == "2026-03-02T11:00:00-08:00"


def test_only_the_first_text_says_who_we_are_and_how_to_stop_us() -> None:
    first, *later = [str(entry["text"]) for entry in preview("chronic-migraine")]
    assert "STOP" in first
    assert "HELP" in first
    assert not any("STOP" in text for text in later)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("protocol", sorted(path.stem for path in SHIPPED.glob("protocols/*.toml")))
def test_every_protocol_can_be_read_in_every_language_at_two_segments_at_most(
    protocol: str, language: str
) -> None:
    entries = preview(protocol, "--language", language, "--on", "2026-12-24")
    assert all(entry["is_sent"] for entry in entries)
    for entry in entries:
        assert entry["segments"] == count(str(entry["text"])).segments <= 2
        assert entry["encoding"] == "GSM-7"


def test_a_spanish_reminder_asks_for_cita() -> None:
    texts = [e["text"] for e in preview("limb-spasticity", "--language", "es")]
    assert any("CITA" in str(text) for text in texts)


def test_a_product_that_lasts_longer_moves_the_reminder() -> None:
    def reminder(*more: str) -> object:
        entries = preview("cervical-dystonia", "--on", "2026-03-02", *more)
        return next(entry["day"] for entry in entries if entry["step"] == "retreatment")

    assert (reminder(), reminder("--product", "Daxxify")) == (77, 140)


def test_the_cost_is_that_of_all_segments_at_the_clinics_own_price() -> None:
    entries = preview("muscle-spasm", "--price", "0.02")
    segments = sum(count(str(entry["text"])).segments for entry in entries)
    told = reminders("preview", "muscle-spasm", "--price", "0.02")
    assert f"{segments} segments, ${segments * 0.02:.4f}" in told.said
    assert "give your own with --price" in told.said


def test_without_a_day_the_treatment_is_today_at_the_clinic() -> None:
    entries = preview("muscle-spasm", "--now", "2026-03-02T23:00-08:00")
    assert str(entries[0]["due_local"]).startswith("2026-03-02T11:00")


def test_an_unknown_product_is_warned_of_with_the_known_ones() -> None:
    told = reminders("preview", "blepharospasm", "--product", "Elixir")
    assert told.code == 0
    assert "This product is not known here" in told.said
    assert "xeomin" in told.said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["writer-cramp"], 'did you mean "writers-cramp"?'),
        (["writers-cramp", "--on", "03/04/2026"], "write it like 2026-03-02"),
        (["writers-cramp", "--language", "pl"], "templates/sms/pl: there is no such"),
        (["writers-cramp", "--clinic", "z"], 'no clinic has the key "z"'),
        (["writers-cramp", "--now", "noon"], "--now noon: this is no ISO 8601 moment"),
    ],
)
def test_what_cannot_be_previewed_is_said_in_words(arguments: list[str], words: str) -> None:
    told = reminders("preview", *arguments)
    assert told.code == CANNOT_RUN
    assert words in told.said


def test_a_half_made_language_elsewhere_does_not_keep_a_protocol_from_being_read(
    desk: Path,
) -> None:
    folder = copytree(SHIPPED, desk / "templates")
    (folder / "sms" / "pl").mkdir()
    add_lines(desk / "settings.toml", '\n[templates]\nfolder = "templates"\n')
    assert preview("chronic-pain")
    assert "templates/sms/pl" in reminders("check").said


def test_on_a_terminal_texts_appear_in_bubbles(desk: Path) -> None:
    said = on_a_terminal(
        "preview", "writers-cramp", environ={"COLUMNS": "100", "TERM": "xterm", "NO_COLOR": "1"}
    )
    assert "╭─ aftercare, care" in said
    assert "╭" not in reminders("preview", "writers-cramp").said


def counted(told: Told) -> dict[str, object]:
    assert told.code == 0, told.said
    answer = json.loads(told.said)
    assert isinstance(answer, dict)
    return answer


def test_a_text_is_counted_from_the_command_line() -> None:
    answer = counted(reminders("segments", "Hello {you}"))
    assert answer == {"encoding": "GSM-7", "segments": 1, "units": 13, "offending": []}


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("\n", 1), ("a\r\nb\r\n", 6), (" a ", 3), ("\ufeffa", 2)]
)
def test_standard_input_is_counted_to_its_last_character(text: str, units: int) -> None:
    for arguments in ([], ["-"]):
        answer = counted(reminders("segments", *arguments, stdin=text.encode()))
        assert answer["units"] == units


def test_characters_that_make_a_text_dear_are_named() -> None:
    answer = counted(reminders("segments", stdin="ok ✓ 😀 ✓".encode()))
    assert answer["encoding"] == "UCS-2"
    assert answer["offending"] == ["✓", "😀"]


def test_half_of_a_letter_is_counted_as_what_it_is() -> None:
    stdin = "\ud83d".encode("utf-8", "surrogatepass")
    answer = counted(reminders("segments", stdin=stdin))
    assert (answer["units"], answer["offending"]) == (1, ["\ud83d"])


@pytest.mark.parametrize("arguments", [["-"], ["caf\udce9"]])
def test_what_is_not_utf8_is_refused_with_the_mend(arguments: list[str]) -> None:
    told = reminders("segments", *arguments, stdin=b"caf\xe9")
    assert told.code == CANNOT_RUN
    assert "(byte 4): save it as UTF-8" in told.said


def test_counting_needs_neither_settings_nor_anything_slow(desk: Path) -> None:
    (desk / "settings.toml").unlink()
    words = (
        "import sys\n"
        "sys.argv = ['reminders', 'segments', 'x', '--now', '2026-03-02', '--settings', 'none']\n"
        "from reminders.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "slow = {'sqlalchemy', 'twilio', 'jinja2', 'phonenumbers', 'alembic', 'rich'}\n"
        "print(sorted(slow & set(sys.modules)))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    answer, slow = ended.stdout.splitlines()
    assert json.loads(answer)["units"] == 1
    assert slow == "[]"
