"""What happened is told again in the order in which it happened."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

from reminders.store.journal import Line, Told, lines_of, write_lines
from reminders.store.mint import Mint
from tests.store.opening import NOW, opened


def test_lines_about_a_patient_or_a_text_are_told_oldest_first(tmp_path: Path) -> None:
    mint = Mint(Random(1))
    with opened(tmp_path) as database:
        with database.write() as session:
            later = [Line("lost", "it may have been sent", message=5)]
            write_lines(session, later, now=NOW + timedelta(hours=1), mint=mint)
            lines = [Line("moved", "moved to Tuesday", message=5), Line("other", "-", message=6)]
            write_lines(session, lines, now=NOW, mint=mint)
            write_lines(session, [Line("stopped", "STOP", patient=1)], now=NOW, mint=mint)
            write_lines(session, [], now=NOW, mint=mint)
        with database.read() as session:
            told = lines_of(session, patient=1, texts=[5])
    assert told == [
        Told(NOW, "moved", "moved to Tuesday", 5),
        Told(NOW, "stopped", "STOP", None),
        Told(NOW + timedelta(hours=1), "lost", "it may have been sent", 5),
    ]
