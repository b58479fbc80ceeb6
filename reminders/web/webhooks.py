"""The two webhooks: a request is measured, read, proved to be Twilio's, taken in once, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from reminders.gateways.signature import HEADER, is_signed
from reminders.receiving import receive, take_receipt
from reminders.runtime import Runtime
from reminders.store.commits import Commits
from reminders.store.database import Session
from reminders.web import form
from reminders.web.form import Pairs
from reminders.web.metrics import Meter

log = structlog.get_logger()

INBOUND, RECEIPT = "inbound", "receipt"

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML without a verb: what we have to say leaves through the outbox, once."""


class Webhooks:
    """The webhooks of one installation.

    Writes go through the queue of commits: many share one transaction, and we answer only when
    ours is on disk. Without a public address or an auth token nothing can be proved to be
    Twilio's, and everything is refused.
    """

    def __init__(self, runtime: Runtime, commits: Commits, meter: Meter) -> None:
        twilio = runtime.settings.twilio
        self._runtime = runtime
        self._commits = commits
        self._meter = meter
        self._public_url = runtime.settings.gateway.public_url
        self._tokens = twilio.signing_tokens if twilio else ()

    async def inbound(self, request: Request) -> Response:
        """Take in a patient's text."""
        with self._meter.timing(INBOUND):
            response = await self._answer(request, self._inbound)
        self._meter.answered(INBOUND, response.status_code)
        return response

    async def receipt(self, request: Request) -> Response:
        """Take in what became of a text of ours."""
        with self._meter.timing(RECEIPT):
            response = await self._answer(request, self._receipt)
        self._meter.answered(RECEIPT, response.status_code)
        return response

    async def _answer(
        self, request: Request, work: Callable[[Pairs, Request], Callable[[Session], str] | None]
    ) -> Response:
        body = await form.read_body(request)
        if body is None:
            return PlainTextResponse("more than 64 kB", 413)
        pairs = form.parse(body)
        if pairs is None:
            return PlainTextResponse("not a form in UTF-8", 400)
        if not self._is_twilios(request, pairs):
            return PlainTextResponse("not signed by Twilio for this address", 403)
        write = work(pairs, request)
        if write is None:
            return PlainTextResponse("a sid or another parameter is missing", 400)
        return await self._taken_in(write)

    def _is_twilios(self, request: Request, pairs: Pairs) -> bool:
        """Judge by our own public address: the Host header is whatever the sender likes."""
        if not self._public_url:
            return False
        return is_signed(
            self._public_url + _path_and_query(request),
            pairs,
            signature=request.headers.get(HEADER, ""),
            tokens=self._tokens,
        )

    def _inbound(self, pairs: Pairs, _request: Request) -> Callable[[Session], str] | None:
        text = form.inbound_text(pairs, now=self._runtime.now())
        return None if text is None else partial(receive, runtime=self._runtime, text=text)

    def _receipt(self, pairs: Pairs, request: Request) -> Callable[[Session], str] | None:
        receipt = form.receipt(pairs, query=_query(request))
        if receipt is None:
            return None

        def write(session: Session) -> str:
            take_receipt(session, self._runtime, receipt)
            return ""

        return write

    async def _taken_in(self, write: Callable[[Session], str]) -> Response:
        """Answer when it is on disk; else 503, so that Twilio asks again and the list heals it."""
        try:
            intent = await asyncio.wrap_future(self._commits.submit(write))
        except Exception as error:  # a sender must never see what went wrong inside
            log.error("webhook not taken in", fault=type(error).__name__)
            return PlainTextResponse("not now", 503)
        if intent:
            self._meter.took_in(intent)
        return Response(NOTHING_TO_SAY, media_type="text/xml")


def _path_and_query(request: Request) -> str:
    """Return both as they came: a path decoded and written anew may be signed differently."""
    scope: dict[str, Any] = dict(request.scope)
    raw_path = scope.get("raw_path") or scope["path"].encode()
    path = raw_path.partition(b"?")[0].decode("latin-1")
    query = _query(request)
    return f"{path}?{query}" if query else path


def _query(request: Request) -> str:
    return bytes(request.scope.get("query_string", b"")).decode("latin-1")
