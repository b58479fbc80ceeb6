"""The published description of Twilio's message create: its parameters, and who breaks them.

Parameters and types follow twilio-python 9.13 and Twilio's OpenAPI description of
/2010-04-01/Accounts/{AccountSid}/Messages.json; limits follow its error pages. Stricter than
Twilio in three things: an unknown parameter, a repeated one, and a sender beside a messaging
service are refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Pairs = Sequence[tuple[str, str]]

UNKNOWN_PARAMETER = 20001
E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,8}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
_HOST = re.compile(r"(?!-)[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One broken rule: Twilio's code, and words without the value."""

    code: int
    words: str


def _sid(prefix: str) -> Callable[[str], bool]:
    pattern = re.compile(prefix + "[0-9a-fA-F]{32}")
    return lambda value: bool(pattern.fullmatch(value))


def _one_of(*known: str) -> Callable[[str], bool]:
    return lambda value: value in known


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: bool(re.fullmatch(pattern, value))


def _any(_value: str) -> bool:
    return True


_BOOLEAN = _one_of("true", "false")
_INTEGER = _matches(r"-?\d+")
_ADDRESS = _matches(r"https?://\S+")
_INTENTS = (
    *("otp", "notifications", "marketing", "fraud", "security", "customercare", "delivery"),
    *("education", "polling", "announcements", "events"),
)

PARAMETERS: dict[str, Callable[[str], bool]] = {
    "To": _any,
    "From": _any,
    "FallbackFrom": _any,
    "MessagingServiceSid": _sid("MG"),
    "Body": _any,
    "MediaUrl": _ADDRESS,
    "ContentSid": _sid("HX"),
    "ContentVariables": _any,
    "StatusCallback": _any,
    "ApplicationSid": _sid("AP"),
    "MaxPrice": _matches(r"\d+(\.\d+)?"),
    "ProvideFeedback": _BOOLEAN,
    "Attempt": _INTEGER,
    "ValidityPeriod": _INTEGER,
    "ForceDelivery": _BOOLEAN,
    "ContentRetention": _one_of("retain", "discard"),
    "AddressRetention": _one_of("retain", "obfuscate"),
    "SmartEncoded": _BOOLEAN,
    "PersistentAction": _any,
    "TrafficType": _one_of("free"),
    "ShortenUrls": _BOOLEAN,
    "ScheduleType": _one_of("fixed"),
    "SendAt": _matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "SendAsMms": _BOOLEAN,
    "MessageIntent": _one_of(*_INTENTS),
    "RiskCheck": _one_of("enable", "disable"),
}
_LISTS = {"MediaUrl", "PersistentAction"}


def complaints(pairs: Pairs) -> list[Complaint]:
    """Return every broken rule of one create, the one that Twilio would name first in front."""
    values = dict(pairs)
    return [*_shape(pairs), *_recipient(values), *_origin(values), *_content(values), *_way(values)]


def _shape(pairs: Pairs) -> Iterator[Complaint]:
    for name, count in Counter(name for name, _ in pairs).items():
        if name not in PARAMETERS:
            yield Complaint(UNKNOWN_PARAMETER, f"unknown parameter {name}")
        elif count > 1 and name not in _LISTS:
            yield Complaint(UNKNOWN_PARAMETER, f"{name} is given more than once")
    for name, value in pairs:
        if name in PARAMETERS and not PARAMETERS[name](value):
            yield Complaint(UNKNOWN_PARAMETER, f"{name} has the wrong type or value")


def _recipient(values: dict[str, str]) -> Iterator[Complaint]:
    to = values.get("To", "")
    if not to:
        yield Complaint(21604, "To is missing")
    elif not E164.fullmatch(to):
        yield Complaint(21211, "To is not an E.164 number")
    elif to == values.get("From"):
        yield Complaint(21266, "To and From are the same")


def _origin(values: dict[str, str]) -> Iterator[Complaint]:
    sender, pool = values.get("From", ""), values.get("MessagingServiceSid", "")
    if not (sender or pool):
        yield Complaint(21603, "From or MessagingServiceSid is missing")
    elif sender and pool:
        yield Complaint(UNKNOWN_PARAMETER, "From and MessagingServiceSid are both given")
    elif sender and not any(p.fullmatch(sender) for p in (E164, _SHORT_CODE, _ALPHANUMERIC)):
        yield Complaint(21212, "From is not a sender")


def _content(values: dict[str, str]) -> Iterator[Complaint]:
    if not any(values.get(name) for name in ("Body", "MediaUrl", "ContentSid")):
        yield Complaint(21602, "Body is missing")
    if len(values.get("Body", "")) > 1600:
        yield Complaint(21617, "Body is longer than 1600 characters")


def _way(values: dict[str, str]) -> Iterator[Complaint]:
    period = values.get("ValidityPeriod", "1")
    if _INTEGER(period) and not 1 <= int(period) <= 36_000:
        yield Complaint(21624, "ValidityPeriod is not between 1 and 36000 seconds")
    if "StatusCallback" in values and not _can_be_called(values["StatusCallback"]):
        yield Complaint(21609, "StatusCallback is not an address with a valid host")
    if "SendAt" in values and not values.get("MessagingServiceSid"):
        yield Complaint(35118, "SendAt needs MessagingServiceSid")


def _can_be_called(address: str) -> bool:
    parts = urlsplit(address)
    return (
        parts.scheme in {"http", "https"}
        and len(address) <= 4000
        and bool(_HOST.fullmatch(parts.hostname or ""))
    )
