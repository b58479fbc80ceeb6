"""The life of a text: what may follow what, and what each state means to planning and caps."""

from __future__ import annotations

import pytest

from reminders.care.message import (
    INTRODUCED,
    PLANNABLE,
    STARTED,
    TRANSITIONS,
    Event,
    ImpossibleEvent,
    State,
    after,
    diagram,
    sources_of,
)


def test_a_text_is_planned_claimed_sent_and_delivered() -> None:
    state = State.PLANNED
    for event in (Event.CLAIMED, Event.STARTED, Event.ACCEPTED, Event.ARRIVED):
        state = after(state, event)
    assert state is State.DELIVERED


def test_a_text_that_may_have_left_is_never_planned_again() -> None:
    leading_back = {state for (state, _), then in TRANSITIONS.items() if then is State.PLANNED}
    assert leading_back == {State.CLAIMED, State.SENDING, State.CANCELLED, State.EXPIRED}
    assert after(State.SENDING, Event.LOST) is State.UNCERTAIN
    assert not [event for state, event in TRANSITIONS if state is State.UNCERTAIN]


def test_a_text_is_called_back_only_while_it_has_not_been_spoken() -> None:
    assert set(sources_of(Event.WITHDRAWN)) == {State.PLANNED, State.CLAIMED}
    with pytest.raises(ImpossibleEvent, match="a sending text cannot be withdrawn"):
        after(State.SENDING, Event.WITHDRAWN)


def test_a_late_receipt_may_lift_an_undelivered_text_and_none_sinks_a_delivered_one() -> None:
    assert after(State.UNDELIVERED, Event.ARRIVED) is State.DELIVERED
    with pytest.raises(ImpossibleEvent, match="a delivered text cannot be bounced"):
        after(State.DELIVERED, Event.BOUNCED)


def test_every_state_can_be_reached_and_every_event_happens() -> None:
    assert {State.PLANNED, *TRANSITIONS.values()} == set(State)
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_planning_lets_go_of_a_text_that_may_have_reached_the_telephone() -> None:
    assert not PLANNABLE & STARTED
    assert INTRODUCED <= STARTED
    assert set(State) - PLANNABLE - STARTED == {State.CLAIMED, State.FAILED}


def test_the_diagram_draws_every_transition_once() -> None:
    lines = diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> planned"]
    assert len(lines) == 2 + len(TRANSITIONS)
    assert "    sending --> uncertain : lost" in lines
