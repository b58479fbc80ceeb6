"""What people read of charts and of the state of things: calm tables in a terminal, plain lines
anywhere else. No colour carries a meaning that the words do not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reminders.care.message import State
from reminders.care.phone import masked
from reminders.cli.local_times import day, local_day_of, localised, moment
from reminders.cli.story import Sentence
from reminders.cli.words_ahead import Shown
from reminders.store.chart import Chart, TreatmentFacts

PAGE = 160
"""Columns when the output is piped: nobody's terminal is asked."""

STYLES = {
    "sent": "green",
    "delivered": "green",
    "cancelled": "dim",
    "expired": "dim",
    "failed": "bold red",
    "undelivered": "bold red",
    "uncertain": "bold yellow",
    "held": "bold yellow",
}


def page() -> Console:
    """Return where people read: the terminal at its own width, or a plain page."""
    is_terminal = sys.stdout.isatty()
    return Console(highlight=False, width=None if is_terminal else PAGE)


def draw_upcoming(console: Console, texts: Sequence[Shown], *, days: int, note: str) -> None:
    """Print the planned texts, each day on the patients' own calendars under its date."""
    if not texts:
        console.print(f"No text is planned for the next {days} days.")
    for on, together in groupby(texts, key=_day_of):
        console.print(Text(f"\n{on}", style="bold"))
        grid = _grid()
        for text in together:
            grid.add_row(moment(text.row.due_at, zone=text.home)[-5:], _coming(text))
        console.print(grid)
    if texts:
        segments = sum(text.segments or 0 for text in texts)
        console.print(f"\n{_plural(len(texts), 'text')}, {_plural(segments, 'segment')}.")
    if note:
        console.print(note, soft_wrap=True)


def _day_of(text: Shown) -> str:
    return local_day_of(text.row.due_at, zone=text.home)


def _coming(text: Shown) -> Text:
    row = text.row
    told = Text(f"{row.patient_ref}  {step_of(text)}, {row.message_class}", style="bold")
    told.append(_size(text), style="not bold")
    return _with_words(told, text)


def _size(text: Shown) -> str:
    return f", {_plural(text.segments, 'segment')}" if text.segments else ""


def _with_words(told: Text, text: Shown) -> Text:
    """Add a text's words and why it is as it is, each on a line of its own."""
    if text.row.reason:
        told.append(f"\n{localised(text.row.reason, zone=text.home)}", style="not bold italic")
    if text.words:
        told.append(f"\n{text.words}", style="not bold")
    elif text.row.state == State.PLANNED:
        told.append("\nIts words are not fit to send: see `reminders check`.", style="not bold")
    return told


def step_of(text: Shown) -> str:
    """Name a step; a repeated one with its number, the second as 2."""
    row = text.row
    return f"{row.step} {row.occurrence + 1}" if row.occurrence else row.step


def draw_chart(console: Console, chart: Chart, texts: Sequence[Shown], *, home: str) -> None:
    """Print who the patient is, what they agreed to, their treatments and every text."""
    patient = chart.patient
    name = f"{patient.first_name} {patient.last_name}".strip()
    console.print(Text(f"{patient.ref}  {name}", style="bold"))
    zone = home if patient.time_zone else f"{home}, the clinic's: none is recorded"
    _fact(console, "phone", patient.trouble or masked(patient.phone))
    _fact(console, "language", patient.language)
    _fact(console, "time zone", zone)
    _fact(console, "consent", _consent(chart, home))
    _draw_treatments(console, chart, home=home)
    _draw_texts(console, texts)


def _fact(console: Console, name: str, value: str) -> None:
    console.print(Text(f"{name:<16}", style="dim") + Text(value))


def _consent(chart: Chart, home: str) -> str:
    now = chart.standing
    if now.stopped_at is not None:
        return f"STOP since {moment(now.stopped_at, zone=home)}: nothing may be sent"
    care = "care texts yes" if now.care else "care texts no"
    return f"{care}, marketing texts {'yes' if now.marketing else 'no'}"


def _draw_treatments(console: Console, chart: Chart, *, home: str) -> None:
    console.print(Text("\nTreatments", style="bold"))
    grid = _grid()
    for each in chart.treatments:
        what = (each.ref, each.protocol, each.product, each.site, _booked(each))
        told = Text("  ".join(part for part in what if part), style="bold")
        why = f": {localised(each.plan_reason, zone=home)}" if each.plan_reason else ""
        told.append(f"\n{each.status}; plan {each.plan_state}{why}", style="not bold")
        grid.add_row(moment(each.treated_at, zone=home), told)
    console.print(grid)


def _booked(treatment: TreatmentFacts) -> str:
    return f"booked for {day(treatment.booked_for)}" if treatment.booked_for else ""


def _draw_texts(console: Console, texts: Sequence[Shown]) -> None:
    console.print(Text("\nTexts", style="bold"))
    grid = _grid()
    for text in texts:
        row = text.row
        state = "held" if row.hold else row.state
        told = Text(f"{row.treatment}  {step_of(text)}  ", style="bold")
        told.append(state, style=STYLES.get(state, ""))
        told.append(_size(text), style="not bold")
        grid.add_row(moment(row.due_at, zone=text.home), _with_words(told, text))
    console.print(grid)


def draw_story(
    console: Console, sentences: Sequence[Sentence], standings: Sequence[str], *, home: str
) -> None:
    """Print one sentence after the other, each with its local time."""
    console.print(Text(f"Times are the patient's: {home}.", style="dim"), soft_wrap=True)
    if not console.is_terminal:
        for sentence in sentences:
            line = f"{moment(sentence.at, zone=home):<23}{sentence.words}"
            console.print(Text(line), soft_wrap=True)
    else:
        grid = _grid()
        for sentence in sentences:
            grid.add_row(moment(sentence.at, zone=home), Text(sentence.words))
        console.print(grid)
    for standing in standings:
        console.print(Text(standing, style="bold"), soft_wrap=True)


def _grid() -> Table:
    """Times on the left, what happened on the right; the right side wraps."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    return grid


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
