"""The steps of one text through the outbox: who may take it, and who wins when two come at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from reminders.care.message import Event, Hold
from reminders.store import ledger, outbox
from reminders.store.database import Database, Session
from reminders.store.mint import Mint
from reminders.store.outbox import Start
from reminders.store.tables import messages
from tests.store.opening import NOW, PHONE, opened, write_patient, write_text

WORDS = Start(PHONE, "the words", 1, "en/1")
LATER = NOW + timedelta(minutes=6)


def claim(session: Session, *, worker: str = "a", limit: int = 100, **more: Any) -> list[int]:
    """Claim what is due at NOW."""
    return outbox.claim(session, worker=worker, now=NOW, limit=limit, **more)


def start(session: Session, number: int = 1, *, worker: str = "a") -> bool:
    """Write the intent to send."""
    return outbox.start(session, number, WORDS, worker=worker, now=NOW)


def stop(session: Session, *, number: int = 1) -> int:
    """Write a STOP as receiving one does: the ledger and the cancellations in one transaction."""
    mint = Mint(Random(number))
    ledger.write_stop(session, PHONE, at=NOW, source="text", origin="SM1", mint=mint)
    return outbox.withdraw_all(session, PHONE, reason="the number sent STOP")


def text(database: Database, number: int = 1) -> dict[str, Any]:
    """Return one text as it is on disk."""
    with database.read() as session:
        query = select(messages).where(messages.c.id == number)
        return dict(session.execute(query).mappings().one())


def write(database: Database, *steps: Callable[[Session], object]) -> list[object]:
    """Do each step in a transaction of its own; return what each answered."""
    answers = []
    for step in steps:
        with database.write() as session:
            answers.append(step(session))
    return answers


def test_texts_are_claimed_when_due_and_oldest_first(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        write_patient(session)
        write_text(session, 1, wake_at=NOW)
        write_text(session, 2, wake_at=NOW - timedelta(hours=1))
        write_text(session, 3, wake_at=NOW + timedelta(milliseconds=1))
        write_text(session, 4, wake_at=NOW - timedelta(hours=2), hold=Hold.TRIAL.value)
        assert claim(session, limit=1) == [2]
        assert claim(session) == [1]
        assert claim(session) == []


def test_the_texts_of_a_clinic_whose_sender_is_busy_are_left_for_later(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        write_patient(session)
        write_text(session, 1)
        write_text(session, 2, clinic="other")
        assert claim(session, passing_by=["k"]) == [2]


def test_no_text_starts_twice(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        write_patient(session)
        write_text(session)
        claim(session)
        assert [start(session), start(session)] == [True, False]


def test_only_the_worker_that_claimed_a_text_may_start_it(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        write_patient(session)
        write_text(session)
        claim(session, worker="a")
        assert not start(session, worker="b")


def test_a_text_is_never_spoken_before_its_words_are_written(tmp_path: Path) -> None:
    with (
        opened(tmp_path) as database,
        pytest.raises(IntegrityError, match="words_before_sending"),
        database.write() as session,
    ):
        write_patient(session)
        write_text(session, state="sending")


def test_a_stop_that_comes_between_claim_and_start_wins(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text)
        assert write(database, claim, stop, start) == [[1], 1, False]
        found = text(database)
    assert (found["state"], found["reason"]) == ("cancelled", "the number sent STOP")
    assert (found["text"], found["started_at"]) == (None, None)


def test_a_stop_that_comes_after_the_start_is_too_late_for_this_text_only(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, lambda s: write_text(s, 2, wake_at=LATER))
        assert write(database, claim, start, stop) == [[1], True, 1]
        assert (text(database)["state"], text(database, 2)["state"]) == ("sending", "cancelled")


def test_of_a_stop_and_a_start_at_the_same_moment_exactly_one_wins(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient)
        outcomes = [_race(database, number) for number in range(1, 51)]
    assert set(outcomes) <= {(True, "sending"), (False, "cancelled")}


def _race(database: Database, number: int) -> tuple[bool, str]:
    """Let a STOP and a start run at once; return whether the text started, and its state."""
    write(database, lambda s: write_text(s, number), claim)
    ready, started = threading.Barrier(2), []

    def starting() -> None:
        ready.wait()
        started.extend(write(database, lambda s: start(s, number)))

    def stopping() -> None:
        ready.wait()
        write(database, lambda s: stop(s, number=number))

    threads = [threading.Thread(target=run) for run in (starting, stopping)]
    if number % 2:
        threads.reverse()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bool(started[0]), text(database, number)["state"]


def test_withdrawing_a_number_ends_the_texts_of_all_who_share_it(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, lambda s: write_patient(s, 2))
        write(database, lambda s: write_patient(s, 3, phone="+14155550124"))
        for number in (1, 2, 3):
            write(database, lambda s, n=number: write_text(s, n, care_plan=n))  # type: ignore[misc]
        assert write(database, stop) == [2]
        assert text(database, 3)["state"] == "planned"


def test_what_a_dead_worker_only_claimed_is_planned_again(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, claim)
        assert write(database, _rescue("b", alone=True)) == [(1, 0)]
        found = text(database)
    assert (found["state"], found["claimed_by"], found["claimed_at"]) == ("planned", None, None)


def test_what_a_dead_worker_was_sending_is_in_doubt_and_not_sent_again(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, claim, start)
        assert write(database, _rescue("b", alone=True), claim) == [(0, 1), []]
        found = text(database)
    assert (found["state"], found["text"]) == ("uncertain", "the words")
    assert found["reason"] == "the worker stopped while sending it"


def test_a_living_worker_on_a_server_keeps_its_texts_for_five_minutes(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, lambda s: write_text(s, 2), claim, start)
        early = _rescue("b", alone=False, after=timedelta(minutes=5))
        late = _rescue("b", alone=False, after=timedelta(minutes=5, milliseconds=1))
        assert write(database, early, late) == [(0, 0), (1, 1)]


def test_a_text_started_long_after_its_claim_is_not_taken_for_lost(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, claim)
        late = NOW + timedelta(minutes=4)
        write(database, lambda s: outbox.start(s, 1, WORDS, worker="a", now=late))
        assert write(database, _rescue("b", alone=False, after=timedelta(minutes=6))) == [(0, 0)]


def test_what_a_worker_dropped_in_an_earlier_round_it_finds_again(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, lambda s: write_text(s, 2), claim, start)
        assert write(database, _rescue("a", alone=False)) == [(1, 1)]


def _rescue(
    worker: str, *, alone: bool, after: timedelta = timedelta(0)
) -> Callable[[Session], tuple[int, int]]:
    return lambda s: outbox.rescue(s, worker=worker, now=NOW + after, alone=alone)


@pytest.mark.parametrize(
    ("event", "state"),
    [(Event.WITHDRAWN, "cancelled"), (Event.MISSED, "expired"), (Event.POSTPONED, "planned")],
)
def test_a_claimed_text_steps_back_with_its_reason(
    tmp_path: Path, event: Event, state: str
) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, claim)
        write(database, lambda s: outbox.step_back(s, 1, event, reason="why", due_at=LATER))
        found = text(database)
    assert (found["state"], found["reason"], found["wake_at"]) == (state, "why", LATER)
    assert found["claimed_by"] is None


def test_a_text_that_was_withdrawn_meanwhile_cannot_be_postponed(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text, claim, stop)
        postpone = [lambda s: outbox.step_back(s, 1, Event.POSTPONED, reason="why", due_at=LATER)]
        assert write(database, *postpone) == [False]
        assert text(database)["state"] == "cancelled"


def test_an_answer_that_comes_for_a_text_not_on_its_way_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        write(database, write_patient, write_text)
        before = text(database)
        answers = write(
            database,
            lambda s: outbox.accepted(s, 1, sid="SM1", now=NOW),
            lambda s: outbox.refused(s, 1, code=1, reason="", now=NOW),
            lambda s: outbox.lost(s, 1, reason=""),
            lambda s: outbox.not_sent(s, 1, code=None, reason="", wake_at=NOW),
        )
        assert answers == [False] * 4
        assert text(database) == before


def test_the_next_text_to_wake_is_known_and_held_ones_do_not_count(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.write() as session:
        assert outbox.next_wake(session) is None
        write_patient(session)
        write_text(session, 1, wake_at=LATER)
        write_text(session, 2, wake_at=NOW, hold=Hold.TRIAL.value)
        assert outbox.next_wake(session) == LATER
