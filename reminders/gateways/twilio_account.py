"""The credentials of one Twilio account, kept out of every repr. No network, no SDK."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ACCOUNT_SID = re.compile(r"AC[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Who we are at Twilio: the account, and its auth token or one of its API keys.

    An API key wins when both are given, because it can be withdrawn alone. Raises ValueError
    that names the setting and the mend, never the value.
    """

    account_sid: str
    auth_token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not _ACCOUNT_SID.fullmatch(self.account_sid):
            raise ValueError(
                "TWILIO_ACCOUNT_SID must be the account SID, which starts with AC: "
                "copy it from the first page of the Twilio console"
            )
        if bool(self.api_key) != bool(self.api_secret):
            raise ValueError(
                "TWILIO_API_KEY and TWILIO_API_SECRET go together: set both, or neither "
                "and TWILIO_AUTH_TOKEN instead"
            )
        if not (self.api_key or self.auth_token):
            raise ValueError(
                "no Twilio secret: set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET"
            )

    @property
    def login(self) -> tuple[str, str]:
        """User name and password for HTTP basic authentication (RFC 7617)."""
        if self.api_key:
            return self.api_key, self.api_secret
        return self.account_sid, self.auth_token
