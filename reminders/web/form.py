"""Reading what was posted: bounded, every parameter as it came, and what it says. No answering."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from reminders.receiving.receipt import Receipt
from reminders.store.thread import InboundText

MOST_BYTES = 64 * 1024
MOST_FIELDS = 1000
"""Twilio sends about thirty; the limit keeps a hostile form from costing us more than its bytes."""

Pairs = Sequence[tuple[str, str]]

_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_STATUS = re.compile(r"[A-Za-z_-]{1,40}")
_OUR_ID = re.compile(r"[0-7]?[0-9a-f]{1,15}")
_NUMBER = re.compile(r"[0-9]{1,9}")


async def read_body(request: Request) -> bytes | None:
    """Return the body; None as soon as it is longer than MOST_BYTES."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:12]) > MOST_BYTES:
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def parse(body: bytes) -> Pairs | None:
    """Return every parameter in order, blank ones too; None when it is no form in UTF-8."""
    try:
        return parse_qsl(
            body.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None


def inbound_text(form: Pairs, *, now: datetime) -> InboundText | None:
    """Understand a patient's text; None without a sid, a sender and the number it was sent to."""
    said = _values(form)
    sid, sender, to = said.get("MessageSid", ""), said.get("From", ""), said.get("To", "")
    if not (_SID.fullmatch(sid) and sender and to):
        return None
    words, opt_out = said.get("Body", ""), said.get("OptOutType", "")
    return InboundText(sid, sender, to, words, received_at=now, opt_out=opt_out)


def receipt(form: Pairs, *, query: str) -> Receipt | None:
    """Understand a receipt; None without a sid and a status.

    `query` is that of the address which we gave with the text: our id in `m`, the attempt in `a`.
    What is not of our making there is left out, for it can belong to no text of ours.
    """
    said = _values(form)
    asked = _values(parse_qsl(query, max_num_fields=MOST_FIELDS) if len(query) < 1000 else ())
    sid, status = said.get("MessageSid", ""), said.get("MessageStatus", "")
    if not (_SID.fullmatch(sid) and _STATUS.fullmatch(status)):
        return None
    message = asked.get("m", "")
    return Receipt(
        sid=sid,
        status=status.lower(),
        code=_number(said.get("ErrorCode", "")),
        message=message if _OUR_ID.fullmatch(message) else "",
        attempt=_number(asked.get("a", "")),
    )


def _values(pairs: Pairs) -> Mapping[str, str]:
    """Take the first value of each name, without NUL, which PostgreSQL does not store."""
    return {name: value.replace("\0", "") for name, value in reversed(pairs)}


def _number(written: str) -> int | None:
    return int(written) if _NUMBER.fullmatch(written) else None
