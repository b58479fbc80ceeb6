"""`preview`: a protocol as a clinician and a patient will see it, before anybody is texted."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from reminders.care.complaint import meant
from reminders.care.hours import local_instant
from reminders.cli.application import CannotRun, app
from reminders.cli.bubbles import Page, draw
from reminders.cli.calendar import Asked, Entry, calendar
from reminders.cli.hands import find_clinic, read_clock, read_settings, words_for_faults
from reminders.cli.options import JsonOption, NowOption, SettingsOption
from reminders.runtime import templates_folder
from reminders.settings import Clinic
from reminders.templates import Templates, load

TREATED = time(10)
"""The time of day of the made-up treatment, at the clinic."""

LIST_PRICE = 0.0083
"""US dollars for one segment to a US number, as Twilio lists it, without carrier fees."""

DateOption = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day of the treatment; else today.")
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", help="The language to read; else the clinic's first.")
]
ProductOption = Annotated[str, typer.Option("--product", help="As the clinic writes it.")]
ClinicOption = Annotated[
    str | None, typer.Option("--clinic", help="The clinic whose words and hours; else the first.")
]
PriceOption = Annotated[
    float, typer.Option("--price", min=0, help="What one segment costs you, carrier fees and all.")
]


@app.command()
def preview(
    protocol: Annotated[str, typer.Argument(help="The protocol's key, such as writers-cramp.")],
    on: DateOption = None,
    language: LanguageOption = None,
    product: ProductOption = "",
    clinic: ClinicOption = None,
    price: PriceOption = LIST_PRICE,
    as_json: JsonOption = False,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Show every text of one treatment: the day, the words, the segments and the cost."""
    loaded = read_settings(settings)
    chosen = find_clinic(loaded, clinic) if clinic else loaded.clinics[0]
    read_in = language or chosen.languages[0]
    templates = _opened(templates_folder(loaded), language=read_in, protocol=protocol)
    today = read_clock(now, loaded).now().astimezone(ZoneInfo(chosen.time_zone)).date()
    asked = Asked(protocol, product, read_in, _treated_at(on, today=today, clinic=chosen))
    entries = calendar(asked, templates, clinic=chosen, hours=loaded.hours_for(chosen))
    if as_json:
        print(json.dumps([_plain(entry, price) for entry in entries], indent=2))
    else:
        draw(_page(asked, templates, clinic=chosen, price=price), entries)


def _opened(folder: Path, *, language: str, protocol: str) -> Templates:
    """Open only the language that is read, so that a half-made one elsewhere does no harm."""
    with words_for_faults():
        templates = load(folder, languages=[language])
    if protocol not in templates.protocols:
        mend = meant(protocol, templates.protocols)
        raise CannotRun(f"{protocol}: there is no such protocol; {mend}")
    return templates


def _treated_at(on: str | None, *, today: date, clinic: Clinic) -> datetime:
    try:
        day = date.fromisoformat(on) if on else today
        return local_instant(day, TREATED, zone=clinic.time_zone)
    except (ValueError, OverflowError):
        raise CannotRun(f"--on {on}: this is no day; write it like 2026-03-02") from None


def _page(asked: Asked, templates: Templates, *, clinic: Clinic, price: float) -> Page:
    protocol = templates.protocols[asked.protocol]
    return Page(
        title=f"{protocol.title} ({protocol.key})",
        clinic=clinic.name,
        language=templates.languages[asked.language].name,
        treated_at=asked.treated_at.astimezone(ZoneInfo(clinic.time_zone)),
        timing=protocol.timing_of(asked.product),
        product=asked.product or "the usual one",
        known_products=tuple(sorted(protocol.product_names)),
        is_known=protocol.knows(asked.product),
        price=price,
    )


def _plain(entry: Entry, price: float) -> dict[str, object]:
    return {
        "step": entry.step,
        "class": entry.message_class,
        "day": entry.day,
        "due_local": entry.at.isoformat(),
        "is_sent": entry.is_sent,
        "reason": entry.reason,
        "text": entry.text,
        "encoding": entry.size.encoding,
        "segments": entry.size.segments,
        "cost": round(entry.size.segments * price, 6) if entry.is_sent else 0,
    }
