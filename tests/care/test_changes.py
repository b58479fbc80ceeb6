"""The difference between what should be texted and what is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reminders.care.agenda import Known, Slot
from reminders.care.changes import Add, Change, End, Move, Revive, changes
from reminders.care.message import State
from reminders.care.plan import Wish
from reminders.care.protocol import MessageClass
from tests.care.lives import at, person, step, treatment

WISH = Wish(
    treatment(), step(), 0, at("2026-03-16 10:00"), at("2026-03-18 10:00"), date(2026, 6, 1)
)
PLANNED = Slot(WISH, person(), State.PLANNED, at("2026-03-16 10:00"))
CANCELLED = replace(PLANNED, state=State.CANCELLED, reason="no consent to care texts")
ROW = Known(7, WISH.key, State.PLANNED, PLANNED.due_at, WISH.until)


def _changes(
    slot: Slot | None, row: Known | None, *, ending: str = "treated again"
) -> list[Change]:
    return list(
        changes(
            [slot] if slot else [],
            known={row.key: row} if row else {},
            wished={slot.wish.key} if slot else set(),
            endings={1: ending},
        )
    )


def test_a_text_that_is_not_on_record_is_added_planned_or_with_the_reason_against_it() -> None:
    assert _changes(PLANNED, None) == [Add(PLANNED)]
    assert _changes(CANCELLED, None) == [Add(CANCELLED)]


def test_a_text_that_is_as_it_should_be_is_left_alone() -> None:
    assert _changes(PLANNED, ROW) == []
    assert _changes(CANCELLED, replace(ROW, state=State.CANCELLED, reason=CANCELLED.reason)) == []


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, due_at=ROW.due_at - timedelta(days=1)),
        replace(ROW, until=ROW.until - timedelta(days=1)),
        replace(ROW, message_class=MessageClass.MARKETING),
    ],
)
def test_a_planned_text_moves_when_its_time_its_usefulness_or_its_class_has_changed(
    row: Known,
) -> None:
    assert _changes(PLANNED, row) == [Move(7, PLANNED, row.due_at)]


@pytest.mark.parametrize("state", [State.CANCELLED, State.EXPIRED])
def test_an_ended_text_comes_back_in_its_own_place(state: State) -> None:
    assert _changes(PLANNED, replace(ROW, state=state)) == [Revive(7, PLANNED)]


@pytest.mark.parametrize("state", [State.PLANNED, State.CLAIMED])
def test_a_text_that_has_not_been_spoken_is_called_back(state: State) -> None:
    row = replace(ROW, state=state)
    assert _changes(CANCELLED, row) == [End(7, State.CANCELLED, "no consent to care texts")]
    assert _changes(None, row) == [End(7, State.CANCELLED, "treated again")]


_GONE = [State.SENDING, State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED]


@pytest.mark.parametrize("state", [*_GONE, State.UNCERTAIN])
def test_a_text_that_has_left_is_never_touched(state: State) -> None:
    row = replace(ROW, state=state)
    for slot in (PLANNED, CANCELLED, None):
        assert _changes(slot, row) == []


def test_a_cancelled_text_shows_why_it_is_cancelled_now() -> None:
    row = replace(ROW, state=State.CANCELLED, reason="no consent to care texts")
    stopped = replace(CANCELLED, reason="the number sent STOP on 2026-03-01 10:00 UTC")
    assert _changes(stopped, row) == [End(7, State.CANCELLED, stopped.reason)]
    spoken = replace(CANCELLED, together_with=(2, "onset", 0))
    assert _changes(spoken, row) == [End(7, State.CANCELLED, spoken.reason, (2, "onset", 0))]


def test_a_cancelled_text_whose_time_passes_keeps_the_reason_that_mattered() -> None:
    expired = replace(CANCELLED, state=State.EXPIRED, reason="not sent in time")
    assert _changes(expired, replace(ROW, state=State.CANCELLED)) == []


def test_a_text_of_a_plan_that_nobody_spoke_of_stays() -> None:
    assert list(changes([], known={ROW.key: ROW}, wished=set(), endings={})) == []
    assert _changes(None, replace(ROW, state=State.EXPIRED)) == []
