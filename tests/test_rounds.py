"""One full round: the watched folder, the daily chores, and the sign that we live."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reminders import rounds
from reminders.store.tables import care_plans, heartbeats, treatments
from tests.clinic import DUE, TREATED, OpenClinic, open_clinic, phone, row, write_export
from tests.intake.samples import a_workbook

WATCHED = 'intake = "intake"'
STAMP = "20260302T183000"
DAY = timedelta(days=1)


def drop(folder: Path, name: str, *rows: dict[str, str], at: datetime = DUE - DAY) -> Path:
    """Put a finished export into the clinic's folder."""
    inbox = folder / "intake" / "k"
    inbox.mkdir(parents=True, exist_ok=True)
    path = write_export(inbox / name, rows)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def files(folder: Path) -> list[str]:
    """List every file of the watched folder."""
    inbox = folder / "intake"
    return sorted(str(p.relative_to(inbox)) for p in inbox.rglob("*") if p.is_file())


def test_a_file_in_the_watched_folder_is_taken_in_archived_and_its_texts_go(
    tmp_path: Path,
) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        drop(tmp_path, "monday.csv", row(1), row(2))
        assert clinic.round(DUE) == {"sent": 2}
    assert files(tmp_path) == [f"k/done/{STAMP}-monday.csv"]


def test_each_clinic_has_its_own_folder_made_for_it(tmp_path: Path) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        clinic.round(DUE)
    assert (tmp_path / "intake" / "k").is_dir()


def test_rejected_rows_lie_beside_the_archived_file(tmp_path: Path) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        drop(tmp_path, "monday.csv", row(1), row(2, phone="12345"))
        clinic.round(DUE)
        clinic.round(DUE + timedelta(minutes=1))
        assert len(clinic.rows_of(treatments)) == 1
    archived = f"k/done/{STAMP}-monday.csv"
    assert files(tmp_path) == [archived, f"{archived}.rejected.csv"]
    report = tmp_path / "intake" / f"{archived}.rejected.csv"
    assert '"3","phone"' in report.read_text(encoding="utf-8-sig")


def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason(tmp_path: Path) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        letter = drop(tmp_path, "letter.csv")
        letter.write_text("Dear clinic,\nnothing here.\n", encoding="utf-8")
        drop(tmp_path, "monday.csv", row())
        clinic.round(DUE)
    refused = f"k/refused/{STAMP}-letter.csv"
    assert files(tmp_path) == [f"k/done/{STAMP}-monday.csv", refused, f"{refused}.why.txt"]
    why = (tmp_path / "intake" / f"{refused}.why.txt").read_text(encoding="utf-8")
    assert why.startswith("letter.csv: has no header")


def test_a_workbook_is_taken_in_too(tmp_path: Path) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        (tmp_path / "intake" / "k").mkdir(parents=True)
        book = tmp_path / "intake" / "k" / "Monday.XLSX"
        a_workbook(book, [list(row()), list(row().values())])
        assert clinic.round(DUE) == {"sent": 1}
    assert files(tmp_path) == [f"k/done/{STAMP}-Monday.XLSX"]


def test_a_file_still_being_written_is_left_until_it_rests(tmp_path: Path) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        drop(tmp_path, "monday.csv", row(), at=DUE - timedelta(seconds=1))
        clinic.round(DUE)
        assert files(tmp_path) == ["k/monday.csv"]
        assert clinic.round(DUE + timedelta(seconds=1)) == {"sent": 1}


@pytest.mark.parametrize(
    "name", ["monday.csv.part", "notes.txt", ".monday.csv", "~$monday.xlsx", "a.rejected.csv"]
)
def test_what_is_no_export_is_left_where_it_lies(tmp_path: Path, name: str) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        drop(tmp_path, name, row())
        clinic.round(DUE)
    assert files(tmp_path) == [f"k/{name}"]


def test_no_archived_file_is_overwritten_by_one_of_the_same_name(tmp_path: Path) -> None:
    with open_clinic(tmp_path, worker=WATCHED) as clinic:
        for number in (1, 2, 3):
            drop(tmp_path, "monday.csv", row(number))
            clinic.round(DUE)
        assert len(clinic.rows_of(treatments)) == 3
    assert files(tmp_path) == [
        f"k/done/{STAMP}-2-monday.csv",
        f"k/done/{STAMP}-3-monday.csv",
        f"k/done/{STAMP}-monday.csv",
    ]


def test_an_interrupted_import_is_taken_up_again_from_its_beginning(tmp_path: Path) -> None:
    with open_clinic(tmp_path, at=DUE, worker=WATCHED) as clinic:
        drop(tmp_path, "monday.csv", *(row(n) for n in range(1, 701)), row(800, phone="1"))
        with pytest.raises(rounds.Interrupted):
            rounds.take_in(clinic.runtime, stopping=lambda: True)
        assert len(clinic.rows_of(treatments)) == 500
        assert files(tmp_path) == ["k/monday.csv"]
        rounds.take_in(clinic.runtime)
        assert len(clinic.rows_of(treatments)) == 700
    assert len(files(tmp_path)) == 2


def test_the_heartbeat_says_when_and_that_all_is_well(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.round(DUE)
        told = clinic.runtime.settings.worker.heartbeat_file.read_text(encoding="utf-8")
        assert json.loads(told) == {"at": DUE.isoformat(), "alarm": ""}
        (beat,) = clinic.rows_of(heartbeats)
        assert (beat["worker"], beat["at"]) == (clinic.runtime.worker, DUE)


def test_beats_of_workers_long_gone_do_not_pile_up(tmp_path: Path) -> None:
    for days in range(12):
        with open_clinic(tmp_path, at=DUE + days * DAY) as clinic:
            clinic.round()
            assert len(clinic.rows_of(heartbeats)) <= 8


def test_a_plan_whose_texts_are_all_done_is_complete(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.rounds(*(TREATED + n * DAY for n in range(0, 1200, 10)))
        (plan,) = clinic.rows_of(care_plans)
        assert (plan["state"], plan["reason"]) == ("completed", "all its texts are done")
        assert "planned" not in clinic.states()


def test_edited_hours_move_what_is_already_planned(tmp_path: Path) -> None:
    with open_clinic(tmp_path) as clinic:
        clinic.take_in(row())
        clinic.round()
        was = local_hours(clinic)
    with open_clinic(tmp_path, clinic='[hours]\ncare = "13-15 every day"') as clinic:
        clinic.round()
        assert was == {10, 11}
        assert local_hours(clinic) == {13}


def local_hours(clinic: OpenClinic) -> set[int]:
    """Return the local hours at which the texts in days are planned (March to December: PDT)."""
    days = [
        t["due_at"] for t in clinic.texts() if t["step"] in ("onset", "wear-off", "retreatment")
    ]
    return {(at - timedelta(hours=7)).hour for at in days if at.month < 11}


def test_numbers_of_the_kit_are_made_up() -> None:
    assert all(phone(n)[5:10] == "55501" for n in range(2500))
    assert len({phone(n) for n in range(2500)}) == 2500
