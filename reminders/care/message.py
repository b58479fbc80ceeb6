"""The life of one text: its states, and the only table of how they follow each other."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a text stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happened to a text."""

    CLAIMED = "claimed"
    STARTED = "started"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    BOUNCED = "bounced"
    REFUSED = "refused"
    LOST = "lost"
    POSTPONED = "postponed"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"
    REPLANNED = "replanned"


class Hold(StrEnum):
    """Why a planned text waits for a person although its time has come."""

    TRIAL = "trial"
    ESCALATION = "escalation"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.PLANNED, Event.CLAIMED): State.CLAIMED,
    (State.PLANNED, Event.WITHDRAWN): State.CANCELLED,
    (State.PLANNED, Event.MISSED): State.EXPIRED,
    (State.CLAIMED, Event.STARTED): State.SENDING,
    (State.CLAIMED, Event.POSTPONED): State.PLANNED,
    (State.CLAIMED, Event.WITHDRAWN): State.CANCELLED,
    (State.CLAIMED, Event.MISSED): State.EXPIRED,
    (State.SENDING, Event.ACCEPTED): State.SENT,
    (State.SENDING, Event.REFUSED): State.FAILED,
    (State.SENDING, Event.POSTPONED): State.PLANNED,
    (State.SENDING, Event.LOST): State.UNCERTAIN,
    (State.SENT, Event.ARRIVED): State.DELIVERED,
    (State.SENT, Event.BOUNCED): State.UNDELIVERED,
    (State.UNDELIVERED, Event.ARRIVED): State.DELIVERED,
    (State.CANCELLED, Event.REPLANNED): State.PLANNED,
    (State.EXPIRED, Event.REPLANNED): State.PLANNED,
}

ASKED_TO_BOOK = "the patient asked to book"
"""A text cancelled for this reason is not planned again: the desk arranges the visit."""

RE_ASKED = 1000
"""Added to a text's occurrence when the same question is asked once more."""

PLANNABLE = frozenset({State.PLANNED, State.CANCELLED, State.EXPIRED})
"""Planning may still change these; everything else has left its hands."""

STARTED = frozenset(
    {State.SENDING, State.SENT, State.DELIVERED, State.UNDELIVERED, State.UNCERTAIN}
)
"""A text in one of these may have reached the telephone, so it counts against the caps."""

INTRODUCED = frozenset({State.SENT, State.DELIVERED})
"""After a text in one of these, the patient has read who we are and how to stop us."""


class ImpossibleEvent(Exception):
    """An event that the table does not know for this state: a bug, never a clinic's mistake."""


def after(state: State, event: Event) -> State:
    """Return the state that follows; ImpossibleEvent when the table has no such row."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise ImpossibleEvent(f"a {state} text cannot be {event}") from None


def sources_of(event: Event) -> tuple[State, ...]:
    """Return the states in which the event may happen: the guard of a conditional update."""
    return tuple(state for state, known in TRANSITIONS if known is event)


def diagram() -> str:
    """Draw the table as a Mermaid state diagram, for docs/architecture.md."""
    arrows = [f"    {state} --> {then} : {event}" for (state, event), then in TRANSITIONS.items()]
    return "\n".join(["stateDiagram-v2", "    [*] --> planned", *arrows])
