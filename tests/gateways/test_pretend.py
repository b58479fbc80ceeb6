"""The pretend gateway takes every text and sends none."""

from __future__ import annotations

import asyncio
import re

from reminders.gateways.gateway import Outgoing
from reminders.gateways.pretend import PretendGateway
from tests.gateways.cases import outgoing


def test_it_never_reaches_a_telephone() -> None:
    assert PretendGateway().is_real is False


def test_its_sid_is_as_long_as_a_real_one_and_never_mistaken_for_it() -> None:
    accepted = asyncio.run(PretendGateway().send(outgoing()))

    assert re.fullmatch(r"PR[0-9a-f]{32}", accepted.sid)


def test_the_same_attempt_gets_the_same_sid_and_another_attempt_another() -> None:
    async def sids() -> list[str]:
        gateway = PretendGateway()
        texts = [outgoing(), outgoing(), outgoing(attempt=2), outgoing(message_id="other")]
        return [(await gateway.send(text)).sid for text in texts]

    first, again, second, other = asyncio.run(sids())
    assert first == again
    assert len({first, second, other}) == 3


def test_a_listener_sees_each_text_as_it_goes() -> None:
    seen: list[Outgoing] = []

    asyncio.run(PretendGateway(listener=seen.append).send(outgoing()))

    assert seen == [outgoing()]
