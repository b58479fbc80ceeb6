"""The table of known gateways."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from reminders.gateways import KINDS, TWILIO_API, GatewayChoice, TwilioAccount, open_gateway
from tests.gateways.cases import ACCOUNT, outgoing
from tests.standin import StandIn

ROOT = Path(__file__).parents[2]


def test_two_gateways_are_known_and_only_one_reaches_telephones() -> None:
    account = TwilioAccount(**ACCOUNT)

    real = {kind: open_gateway(GatewayChoice(kind, account)).is_real for kind in KINDS}

    assert real == {"pretend": False, "twilio": True}


def test_an_unknown_gateway_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'pigeon' is unknown, use one of pretend, twilio"):
        open_gateway(GatewayChoice("pigeon"))


def test_twilio_without_credentials_is_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match="set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"):
        open_gateway(GatewayChoice("twilio"))


def test_the_choice_reaches_twilio_whole(standin: StandIn) -> None:
    choice = GatewayChoice(
        "twilio", TwilioAccount(**ACCOUNT), standin.url, "https://texts.example.com", in_flight=2
    )

    async def sending() -> None:
        gateway = open_gateway(choice)
        await asyncio.gather(*(gateway.send(outgoing(attempt=n)) for n in range(1, 6)))
        await gateway.close()

    asyncio.run(sending())
    assert len(standin.sent) == 5
    assert standin.sent[0].params["StatusCallback"].startswith("https://texts.example.com/")
    assert GatewayChoice("twilio").api_base == TWILIO_API


def test_pretending_does_not_wait_for_twilios_sdk_to_load() -> None:
    program = (
        "import sys, reminders.gateways as g; g.open_gateway(g.GatewayChoice('pretend'));"
        "print({'twilio', 'aiohttp'} & set(sys.modules))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT)

    assert ran.stdout == b"set()\n"
