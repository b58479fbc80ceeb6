"""What a text looks like when it reaches Twilio, and what a yes tells us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from reminders.gateways.gateway import Accepted, Outgoing, Refused, Scope
from reminders.gateways.twilio import TwilioGateway
from reminders.gateways.twilio_account import TwilioAccount
from tests.gateways.cases import ACCOUNT, CLINIC, PATIENT, POOL, outgoing
from tests.standin import ACCOUNT_SID, API_KEY, API_SECRET, StandIn


def send(
    standin: StandIn,
    text: Outgoing,
    *,
    account: TwilioAccount | None = None,
    public_url: str = "",
) -> Accepted:
    """Send one text by a gateway of its own."""
    return send_all(standin, [text], account=account, public_url=public_url)[0]


def send_all(
    standin: StandIn,
    texts: Iterable[Outgoing],
    *,
    account: TwilioAccount | None = None,
    public_url: str = "",
) -> list[Accepted]:
    """Send many texts at once by one gateway."""

    async def sending() -> list[Accepted]:
        gateway = TwilioGateway(
            account or TwilioAccount(**ACCOUNT), api_base=standin.url, public_url=public_url
        )
        try:
            return await asyncio.gather(*(gateway.send(text) for text in texts))
        finally:
            await gateway.close()

    return asyncio.run(sending())


def test_the_words_the_number_and_the_sender_arrive_unchanged(standin: StandIn) -> None:
    text = outgoing(body="Clínica: ¿50% & más? + = 🙂\nReply 1, 2 or 3.")

    accepted = send(standin, text)

    (sent,) = standin.sent
    assert (sent.sid, sent.to, sent.sender, sent.body) == (
        accepted.sid,
        PATIENT,
        CLINIC,
        text.body,
    )
    assert set(sent.params) == {"To", "From", "Body", "ValidityPeriod"}


def test_a_messaging_service_takes_the_place_of_the_senders_number(standin: StandIn) -> None:
    accepted = send(standin, outgoing(sender=POOL))

    (sent,) = standin.sent
    assert sent.params["MessagingServiceSid"] == POOL
    assert "From" not in sent.params
    assert accepted.segments is None


def test_segments_are_counted_as_twilio_counts_them(standin: StandIn) -> None:
    assert send(standin, outgoing()).segments == 1


@pytest.mark.parametrize(
    ("useful_for", "seconds"),
    [
        (timedelta(hours=6), "21600"),
        (timedelta(seconds=90, milliseconds=900), "90"),
        (timedelta(seconds=1), "60"),
        (timedelta(days=-1), "60"),
        (timedelta(days=14), "36000"),
    ],
)
def test_twilio_gives_up_when_the_text_is_no_longer_useful(
    useful_for: timedelta, seconds: str, standin: StandIn
) -> None:
    send(standin, outgoing(useful_for=useful_for))

    assert standin.sent[0].params["ValidityPeriod"] == seconds


def test_receipts_are_asked_for_with_an_opaque_id_and_nothing_about_the_patient(
    standin: StandIn,
) -> None:
    send(
        standin,
        outgoing(message_id="a b/ü&c", attempt=3),
        public_url="https://texts.example.com/clinic/",
    )

    callback = urlsplit(standin.sent[0].params["StatusCallback"])
    assert callback.scheme + "://" + callback.netloc == "https://texts.example.com"
    assert callback.path == "/clinic/twilio/receipt"
    assert parse_qs(callback.query) == {"m": ["a b/ü&c"], "a": ["3"]}
    assert callback.fragment == "rc=2&rp=ct,rt,5xx"


def test_no_receipt_is_asked_for_when_nobody_can_call_us_back(standin: StandIn) -> None:
    send(standin, outgoing(), public_url="")

    assert "StatusCallback" not in standin.sent[0].params


def test_an_api_key_may_stand_for_the_auth_token(standin: StandIn) -> None:
    account = TwilioAccount(ACCOUNT_SID, api_key=API_KEY, api_secret=API_SECRET)

    send(standin, outgoing(), account=account)

    assert len(standin.sent) == 1


def test_a_wrong_token_stops_the_account_and_keeps_the_text(standin: StandIn) -> None:
    account = TwilioAccount(ACCOUNT_SID, auth_token="some-other-made-up-token")

    with pytest.raises(Refused) as refused:
        send(standin, outgoing(), account=account)

    assert (refused.value.scope, refused.value.permanent) == (Scope.ACCOUNT, False)
    assert standin.sent == []


def test_the_environment_does_not_bend_the_address_or_the_credentials(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, detour in {
        "TWILIO_REGION": "ie1",
        "TWILIO_EDGE": "dublin",
        "TWILIO_ACCOUNT_SID": "AC" + "9" * 32,
        "TWILIO_AUTH_TOKEN": "another-made-up-token",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, detour)

    send(standin, outgoing())

    assert len(standin.sent) == 1


def test_three_hundred_texts_at_once_each_get_their_own_sid(standin: StandIn) -> None:
    texts = [outgoing(message_id=f"m{n}", body=f"Text number {n}.") for n in range(300)]

    accepted = send_all(standin, texts)

    sid_of = {sent.body: sent.sid for sent in standin.sent}
    assert [sid_of[text.body] for text in texts] == [one.sid for one in accepted]
    assert len(set(sid_of.values())) == 300


def test_a_gateway_may_be_used_again_after_it_was_closed(standin: StandIn) -> None:
    gateway = TwilioGateway(TwilioAccount(**ACCOUNT), api_base=standin.url)

    async def once() -> Accepted:
        try:
            return await gateway.send(outgoing())
        finally:
            await gateway.close()

    assert asyncio.run(once()).sid != asyncio.run(once()).sid
    asyncio.run(gateway.close())
    assert gateway.is_real


@pytest.mark.parametrize(
    "address",
    [
        "texts.example.com",
        "ftp://texts.example.com",
        "https://",
        "https://texts.example.com/?clinic=1",
        "https://texts.example.com/#top",
    ],
)
def test_an_address_that_cannot_work_is_refused_with_its_setting(address: str) -> None:
    account, good = TwilioAccount(**ACCOUNT), "https://texts.example.com"

    with pytest.raises(ValueError, match=r"^gateway\.api_base must be an address such as"):
        TwilioGateway(account, api_base=address)
    with pytest.raises(ValueError, match=r"^gateway\.public_url must be an address such as"):
        TwilioGateway(account, api_base=good, public_url=address)
