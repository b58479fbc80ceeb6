"""What planning writes: the texts that come, move, come back or end, and the states of plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from reminders.care.agenda import Key, Slot
from reminders.care.changes import Add, Change, End, Move, Revive
from reminders.care.message import Event, State, sources_of
from reminders.store.journal import Line, write_lines
from reminders.store.many import insert_many
from reminders.store.tables import care_plans, messages


def save_plan_states(session: Session, states: Iterable[tuple[int, str, str]]) -> None:
    """Write (care plan, state, reason) where the state has changed."""
    rows = [{"plan": plan, "new_state": s, "new_reason": r} for plan, s, r in states]
    if rows:
        session.connection().execute(
            update(care_plans)
            .where(care_plans.c.id == bindparam("plan"))
            .values(state=bindparam("new_state"), reason=bindparam("new_reason")),
            rows,
        )


def apply_changes(
    session: Session,
    changes: Sequence[Change],
    *,
    ids: Mapping[Key, int],
    now: datetime,
    mint: Callable[[datetime], int],
) -> None:
    """Write what planning decided. `ids` holds the ids of texts already on record."""
    fresh = {c.slot.wish.key: mint(now) for c in changes if isinstance(c, Add)}
    ids = {**ids, **fresh}
    adds, moves, ends = [], [], []
    for change in changes:
        match change:
            case Add(slot):
                adds.append(_added(slot, ids, now))
            case Move(message_id, slot) | Revive(message_id, slot):
                moves.append(_moved(message_id, slot))
            case End(message_id, state, reason, together_with):
                merged = ids.get(together_with) if together_with else None
                ends.append({"row": message_id, "to": state.value, "why": reason, "merged": merged})
    before = _reasons_before(session, [row["row"] for row in (*moves, *ends)])
    insert_many(session, messages, adds)
    _run(session, _MOVE, moves)
    _run(session, _END, ends)
    write_lines(session, _lines(changes, before), now=now, mint=mint)


def _added(slot: Slot, ids: Mapping[Key, int], now: datetime) -> dict[str, Any]:
    wish, step = slot.wish, slot.wish.step
    return {
        "id": ids[wish.key],
        "clinic": slot.person.clinic,
        "patient": slot.person.id,
        "care_plan": wish.treatment.care_plan,
        "step": step.key,
        "occurrence": wish.occurrence,
        "kind": step.kind.value,
        "message_class": step.message_class.value,
        "state": slot.state.value,
        "due_at": slot.due_at,
        "wake_at": slot.due_at,
        "until": wish.until,
        "reason": slot.reason,
        "merged_into": ids.get(slot.together_with) if slot.together_with else None,
        "created_at": now,
    }


def _moved(message_id: int, slot: Slot) -> dict[str, Any]:
    return {
        "row": message_id,
        "at": slot.due_at,
        "end": slot.wish.until,
        "why": slot.reason,
        "class": slot.wish.step.message_class.value,
    }


def _state_is(*states: State) -> ColumnElement[bool]:
    """Return the condition without IN, whose list cannot stand in a statement for many rows."""
    return or_(*(messages.c.state == state.value for state in states))


_MOVE = (
    update(messages)
    .where(
        messages.c.id == bindparam("row"),
        _state_is(State.PLANNED, *sources_of(Event.REPLANNED)),
    )
    .values(
        state=State.PLANNED.value,
        due_at=bindparam("at"),
        wake_at=bindparam("at"),
        until=bindparam("end"),
        reason=bindparam("why"),
        message_class=bindparam("class"),
        hold=None,
        merged_into=None,
    )
)
_END = (
    update(messages)
    .where(
        messages.c.id == bindparam("row"),
        _state_is(State.CANCELLED, *sources_of(Event.WITHDRAWN)),
    )
    .values(
        state=bindparam("to"), reason=bindparam("why"), merged_into=bindparam("merged"), hold=None
    )
)


def _run(session: Session, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(statement, rows)


def _reasons_before(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return why those texts that had ended had, for the journal: the row forgets it."""
    ended = _state_is(*sources_of(Event.REPLANNED))
    if not ids:
        return {}
    rows = session.execute(
        select(messages.c.id, messages.c.reason).where(messages.c.id.in_(ids), ended)
    )
    return {row.id: row.reason for row in rows}


def _lines(changes: Iterable[Change], before: Mapping[int, str]) -> Iterable[Line]:
    """Only what happened to texts already on record: a fresh row tells its own story."""
    for change in changes:
        match change:
            case Move(message_id, slot, was):
                words = f"moved from {was:%Y-%m-%d %H:%M} to {slot.due_at:%Y-%m-%d %H:%M} UTC"
                yield Line("moved", _because(words, slot.reason), message_id)
            case Revive(message_id, slot):
                words = f"planned again for {slot.due_at:%Y-%m-%d %H:%M} UTC"
                told = f"{_because(words, slot.reason)}; before: {before.get(message_id, '')}"
                yield Line("replanned", told, message_id)
            case End(message_id, state, reason) if message_id in before:
                told = f"still {state.value}: {reason}; before: {before[message_id]}"
                yield Line("kept", told, message_id)
            case End(message_id, state, reason):
                yield Line(state.value, f"{state.value}: {reason}", message_id)


def _because(words: str, reason: str) -> str:
    return f"{words} ({reason})" if reason else words
