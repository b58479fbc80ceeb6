"""The stand-in Twilio keeps the published rules, so that a test against it means something."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from reminders.gateways.gateway import Accepted, Refused
from reminders.gateways.twilio import TwilioGateway
from reminders.gateways.twilio_account import TwilioAccount
from tests.gateways.cases import ACCOUNT, CLINIC, PATIENT, POOL, outgoing
from tests.standin import AUTH_TOKEN, StandIn
from tests.standin.description import complaints

ROOT = Path(__file__).parents[2]
GOOD = {"To": PATIENT, "From": CLINIC, "Body": "Hello", "ValidityPeriod": "3600"}


class Ear(BaseHTTPRequestHandler):
    """Listens to receipts: their path, form and signature."""

    heard: ClassVar[list[tuple[str, dict[str, str], str]]] = []

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        params = dict(parse_qsl(form, keep_blank_values=True))
        self.heard.append((self.path, params, self.headers["X-Twilio-Signature"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def ear() -> Iterator[str]:
    """Return the public address of somebody who listens to receipts."""
    Ear.heard.clear()
    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def send(api_base: str, *, count: int = 1, public_url: str = "") -> list[Accepted]:
    """Send some texts, one after the other."""

    async def sending() -> list[Accepted]:
        gateway = TwilioGateway(TwilioAccount(**ACCOUNT), api_base=api_base, public_url=public_url)
        try:
            return [await gateway.send(outgoing(attempt=n + 1)) for n in range(count)]
        finally:
            await gateway.close()

    return asyncio.run(sending())


def ask(url: str, *, post: Any = None) -> Any:
    """Make one JSON request to the stand-in."""
    data = None if post is None else json.dumps(post).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"From": "", "MessagingServiceSid": POOL}, None),
        ({"StatusCallback": "https://texts.example.com/r?m=1&a=1#rc=2&rp=ct,rt,5xx"}, None),
        ({"SmartEncoded": "true", "RiskCheck": "disable"}, None),
        ({"Idempotency": "1"}, 20001),
        ({"To": ""}, 21604),
        ({"To": "2125550101"}, 21211),
        ({"To": CLINIC}, 21266),
        ({"From": ""}, 21603),
        ({"From": "not a sender at all"}, 21212),
        ({"MessagingServiceSid": POOL}, 20001),
        ({"From": "", "MessagingServiceSid": "MG1"}, 20001),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1600}, None),
        ({"Body": "a" * 1601}, 21617),
        ({"ValidityPeriod": "0"}, 21624),
        ({"ValidityPeriod": "36001"}, 21624),
        ({"ValidityPeriod": "1.5"}, 20001),
        ({"StatusCallback": "https://no_host.example.com/"}, 21609),
        ({"StatusCallback": "/twilio/receipt"}, 21609),
        ({"StatusCallback": "https://texts.example.com/" + "a" * 4000}, 21609),
        ({"SmartEncoded": "yes"}, 20001),
        ({"SendAt": "2026-11-21T09:00:00Z"}, 35118),
    ],
)
def test_a_create_is_held_to_the_published_description(
    changed: dict[str, str], code: int | None
) -> None:
    found = complaints([pair for pair in {**GOOD, **changed}.items() if pair[1]])

    assert [one.code for one in found] == ([] if code is None else [code])


def test_a_parameter_given_twice_is_a_complaint() -> None:
    assert [one.code for one in complaints([*GOOD.items(), ("Body", "again")])] == [20001]


def test_a_broken_rule_is_refused_and_remembered() -> None:
    with StandIn() as standin:
        gateway = TwilioGateway(TwilioAccount(**ACCOUNT), api_base=standin.url)

        async def sending() -> list[Any]:
            sends = [gateway.send(outgoing(body="a" * 1601))]
            said = await asyncio.gather(*sends, return_exceptions=True)
            await gateway.close()
            return said

        (said,) = asyncio.run(sending())
        assert (said.code, standin.sent, standin.create_calls) == (21617, [], 1)
        assert [wrong.code for wrong in standin.violations] == [21617]


def test_receipts_are_signed_as_twilio_signs_them_and_carry_our_id(ear: str) -> None:
    with StandIn() as standin:
        (accepted,) = send(standin.url, public_url=ear)
        standin.report(accepted.sid, "sent")
        standin.report(accepted.sid, "undelivered", error_code=30005)
        answers = [receipt.answer for receipt in standin.receipts]

    path, params, signature = Ear.heard[1]
    assert path == "/twilio/receipt?m=7d0c9a52&a=1"
    assert params["MessageSid"] == accepted.sid
    assert (params["MessageStatus"], params["ErrorCode"]) == ("undelivered", "30005")
    assert RequestValidator(AUTH_TOKEN).validate(ear + path, params, signature)
    assert answers == [204, 204]


def test_messages_can_be_listed_in_pages_and_fetched_with_the_sdk() -> None:
    from twilio.rest import Client

    from reminders.gateways.twilio_http import LeanHttpClient, Patience

    async def reading(url: str, sid: str) -> tuple[list[str], str]:
        http = LeanHttpClient(api_base=url, in_flight=1, patience=Patience())
        client = Client(ACCOUNT["account_sid"], AUTH_TOKEN, http_client=http)
        listed = await client.messages.list_async(to=PATIENT, page_size=2)
        fetched = await client.messages(sid).fetch_async()
        await http.close()
        return [one.sid for one in listed], fetched.status

    with StandIn() as standin:
        sids = [accepted.sid for accepted in send(standin.url, count=5)]
        standin.report(sids[0], "sent")
        listed, status = asyncio.run(reading(standin.url, sids[0]))

    assert listed == sids[::-1]
    assert status == "sent"


def test_it_runs_by_itself_and_is_asked_and_armed_over_http() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.standin"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        send(url)
        before = ask(f"{url}/_sent")
        ask(f"{url}/_reset", post={})
        ask(f"{url}/_faults", post=[{"kind": "refuse", "code": 21610, "to": PATIENT, "times": 1}])
        with pytest.raises(Refused, match="code 21610"):
            send(url)
        send(url)
        after = ask(f"{url}/_sent")
        process.terminate()

    assert process.returncode == 0
    assert [sent["to"] for sent in before["sent"]] == [PATIENT]
    assert (len(after["sent"]), after["create_calls"], after["violations"]) == (1, 2, [])
