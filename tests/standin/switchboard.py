"""The stand-in's side of HTTP: create, list and fetch messages, signed receipts, and control."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.standin.book import API, Book, Receipt
from tests.standin.description import complaints
from tests.standin.faults import Fault, Faults, Struck, play, problem

ACCOUNT_SID = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "made-up-token-of-the-stand-in"
API_KEY = "SK" + "0" * 31 + "2"
API_SECRET = "made-up-secret-of-the-stand-in"
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Manners:
    """How this stand-in behaves when nothing fails.

    `callbacks` are the statuses reported for every message; `latency` is in seconds.
    """

    account_sid: str
    auth_token: str
    latency: float
    callbacks: Sequence[str]
    now: Callable[[], datetime]


@dataclass(slots=True)
class Switchboard:
    """One stand-in account and its web application."""

    manners: Manners
    book: Book
    faults: Faults
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    _reports: set[asyncio.Task[None]] = field(default_factory=set)

    def app(self) -> web.Application:
        """Return a fresh application over the same book and faults."""
        app = web.Application()
        messages = f"{API}/Accounts/{{account}}/Messages"
        app.router.add_post(f"{messages}.json", self._create)
        app.router.add_get(f"{messages}.json", self._list)
        app.router.add_get(f"{messages}/{{sid}}.json", self._fetch)
        app.router.add_get("/_sent", self._tell)
        app.router.add_post("/_faults", self._arm)
        app.router.add_post("/_reset", self._forget)
        return app

    async def close(self) -> None:
        """End receipts on their way."""
        for report in list(self._reports):
            report.cancel()
        await asyncio.gather(*self._reports, return_exceptions=True)

    async def report(self, sid: str, status: str, *, error_code: int | None = None) -> None:
        """Move a message to a status and, when it asked for that, post a signed receipt."""
        self.book.move(sid, status, error_code=error_code, now=self.manners.now())
        sent = next(sent for sent in self.book.sent if sent.sid == sid)
        if callback := sent.params.get("StatusCallback", ""):
            params = self._receipt_form(sent.params, sid=sid, status=status, error_code=error_code)
            url = callback.partition("#")[0]
            self.book.note(Receipt(url, params, await self._post_signed(url, params)))

    async def text_in(self, from_: str, body: str, *, to: str, webhook: str = "") -> str:
        """List a text from a telephone and, when somebody is to be told, post it signed."""
        resource = self.book.text_in(from_, to, body, now=self.manners.now())
        sid = str(resource["sid"])
        if webhook:
            form = inbound_form(sid, from_, body, to=to, account_sid=self.manners.account_sid)
            self.book.note(Receipt(webhook, form, await self._post_signed(webhook, form)))
        return sid

    async def _create(self, request: web.Request) -> web.StreamResponse:
        pairs = parse_qsl(await request.text(), keep_blank_values=True)
        params = dict(pairs)
        wrong = complaints(pairs) if request.content_type == _FORM else complaints([])
        call = self.book.called(wrong)
        if refused := self._stranger(request):
            return refused
        await asyncio.sleep(self.manners.latency)
        if fault := self.faults.strike(call=call, to=params.get("To", "")):
            return await self._fail(fault, request, params)
        if wrong:
            return web.json_response(problem(wrong[0].code, 400, wrong[0].words), status=400)
        return web.json_response(self._make(params), status=201)

    async def _fail(
        self, fault: Fault, request: web.Request, params: Mapping[str, str]
    ) -> web.StreamResponse:
        resource = self._make(params) if fault.made else None
        return await play(Struck(fault, request, params, resource, self.gone))

    def _make(self, params: Mapping[str, str]) -> dict[str, Any]:
        resource = self.book.create(params, now=self.manners.now())
        if self.manners.callbacks:
            report = asyncio.create_task(self._report_all(resource["sid"]))
            self._reports.add(report)
            report.add_done_callback(self._reports.discard)
        return resource

    async def _report_all(self, sid: str) -> None:
        for status in self.manners.callbacks:
            await self.report(sid, status)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if refused := self._stranger(request):
            return refused
        asked = request.query
        found = self.book.search(to=asked.get("To", ""), sender=asked.get("From", ""))
        size, page = int(asked.get("PageSize", "50")), int(asked.get("Page", "0"))
        if not 1 <= size <= 1000:
            return web.json_response(problem(20007, 400, "PageSize is too large"), status=400)
        shown = found[page * size : (page + 1) * size]
        more = len(found) > (page + 1) * size
        following = request.rel_url.update_query({"Page": str(page + 1), "PageSize": str(size)})
        return web.json_response(
            {
                "messages": shown,
                "page": page,
                "page_size": size,
                "uri": str(request.rel_url),
                "next_page_uri": str(following) if more else None,
            }
        )

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        if refused := self._stranger(request):
            return refused
        if found := self.book.fetch(request.match_info["sid"]):
            return web.json_response(found)
        return web.json_response(problem(20404, 404, "no such message"), status=404)

    def _stranger(self, request: web.Request) -> web.Response | None:
        """Refuse a request with the wrong credentials or for another account."""
        known = {(self.manners.account_sid, self.manners.auth_token), (API_KEY, API_SECRET)}
        if _login(request.headers.get("Authorization", "")) not in known:
            return web.json_response(problem(20003, 401, "Authenticate"), status=401)
        if request.match_info["account"] != self.manners.account_sid:
            return web.json_response(problem(20404, 404, "no such account"), status=404)
        return None

    def _receipt_form(
        self, asked: Mapping[str, str], *, sid: str, status: str, error_code: int | None
    ) -> dict[str, str]:
        form = {
            "MessageSid": sid,
            "SmsSid": sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "AccountSid": self.manners.account_sid,
            "From": asked.get("From", ""),
            "To": asked.get("To", ""),
            "ApiVersion": API.strip("/"),
        }
        if "MessagingServiceSid" in asked:
            form["MessagingServiceSid"] = asked["MessagingServiceSid"]
        return form if error_code is None else {**form, "ErrorCode": str(error_code)}

    async def _post_signed(self, url: str, params: Mapping[str, str]) -> int:
        signature = RequestValidator(self.manners.auth_token).compute_signature(url, params)
        wait = aiohttp.ClientTimeout(total=15)
        try:
            async with (
                aiohttp.ClientSession(timeout=wait, trust_env=False) as session,
                session.post(url, data=params, headers={"X-Twilio-Signature": signature}) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    async def _tell(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "sent": [sent.as_json() for sent in self.book.sent],
                "create_calls": self.book.create_calls,
                "violations": [wrong.words for wrong in self.book.violations],
            }
        )

    async def _arm(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        for fault in asked if isinstance(asked, list) else [asked]:
            self.faults.add(Fault(**fault))
        return web.json_response({})

    async def _forget(self, _request: web.Request) -> web.StreamResponse:
        self.book.forget()
        self.faults.forget()
        return web.json_response({})


def inbound_form(
    sid: str, from_: str, body: str, *, to: str, account_sid: str = ACCOUNT_SID
) -> dict[str, str]:
    """Return the form of an inbound webhook, with parameters that we have no use for."""
    return {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": body,
        "FromCountry": "US",
        "To": to,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": account_sid,
        "From": from_,
        "ApiVersion": API.strip("/"),
    }


def _login(authorization: str) -> tuple[str, str]:
    scheme, _, secret = authorization.partition(" ")
    try:
        name, _, password = b64decode(secret).decode().partition(":")
    except ValueError:
        return "", ""
    return (name, password) if scheme == "Basic" else ("", "")
