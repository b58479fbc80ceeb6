"""What is known of a claimed text before it may leave."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from reminders.store import outbox
from reminders.store.letters import letters
from tests.store.opening import NOW, PHONE, opened, write_patient, write_text


def test_a_text_already_in_hand_counts_against_the_telephones_limit(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        write_patient(session)
        write_patient(session, 2)
        write_text(session, 1, wake_at=NOW - timedelta(hours=1))
        write_text(session, 2, care_plan=2)
        for number, taken in ((1, []), (2, [NOW])):
            claimed = outbox.claim(session, worker="a", now=NOW, limit=1)
            (letter,) = letters(session, claimed, now=NOW)
            assert (letter.id, list(letter.taken)) == (number, taken)


def test_texts_claimed_together_do_not_count_against_each_other_yet(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        write_patient(session)
        write_text(session, 1, kind="onset")
        write_text(session, 2)
        claimed = outbox.claim(session, worker="a", now=NOW, limit=9)
        found = letters(session, claimed, now=NOW)
    assert [(letter.id, letter.phone, list(letter.taken)) for letter in found] == [
        (2, PHONE, []),
        (1, PHONE, []),
    ]
