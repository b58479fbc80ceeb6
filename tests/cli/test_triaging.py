"""`triage` is a filter: JSON lines in, one verdict each out, and a bad line stops nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from reminders.settings.reading import FILE_VARIABLE
from tests.catalogue import edit, small_catalogue
from tests.cli.door import CANNOT_RUN, Told, reminders
from tests.clinic import ENVIRON, write_settings

SHIPPED = Path(__file__).parents[2] / "templates"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder: no settings file and no database."""
    for name, value in (ENVIRON | {"HOME": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def own_settings(folder: Path) -> Path:
    """Write settings whose templates lie beside them."""
    path = write_settings(folder)
    words = path.read_text(encoding="utf-8")
    path.write_text(f'{words}\n[templates]\nfolder = "templates"\n', encoding="utf-8")
    return path


def prepend(folder: Path, code: str, lines: str) -> None:
    """Put a line right under its table's heading in a language file."""
    heading = lines.partition("\n")[0] + "\n"
    edit(folder / "templates", f"sms/{code}/language.toml", old=heading, new=lines)


def asked(*rows: object, settings: Path | None = None) -> Told:
    lines = "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
    options = ["--settings", str(settings)] if settings else []
    return reminders("triage", *options, stdin=lines.encode())


def test_each_text_gets_its_verdict_in_order_without_settings_or_database(elsewhere: Path) -> None:
    told = asked(
        {"text": "no puedo respirar. STOP", "context": "side_effects"},
        {"text": "2", "context": "wear_off"},
        {"text": "2"},
    )
    first, second, third = map(json.loads, told.said.splitlines())
    assert told.code == 0
    assert (first["intent"], first["also"]) == ("emergency", ["opt_out"])
    assert first["evidence"] == ["no puedo respirar"]
    assert first["rule"] == "emergency.breathing"
    assert first["version"] == second["version"]
    assert (second["intent"], third["intent"]) == ("wearing_off", "unclear")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("not json", "is not JSON"),
        ("[" * 5000, "is not JSON"),
        ("[]", "is not an object"),
        ('{"context": "none"}', '"text" is not a text'),
        ('{"text": "secret words", "context": "lunch"}', "use side_effects"),
        ('{"text": "secret words", "context": []}', "use side_effects"),
    ],
)
def test_a_bad_line_is_named_by_number_and_the_stream_goes_on(line: str, mend: str) -> None:
    told = asked({"text": "1", "context": "onset"}, line, {"text": "3", "context": "onset"})
    before, bad, after = map(json.loads, told.said.splitlines())
    assert told.code == 1
    assert (before["intent"], after["intent"]) == ("all_well", "no_effect")
    assert bad["line"] == 2
    assert mend in bad["error"]
    assert "secret" not in told.said


def test_each_answer_leaves_before_the_next_text_is_given() -> None:
    command = [sys.executable, "-m", "reminders", "triage"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for text, meant in (("STOP", "opt_out"), ("cant breathe", "emergency")):
            running.stdin.write(json.dumps({"text": text, "context": "none"}) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["intent"] == meant
        running.stdin.close()
    assert running.returncode == 0


def test_a_clinics_own_words_are_read(elsewhere: Path) -> None:
    copytree(SHIPPED, elsewhere / "templates")
    prepend(elsewhere, "en", '[triage.concepts]\nODDITY = ["frobnicat*"]\n')
    prepend(elsewhere, "en", '[triage.urgent]\nour_own = ["ODDITY"]\n')
    prepend(elsewhere, "es", '[triage.urgent]\nour_own = ["ODDITY"]\n')
    settings = own_settings(elsewhere)
    told = asked({"text": "my arm frobnicates", "context": "none"}, settings=settings)
    assert json.loads(told.said)["rule"] == "urgent.our_own"


def test_words_with_a_mistake_are_refused_with_its_place(elsewhere: Path) -> None:
    copytree(SHIPPED, elsewhere / "templates")
    prepend(elsewhere, "en", '[triage.urgent]\nour_own = ["BREETHE"]\n')
    told = asked({"text": "hi"}, settings=own_settings(elsewhere))
    assert told.code == CANNOT_RUN
    assert "sms/en/language.toml, triage, urgent, our_own" in told.said
    assert 'did you mean "BREATHE"?' in told.said
    assert "sms/es/language.toml, triage: has no urgent.our_own" in told.said


def test_templates_without_words_for_triage_are_refused(elsewhere: Path) -> None:
    small_catalogue(elsewhere)
    told = asked({"text": "hi"}, settings=own_settings(elsewhere))
    assert told.code == CANNOT_RUN
    assert "write [triage] in a language.toml" in told.said
