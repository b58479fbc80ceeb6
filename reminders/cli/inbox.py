"""`inbox`: what waits for a person, in the patients' own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from reminders.cli.charts import AnyClinicOption, print_json
from reminders.cli.hands import app, find_clinic, hands
from reminders.cli.local_times import moment, span
from reminders.cli.options import JsonOption, NowOption, SettingsOption
from reminders.cli.pages import page
from reminders.runtime import Runtime
from reminders.store.inbox import Waiting, needing_a_person
from reminders.store.mint import to_public


@app.command()
def inbox(
    as_json: JsonOption = False,
    clinic: AnyClinicOption = None,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """List the texts that need a person and the open escalations, the most urgent first."""
    with hands(settings, now) as runtime:
        if clinic:
            find_clinic(runtime.settings, clinic)
        with runtime.database.read() as session:
            found = needing_a_person(session)
        shown = [each for each in found if clinic in (None, each.clinic)]
        if as_json:
            print_json([waiting_form(each) for each in shown])
        else:
            _draw(page(), shown, runtime)


def waiting_form(waiting: Waiting) -> dict[str, Any]:
    """Return the JSON form; other programs rely on every name. Instants are UTC, ISO 8601."""
    escalation = waiting.escalation
    return {
        "id": to_public(waiting.id) if waiting.id is not None else None,
        "patient_id": waiting.patient_ref,
        "clinic": waiting.clinic,
        "intent": waiting.intent,
        "task": waiting.task,
        "words": waiting.words,
        "evidence": list(waiting.evidence),
        "rule": waiting.rule,
        "received_at": waiting.received_at.isoformat(),
        "escalation": escalation.number if escalation else None,
        "level": escalation.level.value if escalation else None,
        "state": escalation.state if escalation else None,
        "taken_by": escalation.taken_by if escalation else None,
    }


def _draw(console: Console, shown: Sequence[Waiting], runtime: Runtime) -> None:
    """Print each on lines of its own; the number or id is what `take` and `close` ask for."""
    if not shown:
        console.print("Nothing waits for a person.")
    for waiting in shown:
        style = "bold red" if waiting.escalation else "bold"
        console.print(Text(_headline(waiting, runtime), style=style), soft_wrap=True)
        if waiting.words:
            console.print(Text(f"  “{' '.join(waiting.words.split())}”"), soft_wrap=True)
        if waiting.evidence:
            console.print(Text(f"  {', '.join(waiting.evidence)}", style="dim"), soft_wrap=True)
        console.print()
    if shown:
        console.print("`reminders take NUMBER`, then `reminders close NUMBER --note …`; texts")
        console.print("without a number are closed by their id.")


def _headline(waiting: Waiting, runtime: Runtime) -> str:
    zone = _zone(runtime, waiting.clinic)
    when = f"{moment(waiting.received_at, zone=zone)}, "
    when += f"{span(runtime.now() - waiting.received_at)} ago"
    who = waiting.patient_ref or "patient not known"
    return "  ".join((_what(waiting), waiting.clinic, who, when))


def _what(waiting: Waiting) -> str:
    escalation = waiting.escalation
    if escalation is None:
        task = (waiting.task or waiting.intent).replace("_", " ")
        return f"{to_public(waiting.id or 0)}  {task}"
    by = f", taken by {escalation.taken_by}" if escalation.taken_by else ""
    task = f" ({waiting.task})" if waiting.task else ""
    return f"{escalation.number}  {escalation.level.value.upper()}{task}, {escalation.state}{by}"


def _zone(runtime: Runtime, clinic: str) -> str:
    settings = runtime.settings
    known = settings.knows_clinic(clinic)
    return (settings.clinic_by_key(clinic) if known else settings.clinics[0]).time_zone
