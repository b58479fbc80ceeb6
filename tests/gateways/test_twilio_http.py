"""When the way to Twilio is broken: what never left us, and what may have."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from reminders.gateways.gateway import Accepted, GatewayError, NoAnswer, Refused, Unreachable
from reminders.gateways.twilio import TwilioGateway
from reminders.gateways.twilio_account import TwilioAccount
from reminders.gateways.twilio_http import Patience
from tests.gateways.cases import ACCOUNT, outgoing
from tests.standin import StandIn

NEVER_OPENS = Patience(dial=0.3, connect=0.6)
NEVER_ANSWERS = Patience(answer=1.0)


async def outcomes(
    api_base: str, *, count: int = 1, patience: Patience | None = None
) -> list[Accepted | BaseException]:
    """Send some texts at once and return whatever came of each."""
    gateway = TwilioGateway(TwilioAccount(**ACCOUNT), api_base=api_base, patience=patience)
    try:
        sends = (gateway.send(outgoing(message_id=f"m{n}")) for n in range(count))
        return await asyncio.gather(*sends, return_exceptions=True)
    finally:
        await gateway.close()


def only(said: list[Accepted | BaseException]) -> Accepted | BaseException:
    (one,) = said
    return one


@pytest.fixture
def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.fixture
def busy_port() -> Iterator[int]:
    """Return a port whose queue is full, so that a new connection waits for ever."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = server.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield address[1]


def test_a_refused_connection_means_that_nothing_left_us(free_port: int) -> None:
    said = only(asyncio.run(outcomes(f"http://127.0.0.1:{free_port}")))

    assert isinstance(said, Unreachable)


def test_an_unknown_host_means_that_nothing_left_us() -> None:
    said = only(asyncio.run(outcomes("http://nobody.invalid")))

    assert isinstance(said, Unreachable)


def test_a_connection_that_never_opens_means_that_nothing_left_us(busy_port: int) -> None:
    said = only(asyncio.run(outcomes(f"http://127.0.0.1:{busy_port}", patience=NEVER_OPENS)))

    assert isinstance(said, Unreachable)


def test_a_failed_handshake_means_that_nothing_left_us(standin: StandIn) -> None:
    said = only(asyncio.run(outcomes(standin.url.replace("http:", "https:"))))

    assert isinstance(said, Unreachable)
    assert standin.create_calls == 0


def test_the_path_of_the_api_base_comes_before_twilios_own(standin: StandIn) -> None:
    said = only(asyncio.run(outcomes(f"{standin.url}/behind/a/gate/")))

    assert isinstance(said, Refused)
    assert (said.code, standin.create_calls) == (404, 0)


def test_a_slow_answer_within_our_patience_is_an_answer(standin: StandIn) -> None:
    standin.fault("slow", made=True, seconds=0.05)

    assert isinstance(only(asyncio.run(outcomes(standin.url))), Accepted)


def test_one_silent_text_does_not_hold_up_the_others(standin: StandIn) -> None:
    standin.fault("hang", made=True, at=3)

    said = asyncio.run(outcomes(standin.url, count=20, patience=NEVER_ANSWERS))

    assert sum(isinstance(one, NoAnswer) for one in said) == 1
    assert sum(isinstance(one, Accepted) for one in said) == 19


def test_a_mixed_storm_loses_and_doubles_no_text(standin: StandIn) -> None:
    standin.fault("reset", share=0.2)
    standin.fault("refuse", code=20500, made=True, share=0.2)
    standin.fault("refuse", code=20429, share=0.2)

    said = asyncio.run(outcomes(standin.url, count=100))

    accepted = {one.sid for one in said if isinstance(one, Accepted)}
    assert accepted <= {sent.sid for sent in standin.sent}
    assert standin.create_calls == 100
    assert all(isinstance(one, Accepted | GatewayError) for one in said)
    assert 0 < len(accepted) < 100


def test_texts_go_again_when_twilio_comes_back() -> None:
    async def life(standin: StandIn) -> list[type]:
        gateway = TwilioGateway(TwilioAccount(**ACCOUNT), api_base=standin.url)
        seen = []
        for change in (lambda: None, standin.go_away, standin.come_back):
            await asyncio.to_thread(change)
            (said,) = await asyncio.gather(gateway.send(outgoing()), return_exceptions=True)
            seen.append(type(said))
        await gateway.close()
        return seen

    with StandIn() as standin:
        assert asyncio.run(life(standin)) == [Accepted, Unreachable, Accepted]
        assert len(standin.sent) == 2
