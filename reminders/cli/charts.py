"""`upcoming`, `show`, `explain`, `status`: what is planned, what happened, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Any

import typer

from reminders.cli import chart_forms, pages
from reminders.cli.application import CannotRun, app
from reminders.cli.explaining import explained, standings
from reminders.cli.hands import find_clinic, hands
from reminders.cli.options import (
    ClinicOption,
    JsonOption,
    NowOption,
    PatientArgument,
    SettingsOption,
)
from reminders.cli.vitals import draw_vitals, vitals, vitals_form
from reminders.cli.words_ahead import Shown, home_of, with_words
from reminders.runtime import Runtime
from reminders.store.chart import Chart, UnknownPatient, chart
from reminders.store.coming import upcoming as texts_until
from reminders.store.database import Session

DaysOption = Annotated[
    int, typer.Option("--days", min=0, max=3660, help="How many days to look ahead.")
]
AnyClinicOption = Annotated[
    str | None, typer.Option("--clinic", help="Only this clinic, by its key in the settings.")
]


@app.command()
def upcoming(
    days: DaysOption = 14,
    as_json: JsonOption = False,
    clinic: AnyClinicOption = None,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """List the planned texts in due order, in the patients' local time, with their words."""
    with hands(settings, now) as runtime, runtime.database.read() as session:
        known = [find_clinic(runtime.settings, clinic)] if clinic else runtime.settings.clinics
        rows = texts_until(
            session,
            clinics=[each.key for each in known],
            until=runtime.now() + timedelta(days=days),
        )
        texts = list(with_words(session, rows, runtime=runtime))
        if as_json:
            print_json([chart_forms.text_form(text) for text in texts])
        else:
            pages.draw_upcoming(pages.page(), texts, days=days, note=_trial_note(runtime))


def _trial_note(runtime: Runtime) -> str:
    gateway = runtime.settings.gateway
    if gateway.kind == "pretend" or gateway.live:
        return ""
    return "Trial mode: only gateway.guests are texted, all other texts will be held."


@app.command()
def show(
    patient: PatientArgument,
    clinic: ClinicOption,
    as_json: JsonOption = False,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Show a patient's chart: consent, treatments, and every text with its state and reason."""
    with hands(settings, now) as runtime, _chart(runtime, patient, clinic=clinic) as opened:
        session, found, home = opened
        texts: list[Shown] = list(with_words(session, found.messages, runtime=runtime))
        if as_json:
            print_json(chart_forms.chart_form(found, texts, home=home))
        else:
            pages.draw_chart(pages.page(), found, texts, home=home)


@app.command()
def explain(
    patient: PatientArgument,
    clinic: ClinicOption,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Tell a patient's story: each decision as a plain sentence, in order of time."""
    with hands(settings, now) as runtime, _chart(runtime, patient, clinic=clinic) as opened:
        _, found, home = opened
        titles = {key: protocol.title for key, protocol in runtime.templates.protocols.items()}
        sentences = explained(found, home=home, titles=titles, now=runtime.now())
        pages.draw_story(pages.page(), sentences, standings(found, home=home), home=home)


@contextmanager
def _chart(runtime: Runtime, ref: str, *, clinic: str) -> Iterator[tuple[Session, Chart, str]]:
    find_clinic(runtime.settings, clinic)
    with runtime.database.read() as session:
        try:
            found = chart(session, clinic=clinic, ref=ref)
        except UnknownPatient:
            raise CannotRun(
                f'{clinic} has no patient "{ref}" on record: write the patient_id as in the '
                "clinic's export, capitals and zeros included."
            ) from None
        patient = found.patient
        home = home_of(runtime, clinic=clinic, phone=patient.phone, time_zone=patient.time_zone)
        yield session, found, home


@app.command()
def status(
    as_json: JsonOption = False, now: NowOption = None, settings: SettingsOption = None
) -> None:
    """Say how the installation is doing; 1 when sending has stopped or texts came too late."""
    with hands(settings, now) as runtime:
        found = vitals(runtime)
    if as_json:
        print_json(vitals_form(found))
    else:
        draw_vitals(pages.page(), found)
    raise typer.Exit(0 if found.is_well else 1)


def print_json(value: Any) -> None:
    """Write JSON in UTF-8, whatever the terminal's own encoding, and a line end."""
    told = json.dumps(value, ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(f"{told}\n".encode())
    sys.stdout.buffer.flush()
