"""What `import` says of a clinic's export, and what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reminders.cli.accounts import MOST_ROWS_SHOWN
from tests.cli.door import CANNOT_RUN, Told, on_a_terminal, reminders
from tests.clinic import DUE, row, write_export, write_settings

BAD = {"treated_at": "03/04/2026"}


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pretending clinic's settings, where every command is run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    write_settings(tmp_path)
    return tmp_path


def bring(*rows: dict[str, str], options: tuple[str, ...] = ()) -> Told:
    """Import an export with these rows, an hour after the first treatment."""
    write_export(Path("export.csv"), rows)
    return reminders("import", "export.csv", "--clinic", "k", "--now", DUE.isoformat(), *options)


def account(*rows: dict[str, str], options: tuple[str, ...] = ()) -> dict[str, object]:
    """Import as a program would; return what it was told."""
    answer = json.loads(bring(*rows, options=(*options, "--json")).said)
    assert isinstance(answer, dict)
    return answer


def test_good_rows_go_in_and_their_texts_are_planned() -> None:
    told = bring(row(1), row(2))
    assert told.code == 0
    assert "export.csv: 2 rows read, 0 rejected." in told.said
    assert "Treatments: 2 new, 0 changed, 0 unchanged." in told.said
    assert "Texts: 22 planned." in told.said


def test_the_same_export_again_changes_nothing() -> None:
    bring(row(1), row(2))
    told = bring(row(1), row(2))
    assert told.code == 0
    assert "Treatments: 0 new, 0 changed, 2 unchanged." in told.said
    assert "Texts: none changed." in told.said


def test_a_corrected_row_moves_what_was_planned() -> None:
    bring(row(1))
    answer = account(row(1, treated_at="2026-03-01T09:30:00-08:00"))
    assert (answer["new"], answer["changed"]) == (0, 1)
    assert "moved" in str(answer["texts"])


def test_a_bad_row_is_told_with_line_column_reason_and_mend_and_the_good_one_goes_in() -> None:
    told = bring(row(1), row(2, **BAD, consent="yes"))
    assert told.code == 1
    assert "Treatments: 1 new" in told.said
    assert (
        "line 3: treated_at may be read as two different days; write 2026-03-04 or 2026-04-03"
        in told.said
    )
    assert "line 3: consent does not say what was agreed to; write none, care" in told.said
    assert "to be mended and imported again: export.csv.rejected.csv" in told.said
    assert Path("export.csv.rejected.csv").exists()


def test_of_very_many_bad_rows_the_first_are_told_and_the_file_has_them_all() -> None:
    rows = [row(number, **BAD) for number in range(MOST_ROWS_SHOWN + 7)]
    told = bring(*rows)
    assert told.code == 1
    assert sum(line.startswith("line ") for line in told.said.splitlines()) == MOST_ROWS_SHOWN
    assert "… and 7 more in export.csv.rejected.csv" in told.said
    lines = Path("export.csv.rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + len(rows)


def test_notes_of_the_same_kind_are_told_once() -> None:
    told = bring(*(row(number, product="Elixir") for number in range(5)))
    assert told.code == 0
    notes = [line for line in told.said.splitlines() if line.startswith("Note: product")]
    assert notes == [
        "Note: product: is not known to writers-cramp: its usual days are counted "
        "(lines 2, 3, 4 and 2 more)"
    ]


def test_more_notes_than_are_kept_are_admitted() -> None:
    told = bring(*(row(number, product="Elixir", treated_at="2026-03-02") for number in range(501)))
    assert "Note: only the first 1000 notes were kept" in told.said


def test_columns_that_are_not_read_are_named() -> None:
    words = "\n".join([",".join([*row(), "room"]), ",".join([*row().values(), "7"])])
    Path("export.csv").write_text(words, encoding="utf-8")
    told = reminders("import", "export.csv", "--clinic", "k", "--now", DUE.isoformat())
    assert told.code == 0
    assert "Note: columns ignored: room" in told.said


def test_a_dry_run_says_what_would_change_and_writes_nothing() -> None:
    told = bring(row(1), row(2, **BAD), options=("--dry-run",))
    assert told.code == 1
    assert "Dry run: nothing was written." in told.said
    assert "Treatments: 1 new" in told.said
    assert "An import would write the rejected rows to export.csv.rejected.csv" in told.said
    assert not Path("export.csv.rejected.csv").exists()
    assert account(row(1))["new"] == 1


def test_a_strict_import_with_a_bad_row_takes_nothing_in() -> None:
    told = bring(row(1), row(2, **BAD), options=("--strict",))
    assert told.code == 1
    assert "Nothing went in: with --strict 1 bad row keeps all others out." in told.said
    assert "Treatments:" not in told.said
    assert Path("export.csv.rejected.csv").exists()
    assert account(row(1))["new"] == 1


def test_a_strict_import_without_a_bad_row_takes_everything_in() -> None:
    assert bring(row(1), row(2), options=("--strict",)).code == 0
    assert account(row(1), row(2))["unchanged"] == 2


def test_a_strict_dry_run_says_that_nothing_would_go_in() -> None:
    told = bring(row(1), row(2, **BAD), options=("--strict", "--dry-run"))
    assert told.code == 1
    assert "With --strict nothing would go in before these rows are mended." in told.said
    assert not Path("export.csv.rejected.csv").exists()


def test_a_program_is_told_the_same() -> None:
    answer = account(row(1), row(2, **BAD))
    assert (answer["mode"], answer["written"]) == ("apply", True)
    assert (answer["rows"], answer["new"], answer["rejected"]) == (2, 1, 1)
    assert answer["texts"] == {"planned": 11}
    assert answer["rejected_file"] == "export.csv.rejected.csv"
    assert answer["rejections"] == [
        {
            "line": 3,
            "column": "treated_at",
            "reason": "may be read as two different days",
            "mend": "write 2026-03-04 or 2026-04-03",
        }
    ]


def test_a_program_is_told_that_a_strict_import_wrote_nothing() -> None:
    answer = account(row(1), row(2, **BAD), options=("--strict",))
    assert (answer["mode"], answer["written"]) == ("strict", False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export.csv", "--clinic", "z"], 'no clinic has the key "z"'),
        (["nowhere.csv", "--clinic", "k"], "nowhere.csv: does not exist; correct the file's name"),
        (["settings.toml", "--clinic", "k"], "settings.toml: has no header"),
        (["export.csv", "--clinic", "k", "--settings", "no.toml"], "no.toml: there is no such"),
    ],
)
def test_what_cannot_be_imported_is_said_in_words(arguments: list[str], words: str) -> None:
    write_export(Path("export.csv"), [row(1)])
    told = reminders("import", *arguments)
    assert told.code == CANNOT_RUN
    assert words in told.said


def test_no_telephone_number_or_name_of_a_patient_is_printed() -> None:
    patient = row(2, phone="+1 212 555 01", first_name="Zzyzx", **BAD)
    told = bring(patient)
    assert "line 2: phone" in told.said
    assert "555" not in told.said
    assert "Zzyzx" not in told.said


def test_on_a_terminal_a_bar_shows_how_far_the_import_is(desk: Path) -> None:
    write_export(desk / "export.csv", [row(number) for number in range(30)])
    arguments = ("import", "export.csv", "--clinic", "k", "--now", DUE.isoformat())
    said = on_a_terminal(*arguments, environ={"TERM": "xterm", "COLUMNS": "100"})
    assert "100%" in said
    assert "━" in said
    assert "━" not in reminders(*arguments).said
