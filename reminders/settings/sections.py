"""What settings.toml may say: one frozen model for each of its sections, with its defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_serializer,
    field_validator,
)

from reminders.settings.complaints import refuse
from reminders.settings.places import (
    SQLITE,
    absolute_url,
    database_path,
    file_to_write,
    safe_key_file,
    templates_folder,
    watched_folder,
)
from reminders.settings.values import (
    E164,
    SENDERS,
    ClinicName,
    Day,
    EmergencyNumber,
    Key,
    Language,
    Link,
    ReadablePhone,
    Region,
    Sender,
    SenderKind,
    TextablePhone,
    TimeZone,
    WebAddress,
    WebAddressOrNone,
    Words,
    kind_fits,
    kind_of_sender,
)
from reminders.settings.windows import CareHours, MarketingHours, OnCallHours


class Section(BaseModel):
    """A part of the settings: frozen, without unknown keys, and silent about wrong values."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
    )


class DatabaseSection(Section):
    """Where everything is written down; both places are absolute once the settings are loaded."""

    url: Annotated[str, AfterValidator(absolute_url)] = Field(
        default="sqlite:///var/reminders.db", validate_default=True, repr=False
    )
    key_file: Annotated[Path, AfterValidator(safe_key_file)] = Field(
        default=Path(), validate_default=True, examples=["keys/reminders.key"]
    )

    @property
    def path(self) -> Path | None:
        """The SQLite file; None for a database server."""
        return database_path(self.url)

    @field_serializer("url")
    def _without_password(self, url: str) -> str:
        return url if url.startswith(SQLITE) else "(a database server, its address hidden)"


class GatewaySection(Section):
    """Who carries the texts, and to whom while we are only trying. `uncertain_wait`: seconds.

    `receive` is how patients' texts reach us: the gateway calls public_url, or we ask it.
    """

    kind: Literal["pretend", "twilio"] = Field(examples=["pretend"])
    live: bool = False
    guests: tuple[E164, ...] = Field(default=(), examples=[["+14155550123"]])
    api_base: WebAddress = "https://api.twilio.com"
    public_url: WebAddressOrNone = Field(default="", examples=["https://example.org"])
    receive: Literal["webhook", "poll"] = "webhook"
    uncertain_wait: int = Field(default=600, ge=0, le=86_400)


class OnCall(Section):
    """A person who answers when a patient needs one; `phone` is E.164 once loaded."""

    name: Words = Field(examples=["Nurse Example"])
    phone: TextablePhone = Field(examples=["+14155550102"])
    hours: OnCallHours = Field(default="0-24 every day", validate_default=True)


class Clinic(Section):
    """One clinic: who it is to its patients, and the number its texts come from.

    `segments_per_second` is the sender's throughput, 0 for no limit of our own.
    """

    key: Key = Field(examples=["lakeside"])
    name: ClinicName = Field(examples=["Lakeside Clinic"])
    phone: ReadablePhone = Field(examples=["(415) 555-0100"])
    time_zone: TimeZone = Field(examples=["America/Los_Angeles"])
    sender: Sender = Field(examples=["+14155550101"])
    sender_kind: SenderKind = Field(default="", validate_default=True, examples=["long_code"])
    segments_per_second: float = Field(default=0, ge=0)
    languages: tuple[Language, ...] = ("en", "es")
    booking_url: Link = Field(default="", examples=["https://example.org/book"])
    emergency_number: EmergencyNumber = "911"
    region: Region = "US"
    staffed: OnCallHours = Field(default="9-17 Monday to Friday", validate_default=True)
    closed_days: tuple[Day, ...] = Field(default=(), examples=[["2026-12-24"]])
    on_call: tuple[OnCall, ...] = Field(default=())

    @field_validator("languages")
    @classmethod
    def _one_language_at_least(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if not languages:
            raise refuse("has nothing in it", mend='write languages = ["en", "es"]')
        return languages

    @field_validator("sender_kind", mode="before")
    @classmethod
    def _kind_of_sender(cls, kind: object, info: ValidationInfo) -> object:
        """Guess the kind where none is written; refuse one that the sender cannot be."""
        sender = info.data.get("sender", "")
        if kind == "":
            return kind_of_sender(sender) or "long_code"
        if isinstance(kind, str) and kind in SENDERS and not kind_fits(kind, sender):
            raise refuse("does not fit the sender", mend='write "" to have it recognised')
        return kind


class EscalationSection(Section):
    """Minutes until the next person is told of what nobody has taken; they may only be shortened.

    Defaults without a published source, for a clinician to judge.
    """

    emergency_minutes: int = Field(default=5, ge=1, le=5)
    urgent_minutes: int = Field(default=15, ge=1, le=15)


class WorkerSection(Section):
    """How hard the worker works: texts in flight at once, seconds between ticks.

    `hold_overdue` is the number of overdue texts beyond which a person will decide after an
    outage. `heartbeat_file` is written every few seconds for a monitor to read.
    """

    in_flight: int = Field(default=64, ge=1, le=1000)
    tick: float = Field(default=1.0, ge=0.05, le=60)
    hold_overdue: int = Field(default=50, ge=0)
    intake: Annotated[Path | None, BeforeValidator(watched_folder)] = Field(
        default=None, examples=["intake"]
    )
    heartbeat_file: Annotated[Path, BeforeValidator(file_to_write)] = Field(
        default="var/heartbeat.json", validate_default=True, examples=["var/heartbeat.json"]
    )


class WebSection(Section):
    """Where the webhooks listen, and on a port of their own (0: nowhere) the metrics."""

    host: Words = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65_535)
    metrics_port: int = Field(default=0, ge=0, le=65_535)


class HoursSection(Section):
    """When and how often patients are texted; every value may only be more careful.

    Hours: 47 CFR 64.1200(c)(1) and narrower state rules. Caps per phone, one a day and three in
    seven days: the health-care exemption, FCC 15-72 (2015) and 47 CFR 64.1200(a)(9)(iv).
    """

    care: CareHours = Field(default="9-20 every day", validate_default=True)
    marketing: MarketingHours = Field(default="10-18 Monday to Friday", validate_default=True)
    closed_days: tuple[Day, ...] = Field(default=(), examples=[["2026-12-25"]])
    per_day: int = Field(default=1, ge=1, le=1)
    per_seven_days: int = Field(default=3, ge=1, le=3)


class TemplatesSection(Section):
    """Where protocols and texts are kept; the folder is absolute once loaded."""

    folder: Annotated[Path, BeforeValidator(templates_folder)] = Field(
        default="", validate_default=True, examples=["templates"]
    )


class SettingsFile(Section):
    """All that settings.toml may hold."""

    database: DatabaseSection = Field(default={}, validate_default=True)
    gateway: GatewaySection = Field(default={}, validate_default=True)
    clinic: tuple[Clinic, ...] = Field(default=(), validate_default=True)
    escalation: EscalationSection = Field(default={}, validate_default=True)
    worker: WorkerSection = Field(default={}, validate_default=True)
    web: WebSection = Field(default={}, validate_default=True)
    hours: HoursSection = Field(default={}, validate_default=True)
    templates: TemplatesSection = Field(default={}, validate_default=True)

    @field_validator("clinic")
    @classmethod
    def _at_least_one(cls, clinics: tuple[Clinic, ...]) -> tuple[Clinic, ...]:
        if not clinics:
            raise refuse(
                "is missing",
                mend="write [[clinic]], and below it its key, name, phone, time_zone and sender",
            )
        return clinics
