"""Whether a request is Twilio's, from Twilio's own validator's point of view."""

from __future__ import annotations

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from reminders.gateways.signature import is_signed

URL = "https://texts.example.org/twilio/receipt?m=7d0c&a=1"
FORM = [("MessageSid", "SM1"), ("Body", ""), ("MediaUrl", "b"), ("MediaUrl", "a")]
TOKEN, OTHER = "made-up-token", "made-up-other-token"


def sign(url: str = URL, *, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, MultiDict(FORM)))


def test_twilios_signature_is_known_with_blank_and_repeated_parameters() -> None:
    assert is_signed(URL, FORM, signature=sign(), tokens=[TOKEN])


def test_during_a_change_of_token_either_one_may_sign() -> None:
    for token in (TOKEN, OTHER):
        assert is_signed(URL, FORM, signature=sign(token=token), tokens=[TOKEN, OTHER])


@pytest.mark.parametrize("port", ["", ":443", ":8443"])
def test_the_port_in_our_address_does_not_matter(port: str) -> None:
    url = URL.replace(".org", f".org{port}")
    assert is_signed(url, FORM, signature=sign(), tokens=[TOKEN])


@pytest.mark.parametrize(
    "changed",
    [
        URL.replace("https", "http"),
        URL.replace(".org", ".net"),
        URL.replace("/receipt", "/receipt/"),
        URL.replace("a=1", "a=2"),
        "http://127.0.0.1:8080/twilio/receipt?m=7d0c&a=1",
        "",
    ],
)
def test_another_address_is_not_signed(changed: str) -> None:
    assert not is_signed(changed, FORM, signature=sign(), tokens=[TOKEN])


@pytest.mark.parametrize("signature", ["", "nonsense", "ünsigned", sign(token=OTHER)])
def test_a_wrong_or_missing_signature_is_refused(signature: str) -> None:
    assert not is_signed(URL, FORM, signature=signature, tokens=[TOKEN])


def test_a_changed_or_lost_parameter_is_refused() -> None:
    for form in ([*FORM, ("Body", "STOP")], FORM[1:], [p for p in FORM if p[1]]):
        assert not is_signed(URL, form, signature=sign(), tokens=[TOKEN])


def test_without_a_token_nobody_can_sign() -> None:
    assert not is_signed(URL, FORM, signature=sign(token=""), tokens=["", ""])
    assert not is_signed(URL, FORM, signature=sign(), tokens=[])
