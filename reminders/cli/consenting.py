"""`consent`: what a patient told the clinic about being texted goes into the ledger."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from reminders.care.consent import Answer, Entry
from reminders.care.protocol import MessageClass
from reminders.cli.application import CannotRun, app
from reminders.cli.hands import hands
from reminders.cli.options import ClinicOption, NowOption, PatientArgument, SettingsOption
from reminders.cli.staff import chart_of
from reminders.planning import reconcile
from reminders.runtime import Runtime
from reminders.store import ledger, outbox
from reminders.store.chart import Chart
from reminders.store.database import Session
from reminders.store.journal import Line, write_lines
from reminders.store.mint import to_public

GrantOption = Annotated[
    list[MessageClass] | None, typer.Option("--grant", help="They agree to this class of texts.")
]
RefuseOption = Annotated[
    list[MessageClass] | None, typer.Option("--refuse", help="They refuse this class of texts.")
]
StopOption = Annotated[
    bool, typer.Option("--stop", help="No more texts to the number, whoever shares it.")
]
StartOption = Annotated[
    bool, typer.Option("--start", help="The number's STOP is lifted, at the patient's own wish.")
]
SourceOption = Annotated[
    str, typer.Option("--source", help='How they told you, such as "by telephone".')
]


@app.command()
def consent(
    patient: PatientArgument,
    clinic: ClinicOption,
    source: SourceOption,
    grant: GrantOption = None,
    refuse: RefuseOption = None,
    stop: StopOption = False,
    start: StartOption = False,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Write down what a patient said about being texted, and plan their texts again."""
    granted, refused = set(grant or ()), set(refuse or ())
    _judge(granted, refused, stops=stop, starts=start)
    if not source.strip():
        raise CannotRun('--source: is empty; write how they told you, such as "by telephone"')
    with hands(settings, now) as runtime, runtime.database.write() as session:
        found = chart_of(session, runtime, patient, clinic=clinic)
        _write_answers(session, runtime, found, granted, refused, source=source.strip())
        if stop or start:
            _write_number(session, runtime, found, stops=stop, source=source.strip())
        became = reconcile(session, runtime, {found.patient.phone})
        told = chart_of(session, runtime, patient, clinic=clinic)
    print(_sentence(told, became))
    if start:
        print("If they had texted STOP, they must text START too: the carrier's own block stays.")


def _judge(
    granted: set[MessageClass], refused: set[MessageClass], *, stops: bool, starts: bool
) -> None:
    if granted & refused:
        raise CannotRun("--grant and --refuse name the same class of texts: keep one of the two")
    if stops and starts:
        raise CannotRun("--stop and --start together say nothing: keep one of the two")
    if not (granted or refused or stops or starts):
        raise CannotRun("Say what they told you: --grant, --refuse, --stop or --start")


def _write_answers(
    session: Session,
    runtime: Runtime,
    found: Chart,
    granted: set[MessageClass],
    refused: set[MessageClass],
    *,
    source: str,
) -> None:
    now = runtime.now()
    origin = f"desk {to_public(runtime.mint(now))}"
    entries = [Entry(each, Answer.GRANTED, now, source, origin) for each in sorted(granted)]
    entries += [Entry(each, Answer.REFUSED, now, source, origin) for each in sorted(refused)]
    written = [(found.patient.id, entry) for entry in entries]
    ledger.write_entries(session, written, now=now, mint=runtime.mint)


def _write_number(
    session: Session, runtime: Runtime, found: Chart, *, stops: bool, source: str
) -> None:
    """STOP and START belong to the number: they count for everybody who shares it."""
    now, phone = runtime.now(), found.patient.phone
    write = ledger.write_stop if stops else ledger.write_start
    origin = f"desk {to_public(runtime.mint(now))}"
    write(session, phone, at=now, source=source, origin=origin, mint=runtime.mint)
    if stops:
        outbox.withdraw_all(session, phone, reason="the patient told the clinic to stop")
    event, words = ("stopped", "end") if stops else ("restarted", "may go on")
    line = Line(event, f"the patient told the clinic: texts {words}", patient=found.patient.id)
    write_lines(session, [line], now=now, mint=runtime.mint)


def _sentence(found: Chart, became: Counter[str]) -> str:
    standing = found.standing
    said = [f"care texts: {_yes(standing.care)}", f"marketing texts: {_yes(standing.marketing)}"]
    if standing.stopped_at is not None:
        said.append("STOP: nothing is texted")
    counts = [f"{count} {what}" for what, count in sorted(became.items())]
    return f"{'; '.join(said)}.\nTexts: {', '.join(counts) or 'as before'}."


def _yes(granted: object) -> str:
    return "yes" if granted else "no"
