"""Telephone numbers as clinics write them, read into E.164; and where such a number may ring.

Only the reading and showing of numbers lives here, and no number is ever put in a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, ValidationResult
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_geographical_number

from reminders.care.segments import fold

_REMEMBERED = 16_384
_MOST_DIGITS = 15  # ITU-T E.164
_FEWEST_DIGITS = 7

_PLAIN = re.compile(r"\(?\+?[\d(][\d ().-]*", re.ASCII)
_PUNCTUATION = str.maketrans("", "", " ().-")
_DECIMAL = re.compile(r"(\+?\d+)\.0{1,2}", re.ASCII)
_POWER_OF_TEN = re.compile(r"(\d)(?:[.,](\d+))?e\+?(\d{1,2})", re.ASCII | re.IGNORECASE)
_EXTENSION = re.compile(r"\d\W*(?:;?ext(?:ension)?\b|x|#)\W*\d{1,7}", re.ASCII | re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[,;/|&\n\r]|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number that may be texted, in E.164: "+" and at most 15 digits."""

    e164: str


@dataclass(frozen=True, slots=True)
class PhoneProblem:
    """Why a cell cannot be read as a patient's number, and what mends it."""

    reason: str
    mend: str


_EMPTY = PhoneProblem("there is no phone number", "write the patient's number with its area code")
_SEVERAL = PhoneProblem(
    "there is more than one phone number", "keep one number, the one the patient wants texts on"
)
_WITH_EXTENSION = PhoneProblem(
    "there is an extension, and a text cannot reach one", "write the patient's own direct number"
)
_WITH_LETTERS = PhoneProblem("there are letters in the phone number", "write it in digits only")
_WITH_SIGNS = PhoneProblem(
    "there are signs that do not belong in a phone number", "write it like +1 212 555 0123"
)
_ROUNDED = PhoneProblem(
    "the spreadsheet rounded the phone number and digits are lost",
    "format the column as text, write the number again and export again",
)
_SHORT_CODE = PhoneProblem(
    "it is a short code or only a piece of a phone number",
    "write the whole number with its area code",
)
_TOO_SHORT = PhoneProblem(
    "the phone number has too few digits", "write the whole number with its area code"
)
_TOO_LONG = PhoneProblem(
    "the phone number has too many digits",
    "check it with the patient; begin a number from abroad with + and its country code",
)
_NOT_IN_USE = PhoneProblem(
    "no such phone number can exist: its area code or first digits are not in use",
    "check it with the patient; begin a number from abroad with + and its country code",
)
_TOLL_FREE = PhoneProblem(
    "it is a toll-free number, and a patient's phone never has one",
    "write the patient's own number",
)
_PREMIUM = PhoneProblem(
    "it is a premium-rate number, and a patient's phone never has one",
    "write the patient's own number",
)
_SPECIAL = PhoneProblem(
    "it is a number for special services, and a patient's phone never has one",
    "write the patient's own number",
)

_TEXTABLE = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)
_REFUSED_KINDS = {
    PhoneNumberType.TOLL_FREE: _TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: _PREMIUM,
}
_REFUSED_LENGTHS = {
    ValidationResult.TOO_SHORT: _TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: _TOO_SHORT,
    ValidationResult.TOO_LONG: _TOO_LONG,
}
# A North American number that names no place is answered with every zone under +1.
_NOWHERE = (time_zones_for_geographical_number(PhoneNumber(1, 0)), (UNKNOWN_TIMEZONE,))


def read_phone(raw: str, *, region: str) -> Phone | PhoneProblem:
    """Read one spreadsheet cell as one patient's number.

    `region` is the clinic's country as two capital letters ("US"); it decides how a number
    without "+" is read. A number that only a service can have is refused, with the reason.
    In the US mobiles and fixed lines share area codes, so either is accepted.
    """
    return _read(raw, region)


def zones_of(e164: str) -> tuple[str, ...]:
    """Return the IANA zones in which the number may ring; empty when nothing is known.

    `e164` is a number that `read_phone` gave. One that belongs to no place has no zones.
    A patient may carry a number away from its area: a recorded zone is better knowledge.
    """
    return _zones_of(e164)


def masked(e164: str) -> str:
    """Show a number to people: its last four digits only."""
    return f"…{e164[-4:]}"


@lru_cache(maxsize=_REMEMBERED)
def _read(raw: str, region: str) -> Phone | PhoneProblem:
    text = _mend_spreadsheet(fold(raw).strip(" \n\r'\"="))
    problem = _unreadable(text)
    if problem:
        return problem
    try:
        number = phonenumbers.parse(text.translate(_PUNCTUATION), region)
    except phonenumbers.NumberParseException:
        return _NOT_IN_USE
    if phonenumbers.number_type(number) not in _TEXTABLE:
        return _refusal(number)
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=_REMEMBERED)
def _zones_of(e164: str) -> tuple[str, ...]:
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return ()
    zones = time_zones_for_geographical_number(number)
    return () if zones in _NOWHERE else zones


def _mend_spreadsheet(text: str) -> str:
    """Undo a trailing ".0" and a power of ten, unless the power of ten has lost digits."""
    if decimal := _DECIMAL.fullmatch(text):
        return decimal[1]
    if power := _POWER_OF_TEN.fullmatch(text):
        digits = power[1] + (power[2] or "")
        return digits if len(digits) == int(power[3]) + 1 else text
    return text


def _unreadable(text: str) -> PhoneProblem | None:
    """Say why a cell is not written as one number; None when it is."""
    is_plain, digits = bool(_PLAIN.fullmatch(text)), _digits(text)
    if is_plain and _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        return None
    if not any(char.isalnum() for char in text):
        return _EMPTY
    if _POWER_OF_TEN.fullmatch(text):
        return _ROUNDED
    if digits > _MOST_DIGITS or _holds_several(text):
        return _SEVERAL
    return _SHORT_CODE if is_plain else _misspelled(text)


def _misspelled(text: str) -> PhoneProblem:
    if _EXTENSION.search(text):
        return _WITH_EXTENSION
    return _WITH_LETTERS if any(char.isalpha() for char in text) else _WITH_SIGNS


def _holds_several(text: str) -> bool:
    pieces = _BETWEEN_NUMBERS.split(text)
    return sum(_digits(piece) >= _FEWEST_DIGITS for piece in pieces) > 1


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _refusal(number: PhoneNumber) -> PhoneProblem:
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        length = phonenumbers.is_possible_number_with_reason(number)
        return _REFUSED_LENGTHS.get(length, _NOT_IN_USE)
    return _REFUSED_KINDS.get(kind, _SPECIAL)


def texting_zones(
    recorded: str | None, *, clinic_zone: str, phone: str
) -> tuple[str, tuple[str, ...]]:
    """Return the zone of a patient's local times, and every zone whose hours must be civil.

    A recorded zone decides (47 CFR 64.1200(c)(1): the called party's location). Without one
    nobody guesses: the clinic's hours and those of every place where the number may lie must all
    allow a text.
    """
    if recorded:
        return recorded, (recorded,)
    return clinic_zone, tuple(dict.fromkeys((clinic_zone, *zones_of(phone))))
