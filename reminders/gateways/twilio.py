"""Texts through Twilio: one request for one text, and what its answer means for us."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from logging import WARNING, getLogger
from typing import Any
from urllib.parse import quote

from twilio.rest import Client

from reminders.gateways import twilio_texts
from reminders.gateways.gateway import Accepted, GatewayText, NoAnswer, Outgoing
from reminders.gateways.twilio_account import TwilioAccount
from reminders.gateways.twilio_errors import refusal
from reminders.gateways.twilio_http import LeanHttpClient, Patience, web_address

_MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")

# Seconds a text may wait in Twilio's queue. Twilio takes 1 to 36000 and asks for more than 5; a
# minute lets a text wait for its turn behind the others at one segment a second.
_SHORTEST_WAIT, _LONGEST_WAIT = 60, 36_000

# How Twilio repeats a receipt that did not reach us: twice, unless we refused it (4xx). It reads
# this from the fragment, which it neither sends nor signs.
_RECEIPT_REPEATS = "rc=2&rp=ct,rt,5xx"

# The SDK looks for these two in the environment and would bend the address.
_NO_DETOUR = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}


class TwilioGateway:
    """Twilio's Messages API. Create has no idempotency key, so nothing here ever tries twice."""

    is_real = True

    def __init__(
        self,
        account: TwilioAccount,
        *,
        api_base: str,
        public_url: str = "",
        in_flight: int = 64,
        patience: Patience | None = None,
    ) -> None:
        getLogger("twilio.http_client").setLevel(WARNING)
        getLogger("twilio.async_http_client").setLevel(WARNING)
        self._public_url = public_url and web_address(public_url, setting="gateway.public_url")
        self._http = LeanHttpClient(
            api_base=api_base, in_flight=in_flight, patience=patience or Patience()
        )
        self._client = Client(
            *account.login, account.account_sid, http_client=self._http, environment=_NO_DETOUR
        )

    async def send(self, outgoing: Outgoing) -> Accepted:
        """Create one message.

        Raises Unreachable when nothing left us, Refused when Twilio said no, NoAnswer for
        everything after which the patient may hold the text: a server error, silence, a torn
        or empty yes.
        """
        message = await self._client.messages.create_async(
            to=outgoing.to,
            body=outgoing.body,
            validity_period=_validity(outgoing.useful_for),
            **_sender(outgoing.sender),
            **self._receipt(outgoing),
        )
        return _accepted(message)

    async def texts_since(self, since: datetime) -> Sequence[GatewayText]:
        """Read Twilio's list back to that moment; raises Unreachable, Refused or NoAnswer."""
        return await twilio_texts.texts_since(self._client, since)

    async def look_up(self, sid: str) -> GatewayText | None:
        """Fetch one text, None when Twilio does not know it; raises like texts_since."""
        return await twilio_texts.look_up(self._client, sid)

    async def close(self) -> None:
        """Close the connections; call it in the event loop that sent."""
        await self._http.close()

    def _receipt(self, outgoing: Outgoing) -> dict[str, str]:
        if not self._public_url:
            return {}
        query = f"m={quote(outgoing.message_id, safe='')}&a={outgoing.attempt}"
        return {"status_callback": f"{self._public_url}/twilio/receipt?{query}#{_RECEIPT_REPEATS}"}


def _sender(sender: str) -> dict[str, str]:
    if _MESSAGING_SERVICE.fullmatch(sender):
        return {"messaging_service_sid": sender}
    return {"from_": sender}


def _validity(useful_for: timedelta) -> int:
    return max(_SHORTEST_WAIT, min(int(useful_for.total_seconds()), _LONGEST_WAIT))


def _accepted(message: Any) -> Accepted:
    if not isinstance(message.sid, str) or not message.sid:
        raise NoAnswer("Twilio said yes without a sid")
    if message.status == "failed":
        # No receipt ever comes for a first status, so this is the only time we are told.
        raise refusal(message.error_code)
    return Accepted(message.sid, segments=_segments(message.num_segments))


def _segments(num_segments: object) -> int | None:
    """Return the count; a messaging service says 0 until it has chosen its sender."""
    written = str(num_segments)
    return int(written) or None if written.isascii() and written.isdigit() else None
