"""One row of a clinic's export becomes one treatment, or the list of all that is wrong with it.

Only the reading of a whole row lives here; single cells are read in cells, places and moments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from reminders.care.cells import (
    Problem,
    read_agreement,
    read_id,
    read_interval,
    read_protocol,
    read_status,
    unguarded,
)
from reminders.care.columns import COLUMNS
from reminders.care.moments import Moment, read_agreed_at, read_booked_for, read_treated_at
from reminders.care.names import clean
from reminders.care.phone import Phone, read_phone
from reminders.care.places import note_on_zone, read_language, read_zone
from reminders.care.treatment import Agreement, Status, TreatmentRow

FIRST_NAME_LIMIT = 40
WORDS_LIMIT = 100
SOURCE_LIMIT = 200

_NAMES = frozenset(("first_name", "last_name"))
_NO_WRITTEN_CONSENT = (
    "marketing consent without consent_at and consent_source counts as care only: it must show "
    "when and how the patient agreed in writing (47 CFR 64.1200(f)(9))"
)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the clinic makes of its rows.

    `clinic_zone` is an IANA name, `region` a country as two capitals, `languages` the codes the
    clinic has texts in (the first is its own, there is at least one), `protocols` their keys.
    `knows_product` takes a protocol's key and a product's name. `now` is in UTC.
    """

    clinic_zone: str
    region: str
    languages: tuple[str, ...]
    protocols: frozenset[str]
    knows_product: Callable[[str, str], bool]
    now: datetime


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row cannot go in. `line` is as a person counts; `column` "" is the whole row.

    Never quotes a telephone number, a name or an identifier.
    """

    line: int
    column: str
    reason: str
    mend: str

    def __str__(self) -> str:
        column = f"{self.column} " if self.column else ""
        return f"line {self.line}: {column}{self.reason}; {self.mend}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something taken otherwise than written, or worth a look; the row goes in."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.column} {self.text}"


@dataclass(frozen=True, slots=True)
class RowReading:
    """A treatment, or every rejection of its row: `row` is None when there is any."""

    line: int
    row: TreatmentRow | None
    rejections: tuple[Rejection, ...] = ()
    notes: tuple[Note, ...] = ()


class _Findings:
    """What reading one row has turned up so far."""

    __slots__ = ("line", "notes", "rejections")

    def __init__(self, line: int) -> None:
        self.line = line
        self.rejections: list[Rejection] = []
        self.notes: list[Note] = []

    def take(self, column: str, value: Value | Problem, *, otherwise: Value) -> Value:
        """Return the value; write a problem down and return `otherwise`."""
        if not isinstance(value, Problem):
            return value
        self.rejections.append(Rejection(self.line, column, value.reason, value.mend))
        return otherwise

    def note(self, column: str, text: str) -> None:
        """Write down a note, unless it is empty."""
        if text:
            self.notes.append(Note(self.line, column, text))


@dataclass(frozen=True, slots=True)
class _Permission:
    """The three cells on consent, read together."""

    agreement: Agreement
    agreed_at: datetime | None
    source: str


def read_row(cells: Mapping[str, str], *, line: int, expected: Expected) -> RowReading:
    """Read one row of an export; `cells` maps our column names to what stands in them.

    A column that is absent counts as empty. Every bad cell is listed, not only the first.
    Never raises for anything that may stand in a cell.
    """
    text = {
        column: unguarded(cells.get(column, ""), is_name=column in _NAMES) for column in COLUMNS
    }
    findings = _Findings(line)
    row = _treatment(text, findings, expected)
    rejections, notes = tuple(findings.rejections), tuple(findings.notes)
    return RowReading(line, None if rejections else row, rejections, notes)


def _treatment(text: dict[str, str], findings: _Findings, expected: Expected) -> TreatmentRow:
    protocol = _protocol(text, findings, expected)
    moment = _treated(text, findings, expected)
    permission = _permission(text, findings, expected)
    return TreatmentRow(
        line=findings.line,
        treatment_id=_identifier("treatment_id", text, findings),
        patient_id=_identifier("patient_id", text, findings),
        first_name=clean(text["first_name"], limit=FIRST_NAME_LIMIT),
        last_name=clean(text["last_name"], limit=WORDS_LIMIT),
        phone=_phone(text, findings, expected),
        language=_language(text, findings, expected),
        time_zone=_zone(text, findings),
        protocol=protocol,
        product=_product(text, findings, expected, protocol=protocol),
        site=clean(text["site"], limit=WORDS_LIMIT),
        treated_at=moment.at,
        time_known=moment.time_known,
        agreement=permission.agreement,
        agreed_at=permission.agreed_at,
        agreement_source=permission.source,
        interval_days=findings.take(
            "interval_days", read_interval(text["interval_days"]), otherwise=None
        ),
        booked_for=findings.take(
            "booked_for",
            read_booked_for(text["booked_for"], zone=expected.clinic_zone, now=expected.now),
            otherwise=None,
        ),
        status=findings.take("status", read_status(text["status"]), otherwise=Status.ACTIVE),
    )


def _identifier(column: str, text: dict[str, str], findings: _Findings) -> str:
    return findings.take(column, read_id(text[column]), otherwise="")


def _phone(text: dict[str, str], findings: _Findings, expected: Expected) -> str:
    phone = read_phone(text["phone"], region=expected.region)
    if isinstance(phone, Phone):
        return phone.e164
    return findings.take("phone", Problem(phone.reason, phone.mend), otherwise="")


def _language(text: dict[str, str], findings: _Findings, expected: Expected) -> str:
    language, note = read_language(text["language"], languages=expected.languages)
    findings.note("language", note)
    return language


def _zone(text: dict[str, str], findings: _Findings) -> str | None:
    zone = findings.take("time_zone", read_zone(text["time_zone"]), otherwise=None)
    findings.note("time_zone", note_on_zone(zone))
    return zone


def _protocol(text: dict[str, str], findings: _Findings, expected: Expected) -> str:
    key = read_protocol(text["protocol"], protocols=expected.protocols)
    return findings.take("protocol", key, otherwise="")


def _product(
    text: dict[str, str], findings: _Findings, expected: Expected, *, protocol: str
) -> str:
    product = clean(text["product"], limit=WORDS_LIMIT)
    if protocol and product and not expected.knows_product(protocol, product):
        findings.note("product", f"is not known to {protocol}: its usual days are counted")
    return product


def _treated(text: dict[str, str], findings: _Findings, expected: Expected) -> Moment:
    moment = findings.take(
        "treated_at",
        read_treated_at(text["treated_at"], zone=expected.clinic_zone, now=expected.now),
        otherwise=Moment(expected.now, time_known=False),
    )
    findings.note("treated_at", moment.note)
    return moment


def _permission(text: dict[str, str], findings: _Findings, expected: Expected) -> _Permission:
    agreement = findings.take("consent", read_agreement(text["consent"]), otherwise=Agreement.NONE)
    agreed_at = findings.take(
        "consent_at",
        read_agreed_at(text["consent_at"], zone=expected.clinic_zone, now=expected.now),
        otherwise=None,
    )
    source = clean(text["consent_source"], limit=SOURCE_LIMIT)
    if agreement is Agreement.CARE_AND_MARKETING and not (agreed_at and source):
        findings.note("consent", _NO_WRITTEN_CONSENT)
        agreement = Agreement.CARE
    return _Permission(agreement, agreed_at, source)
