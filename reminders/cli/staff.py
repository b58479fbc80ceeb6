"""`take`, `close`, `reply`: what staff do about a patient's text."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from reminders import escalating
from reminders.care import consent
from reminders.care.protocol import MessageClass
from reminders.care.segments import count, fold
from reminders.cli.application import CannotRun, app
from reminders.cli.hands import find_clinic, hands
from reminders.cli.options import ClinicOption, NowOption, PatientArgument, SettingsOption
from reminders.runtime import Runtime
from reminders.store import escalations
from reminders.store.answers import AnswerKind, write_answer
from reminders.store.chart import Chart, UnknownPatient, chart
from reminders.store.database import Session
from reminders.store.inbox import close_text
from reminders.store.journal import Line, write_lines
from reminders.store.mint import from_public, to_public
from reminders.templates import LONGEST_TEXT

REPLY_USEFUL = timedelta(hours=12)
LONGEST_NUMBER = 9
"""Digits; a text's own id has more."""

NumberArgument = Annotated[int, typer.Argument(min=1, help="The number of the escalation.")]
ByOption = Annotated[str, typer.Option("--by", help="Who takes it, as colleagues will read it.")]
NoteOption = Annotated[str, typer.Option("--note", help="How it ended, for the record.")]
WaitingArgument = Annotated[
    str, typer.Argument(metavar="N", help="An escalation's number, or the id of a text.")
]
WordsArgument = Annotated[str, typer.Argument(metavar="WORDS", help="What to text.")]


@app.command()
def take(
    number: NumberArgument,
    by: ByOption = "Staff",
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Take an escalation: you look after it, and nobody else is told. 1 when it was taken."""
    if not by.strip():
        raise CannotRun('--by: is empty; write who takes it, as in --by "Nurse Example"')
    with hands(settings, now) as runtime, runtime.database.write() as session:
        taken = escalating.take(session, runtime, number, by=by.strip())
        found = escalations.find(session, number)
    if found is None:
        raise CannotRun(f"There is no escalation {number}: `reminders inbox` lists the open ones.")
    if not taken:
        print(f"{number} is {found.state} already{_by(found.taken_by)}.")
        raise typer.Exit(1)
    print(f"{number} is taken by {found.taken_by}. Close it when it is done.")


def _by(name: str | None) -> str:
    return f", by {name}" if name else ""


@app.command()
def close(
    waiting: WaitingArgument,
    note: NoteOption,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Close an escalation by its number, or a text in the inbox by its id. 1 when it was closed."""
    if not note.strip():
        raise CannotRun("--note: is empty; write in a few words how it ended")
    with hands(settings, now) as runtime, runtime.database.write() as session:
        closed = _close(session, runtime, waiting, note=note.strip())
    if not closed:
        print(f"{waiting} was closed already, or waits for nobody.")
        raise typer.Exit(1)
    print(f"{waiting} is closed.")


def _close(session: Session, runtime: Runtime, waiting: str, *, note: str) -> bool:
    if waiting.isdecimal() and len(waiting) <= LONGEST_NUMBER:
        if escalations.find(session, int(waiting)) is None:
            raise CannotRun(f"There is no escalation {waiting}: `reminders inbox` lists them.")
        return escalating.close(session, runtime, int(waiting), note=note)
    row_id = from_public(waiting)
    if row_id is None or not 0 < row_id < 1 << 63:
        raise CannotRun(f"{waiting}: this is neither a number nor an id of `reminders inbox`")
    return close_text(session, row_id, note=note, now=runtime.now())


@app.command()
def reply(
    patient: PatientArgument,
    words: WordsArgument,
    clinic: ClinicOption,
    now: NowOption = None,
    settings: SettingsOption = None,
) -> None:
    """Answer a patient in your own words, at any hour; consent and STOP are respected."""
    with hands(settings, now) as runtime, runtime.database.write() as session:
        found = chart_of(session, runtime, patient, clinic=clinic)
        _refuse_unwanted(found)
        text = _fit(words, opening=f"{find_clinic(runtime.settings, clinic).name}: ")
        message = _send(session, runtime, found, text)
    segments = count(text).segments
    print(f"In the outbox as {to_public(message)}, {segments} segment{'s' * (segments > 1)}:")
    print(text)


def chart_of(session: Session, runtime: Runtime, ref: str, *, clinic: str) -> Chart:
    """Return the patient's chart or raise CannotRun."""
    find_clinic(runtime.settings, clinic)
    try:
        return chart(session, clinic=clinic, ref=ref)
    except UnknownPatient:
        raise CannotRun(
            f'{clinic} has no patient "{ref}" on record: write the patient_id as in the '
            "clinic's export, capitals and zeros included."
        ) from None


def _refuse_unwanted(found: Chart) -> None:
    reason = found.patient.trouble or consent.why_not(found.standing, MessageClass.CARE)
    if reason:
        raise CannotRun(f"Not sent: {reason}. Telephone the patient instead.")


def _fit(words: str, *, opening: str) -> str:
    """Return one line that begins with the clinic's name: the patient must know who writes."""
    line = " ".join(fold(words).split())
    if not line or not line.isprintable():
        raise CannotRun("WORDS: write one line of text, without control characters")
    text = line if line.startswith(opening.strip()) else opening + line
    if len(text) > LONGEST_TEXT:
        over = len(text) - LONGEST_TEXT
        raise CannotRun(f"WORDS: {over} characters too long; {LONGEST_TEXT} are the most")
    return text


def _send(session: Session, runtime: Runtime, found: Chart, text: str) -> int:
    now, patient = runtime.now(), found.patient
    row_id = runtime.mint(now)
    write_answer(
        session,
        row_id=row_id,
        clinic=patient.clinic,
        phone=patient.phone,
        kind=AnswerKind.STAFF,
        words="reply",
        text=text,
        segments=count(text).segments,
        now=now,
        useful_for=REPLY_USEFUL,
        patient=patient.id,
        language=patient.language,
    )
    line = Line("replied", "staff answered in their own words", message=row_id, patient=patient.id)
    write_lines(session, [line], now=now, mint=runtime.mint)
    return row_id
