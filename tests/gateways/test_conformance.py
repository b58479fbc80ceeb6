"""Every conformance case, for every gateway that can play it."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest

from reminders.gateways.gateway import Accepted, Gateway, GatewayError, Outgoing, Refused
from reminders.gateways.pretend import PretendGateway
from reminders.gateways.twilio import TwilioGateway
from reminders.gateways.twilio_account import TwilioAccount
from reminders.gateways.twilio_http import Patience
from tests.gateways.cases import ACCOUNT, DOUBTS, REFUSALS, SUCCESSES, Case, facts_of
from tests.standin import AUTH_TOKEN, StandIn

ALL = (*SUCCESSES, *REFUSALS, *DOUBTS)
BRIEF = Patience(answer=0.3)


def labels(cases: tuple[Case, ...]) -> list[str]:
    return [case.label for case in cases]


def real(standin: StandIn, case: Case) -> TwilioGateway:
    """Return a gateway that waits long, unless waiting is all it can do."""
    silent = case.fault.get("kind") == "hang"
    return TwilioGateway(
        TwilioAccount(**ACCOUNT),
        api_base=standin.url,
        public_url="https://texts.example.com",
        patience=BRIEF if silent else Patience(),
    )


async def outcome(gateway: Gateway, text: Outgoing) -> Accepted | GatewayError:
    """Send one text and return whatever came of it."""
    try:
        return await gateway.send(text)
    except GatewayError as error:
        return error
    finally:
        await gateway.close()


@pytest.mark.parametrize("case", ALL, ids=labels(ALL))
def test_twilio_is_understood_when_it_answers_with(case: Case, standin: StandIn) -> None:
    case.arrange(standin)

    said = asyncio.run(outcome(real(standin, case), case.text))

    if isinstance(case.expected, type):
        assert type(said) is case.expected
    else:
        assert isinstance(said, Refused)
        assert facts_of(said) == case.expected
    assert len(standin.sent) == case.texts


@pytest.mark.parametrize("case", ALL, ids=labels(ALL))
def test_a_text_leaves_us_exactly_once_and_by_the_rules_when_twilio_answers_with(
    case: Case, standin: StandIn
) -> None:
    case.arrange(standin)

    asyncio.run(outcome(real(standin, case), case.text))

    assert standin.create_calls == 1
    assert standin.violations == []


@pytest.mark.parametrize("case", ALL, ids=labels(ALL))
def test_nobody_reads_about_the_patient_or_the_token_in_errors_and_logs_of(
    case: Case, standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case.arrange(standin)
    gateway = real(standin, case)

    said = asyncio.run(outcome(gateway, case.text))

    written = [repr(gateway), repr(said), str(said), caplog.text]
    if isinstance(said, GatewayError):
        written += [str(vars(said)), *traceback.format_exception(said)]
        assert said.__cause__ is None
    for secret in (case.text.to.strip("+"), case.text.body, "Quillby", AUTH_TOKEN):
        assert not [line for line in written if secret in line]


@pytest.mark.parametrize("case", SUCCESSES, ids=labels(SUCCESSES))
def test_the_pretend_gateway_is_understood_when(case: Case) -> None:
    said = asyncio.run(outcome(PretendGateway(), case.text))

    assert type(said) is case.expected
