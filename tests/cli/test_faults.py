"""A mistake of the program's own is said in one line, without a traceback or anybody's words."""

from __future__ import annotations

import pytest

from reminders import cli


def test_a_fault_is_one_line_that_names_the_place_and_no_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ValueError("Testa Madeup, +14155550111")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert "ValueError at test_faults.py, line" in said
    assert "Testa" not in said
    assert "Traceback" not in said
