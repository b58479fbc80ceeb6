"""The difference between the texts that should exist and those on record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reminders.care.agenda import Key, Known, Slot
from reminders.care.message import State


@dataclass(frozen=True, slots=True)
class Add:
    """Put a text on record, planned or already ended (then its reason says why)."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Move:
    """Give a planned text another time; `was` is the old one."""

    message_id: int
    slot: Slot
    was: datetime


@dataclass(frozen=True, slots=True)
class Revive:
    """Plan a cancelled or expired text after all."""

    message_id: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class End:
    """Cancel or expire a text that has not left."""

    message_id: int
    state: State
    reason: str
    together_with: Key | None = None


Change = Add | Move | Revive | End

UNSENT = frozenset({State.PLANNED, State.CLAIMED})


def changes(
    slots: Iterable[Slot],
    *,
    known: Mapping[Key, Known],
    wished: Collection[Key],
    endings: Mapping[int, str],
) -> tuple[Change, ...]:
    """Return what must change so that the record agrees with the slots.

    `endings` says, per care plan, why texts that nobody wishes for any more are cancelled.
    """
    found: list[Change] = []
    for slot in slots:
        change = _change(slot, known.get(slot.wish.key))
        if change is not None:
            found.append(change)
    for key, row in known.items():
        if key not in wished and row.state in UNSENT and key[0] in endings:
            found.append(End(row.message_id, State.CANCELLED, endings[key[0]]))
    return tuple(found)


def _change(slot: Slot, row: Known | None) -> Change | None:
    if row is None:
        return Add(slot)
    match row.state, slot.state:
        case State.PLANNED, State.PLANNED:
            return None if _agrees(row, slot) else Move(row.message_id, slot, row.due_at)
        case ((State.CANCELLED | State.EXPIRED), State.PLANNED):
            return Revive(row.message_id, slot)
        case ((State.PLANNED | State.CLAIMED), (State.CANCELLED | State.EXPIRED)):
            return _end(row, slot)
        case State.CANCELLED, State.CANCELLED if _is_news(row, slot):
            return _end(row, slot)
        case _:
            return None


def _agrees(row: Known, slot: Slot) -> bool:
    step = slot.wish.step
    return (row.due_at, row.until, row.message_class) == (
        slot.due_at,
        slot.wish.until,
        step.message_class,
    )


def _is_news(row: Known, slot: Slot) -> bool:
    """A text that stays cancelled shows why it is cancelled now."""
    return (row.reason, row.together_with) != (slot.reason, slot.together_with)


def _end(row: Known, slot: Slot) -> End:
    return End(row.message_id, slot.state, slot.reason, slot.together_with)
