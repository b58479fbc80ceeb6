"""What one value of the settings may be: names, telephones, web addresses, zones."""

from __future__ import annotations

import re
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

from reminders.care.phone import Phone, read_phone
from reminders.care.segments import count, fold
from reminders.settings.complaints import refuse

SenderKind = Literal["long_code", "toll_free", "short_code", "messaging_service"]

SENDERS: dict[str, re.Pattern[str]] = {
    "messaging_service": re.compile(r"MG[0-9a-zA-Z]+"),
    "short_code": re.compile(r"[0-9]{3,6}"),
    "toll_free": re.compile(r"\+18(00|33|44|55|66|77|88)[0-9]{7}"),
    "long_code": re.compile(r"\+[1-9][0-9]{6,14}"),
}
NAME_LIMIT = 40


def kind_fits(kind: str, sender: str) -> bool:
    """Say whether a sender can be of a kind; a number alone does not tell toll-free from local."""
    seen, numbers = kind_of_sender(sender), {"long_code", "toll_free"}
    return seen in (None, kind) or {seen, kind} == numbers


def kind_of_sender(sender: str) -> str | None:
    """Tell what a sender is by its form; None when it is none that Twilio texts from."""
    return next((kind for kind, form in SENDERS.items() if form.fullmatch(sender)), None)


def _sender(value: str) -> str:
    if kind_of_sender(value) is None:
        raise refuse(
            "is not a sender",
            mend='write a number as "+14155550100", a short code, or a Messaging Service sid "MG…"',
        )
    return value


def _e164(value: str) -> str:
    if not SENDERS["long_code"].fullmatch(value):
        raise refuse(
            "is not a number in international form",
            mend='write + and the country code, without spaces: "+14155550123"',
        )
    return value


def _textable_phone(value: str) -> str:
    match read_phone(value, region="US"):
        case Phone(e164=e164):
            return e164
        case _:
            raise refuse(
                "is not a telephone that can be texted",
                mend='write a person\'s direct number in international form: "+14155550102"',
            )


def _readable_phone(value: str) -> str:
    digits = re.sub(r"[ ().+-]", "", value)
    if not (re.fullmatch(r"[0-9]{7,15}", digits) and len(value) <= 20):
        raise refuse(
            "is not a telephone number", mend='write it as patients dial it: "(415) 555-0100"'
        )
    return value


def _clinic_name(value: str) -> str:
    if not value or len(value) > NAME_LIMIT or not value.isprintable():
        raise refuse(
            f"must be one line of 1 to {NAME_LIMIT} characters",
            mend="write the short name that patients know; it opens every text",
        )
    offending = count(fold(value)).offending
    if offending:
        raise refuse(
            f"holds letters that a plain text message lacks ({' '.join(offending)})",
            mend="write the name in Latin letters; one other letter doubles the price of a text",
        )
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", value):
        raise refuse(
            "must be 1 to 32 small letters, digits, hyphens or underscores",
            mend='write a short handle without spaces, such as key = "lakeside"',
        )
    return value


def _words(value: str) -> str:
    if not value or not value.isprintable():
        raise refuse("must be one line of text", mend='write it in "double quotes"')
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", value):
        raise refuse("is not a language code", mend='write codes such as "en", "es" or "pt-BR"')
    return value


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise refuse("is not a date", mend='write year, month and day: "2026-12-25"')
    return day


def _region(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise refuse("is not a country code", mend='write two capital letters, such as "US"')
    return value


def _emergency_number(value: str) -> str:
    if not re.fullmatch(r"[0-9]{2,6}", value):
        raise refuse("is not an emergency number", mend='write digits only, such as "911"')
    return value


def _time_zone(value: str) -> str:
    if value in _zones().values():
        return value
    nearest = _nearest_zone(value)
    raise refuse(
        "is not the name of a time zone",
        mend=f'did you mean "{nearest}"?'
        if nearest
        else 'write a name from the IANA list, such as "America/Los_Angeles"',
    )


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones())}


def _nearest_zone(value: str) -> str | None:
    wanted = value.strip().replace(" ", "_").casefold()
    city = wanted.rpartition("/")[2]
    same_city = [name for folded, name in _zones().items() if folded.rpartition("/")[2] == city]
    near = [_zones()[folded] for folded in get_close_matches(wanted, _zones(), n=1)]
    exact = [_zones()[wanted]] if wanted in _zones() else []
    return next(iter([*exact, *same_city, *near]), None)


def _web_address(value: str) -> str:
    parts = _web_parts(value)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise refuse(
            "would cross the network unprotected", mend="write https:// instead of http://"
        )
    return value.rstrip("/")


def _web_address_or_none(value: str) -> str:
    return _web_address(value) if value else value


def _link(value: str) -> str:
    if value:
        _web_parts(value)
    return value


def _web_parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        is_address = bool(parts.hostname) and parts.port != 0 and not re.search(r"[\s@]", value)
    except ValueError:
        is_address = False
    if not is_address or parts.scheme not in ("http", "https"):
        raise refuse(
            "is not a web address",
            mend='write it with https:// and without a user or password: "https://example.org"',
        )
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Sender = Annotated[str, AfterValidator(_sender)]
E164 = Annotated[str, AfterValidator(_e164)]
TextablePhone = Annotated[str, AfterValidator(_textable_phone)]
ReadablePhone = Annotated[str, AfterValidator(_readable_phone)]
ClinicName = Annotated[str, AfterValidator(_clinic_name)]
Key = Annotated[str, AfterValidator(_key)]
Words = Annotated[str, AfterValidator(_words)]
Language = Annotated[str, AfterValidator(_language)]
Day = Annotated[date, BeforeValidator(_day)]
Region = Annotated[str, AfterValidator(_region)]
EmergencyNumber = Annotated[str, AfterValidator(_emergency_number)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
WebAddressOrNone = Annotated[str, AfterValidator(_web_address_or_none)]
Link = Annotated[str, AfterValidator(_link)]
