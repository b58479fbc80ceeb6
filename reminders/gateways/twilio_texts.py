"""Reading Twilio's list of messages: which pages to turn, and what one entry says. No waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from reminders.gateways.gateway import GatewayText, NoAnswer, Refused

PAGE_SIZE = 200
"""Twilio allows 1,000; a clinic's hour fits on one page of this size."""

UNKNOWN_SID = 20404


async def texts_since(client: Client, since: datetime) -> list[GatewayText]:
    """Return every text in and out that Twilio created at `since` or later, oldest first.

    The list is read without a filter: those of DateSent count in days, and what they do with a
    text that has not left is not documented. It is newest first, so reading ends with the first
    page on which everything is older.
    """
    found: list[GatewayText] = []
    async for page in _pages(client):
        new = [text for text in page if text.created_at >= since]
        found += new
        if not new:
            break
    return sorted(found, key=lambda text: (text.created_at, text.sid))


async def look_up(client: Client, sid: str) -> GatewayText | None:
    """Return one text; None when Twilio does not know it."""
    try:
        return _text(await client.messages(sid).fetch_async())
    except Refused as no:
        if no.code == UNKNOWN_SID:
            return None
        raise


async def _pages(client: Client) -> AsyncIterator[Sequence[GatewayText]]:
    try:
        page = await client.messages.page_async(page_size=PAGE_SIZE)
        while page is not None:
            yield [text for message in page if (text := _text(message))]
            page = await page.next_page_async()
    except (TwilioException, KeyError, TypeError):
        raise NoAnswer("Twilio's list of messages cannot be read") from None


def _text(message: Any) -> GatewayText | None:
    """Understand one entry; None for one without a sid or a time, which nobody could place."""
    if not (isinstance(message.sid, str) and isinstance(message.date_created, datetime)):
        return None
    return GatewayText(
        sid=message.sid,
        direction="inbound" if message.direction == "inbound" else "outbound",
        sender=message.from_ or "",
        to=message.to or "",
        service=message.messaging_service_sid or "",
        words=message.body or "",
        status=str(message.status or ""),
        code=message.error_code if isinstance(message.error_code, int) else None,
        created_at=message.date_created,
    )
