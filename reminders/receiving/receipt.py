"""What the carrier said of a text: states only move up, in whatever order receipts come."""

from __future__ import annotations

from dataclasses import dataclass

from reminders.care.message import Event, State
from reminders.runtime import Runtime
from reminders.store import receipts
from reminders.store.database import Session
from reminders.store.mint import from_public


@dataclass(frozen=True, slots=True)
class Receipt:
    """One status of one text. `message` is our own opaque id, "" where the gateway gave none."""

    sid: str
    status: str
    code: int | None = None
    message: str = ""
    attempt: int | None = None


FINAL: dict[str, Event] = {
    "delivered": Event.ARRIVED,
    "read": Event.ARRIVED,
    "undelivered": Event.BOUNCED,
    "failed": Event.BOUNCED,
    "canceled": Event.BOUNCED,
}
"""Twilio's statuses that end a text; the others only prove that the gateway has it."""


def take_receipt(session: Session, runtime: Runtime, receipt: Receipt) -> None:
    """Write the receipt down and move the text up; unknown texts and statuses do no harm.

    A receipt with our own id also settles a text whose fate was uncertain: it exists.
    """
    now = runtime.now()
    ours = from_public(receipt.message) if receipt.message else None
    message = receipts.text_of(session, sid=receipt.sid, message=ours)
    receipts.write(
        session,
        row_id=runtime.mint(now),
        sid=receipt.sid,
        message=message.id if message else None,
        status=receipt.status,
        code=receipt.code,
        now=now,
    )
    if message is None:
        return
    if message.state in (State.SENDING, State.UNCERTAIN):
        receipts.adopt(session, message.id, sid=receipt.sid, now=now)
    event = FINAL.get(receipt.status)
    if event is not None:
        receipts.settle(session, message.id, event, code=receipt.code)
