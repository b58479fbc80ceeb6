"""Credentials are complete or refused, and nobody reads them by accident."""

from __future__ import annotations

import pytest

from reminders.gateways.twilio_account import TwilioAccount

SID = "AC" + "1" * 32


def test_secrets_are_not_in_the_repr() -> None:
    account = TwilioAccount(SID, auth_token="quince", api_key="SKmedlar", api_secret="damson")

    assert repr(account) == f"TwilioAccount(account_sid='{SID}')"


def test_an_api_key_is_used_before_the_auth_token() -> None:
    both = TwilioAccount(SID, auth_token="quince", api_key="SKmedlar", api_secret="damson")

    assert both.login == ("SKmedlar", "damson")
    assert TwilioAccount(SID, auth_token="quince").login == (SID, "quince")


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        ({"account_sid": "", "auth_token": "quince"}, "TWILIO_ACCOUNT_SID must be"),
        ({"account_sid": "quince", "auth_token": SID}, "TWILIO_ACCOUNT_SID must be"),
        ({"account_sid": "AC1/../AC2", "auth_token": "quince"}, "TWILIO_ACCOUNT_SID must be"),
        ({"account_sid": SID}, "set TWILIO_AUTH_TOKEN, or"),
        ({"account_sid": SID, "auth_token": ""}, "set TWILIO_AUTH_TOKEN, or"),
        ({"account_sid": SID, "api_key": "quince"}, "go together"),
        ({"account_sid": SID, "auth_token": "a", "api_secret": "quince"}, "go together"),
    ],
)
def test_half_a_credential_is_refused_with_its_mend_and_without_its_value(
    given: dict[str, str], mend: str
) -> None:
    with pytest.raises(ValueError, match=mend) as refused:
        TwilioAccount(**given)

    assert "quince" not in str(refused.value)
