"""The table of known gateways, and how to open one. Each gateway is imported when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reminders.gateways.gateway import Gateway
from reminders.gateways.twilio_account import TwilioAccount

__all__ = ["KINDS", "TWILIO_API", "GatewayChoice", "TwilioAccount", "open_gateway"]

TWILIO_API = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class GatewayChoice:
    """Which gateway, and what it must know.

    `api_base` and `public_url` are http or https addresses without a query; an empty
    `public_url` means that nobody can call us back. `in_flight` is the most texts on their way
    at one moment.
    """

    kind: str
    account: TwilioAccount | None = None
    api_base: str = TWILIO_API
    public_url: str = ""
    in_flight: int = 64


def open_gateway(choice: GatewayChoice) -> Gateway:
    """Open the chosen gateway; no connection is made before the first text.

    Raises ValueError that names the setting and the mend.
    """
    opener = _OPENERS.get(choice.kind)
    if opener is None:
        raise ValueError(f"gateway.kind: {choice.kind!r} is unknown, use one of {', '.join(KINDS)}")
    return opener(choice)


def _open_pretend(_choice: GatewayChoice) -> Gateway:
    from reminders.gateways.pretend import PretendGateway

    return PretendGateway()


def _open_twilio(choice: GatewayChoice) -> Gateway:
    # Here, not above: the SDK takes a third of a second to import, and most commands never text.
    from reminders.gateways.twilio import TwilioGateway

    if choice.account is None:
        raise ValueError(
            "gateway.kind is twilio but there are no credentials: set TWILIO_ACCOUNT_SID "
            "and TWILIO_AUTH_TOKEN, or choose gateway.kind = pretend"
        )
    return TwilioGateway(
        choice.account,
        api_base=choice.api_base,
        public_url=choice.public_url,
        in_flight=choice.in_flight,
    )


_OPENERS: Mapping[str, Callable[[GatewayChoice], Gateway]] = {
    "pretend": _open_pretend,
    "twilio": _open_twilio,
}
KINDS: tuple[str, ...] = tuple(_OPENERS)
