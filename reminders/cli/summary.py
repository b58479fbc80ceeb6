"""What a simulated year amounts to, for reading: tables and stories, the same piped or not."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reminders.care.escalation import spoken_name
from reminders.care.message import State
from reminders.cli.local_times import span
from reminders.cli.previewing import LIST_PRICE
from reminders.cli.screen import spoken
from reminders.simulator import Outcome, Script
from reminders.simulator.stories import stories


def summary(outcome: Outcome, script: Script, *, zone: str) -> Iterator[RenderableType]:
    """Yield what to print, from the year in one line to the stories."""
    yield _year_in_a_line(outcome, script)
    yield Text()
    yield _by_step(outcome)
    yield Text(
        f"{outcome.segments} segments at Twilio's list price in the US, ${LIST_PRICE}: "
        f"{_cost(outcome.segments)}. Carrier fees, texts that come in and the number's rent "
        "come on top."
    )
    yield Text()
    yield _replies(outcome)
    yield Text(_opt_outs(outcome.opt_outs))
    yield Text()
    yield _cries(outcome, zone=zone)
    yield Text()
    yield _held(outcome)
    yield Text()
    yield _title("Four patients")
    for story in stories(outcome, script, zone=zone):
        yield Padding(Text(story), (0, 0, 1, 2))


def _year_in_a_line(outcome: Outcome, script: Script) -> Text:
    patients = {row.patient_id for arrival in script.arrivals for row in arrival.rows}
    treatments = {row.treatment_id for arrival in script.arrivals for row in arrival.rows}
    line = Text("The year is over: ", style="bold")
    line.append(
        f"{len(patients)} patients, {len(treatments)} treatments, {len(outcome.sent)} texts, "
        f"{len(outcome.replies)} replies."
    )
    return line


def _title(words: str) -> Text:
    return Text(words, style="bold")


def _table(title: str, *headings: str) -> Table:
    table = Table(title=_title(title), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1))
    for heading in headings:
        right = heading in ("Texts", "Segments", "Cost", "Replies", "Number")
        table.add_column(heading, justify="right" if right else "left")
    return table


def _by_step(outcome: Outcome) -> Table:
    table = _table("Texts by step", "Step", "Texts", "Segments", "Cost")
    for tally in outcome.by_step():
        row = (str(tally.texts), str(tally.segments), _cost(tally.segments))
        table.add_row(spoken(tally.step), *row)
    for tally in outcome.answered():
        row = (str(tally.texts), str(tally.segments), _cost(tally.segments))
        table.add_row(spoken(tally.step), *row)
    table.add_section()
    total = (
        str(len(outcome.sent) + len(outcome.answers)),
        str(outcome.segments),
        _cost(outcome.segments),
    )
    table.add_row("All", *total)
    return table


def _replies(outcome: Outcome) -> Table:
    table = _table("What the patients wrote", "Replies", "Taken to mean", "For example")
    for intent, count in outcome.by_intent().most_common():
        example = next(r.words for r in outcome.replies if r.intent == intent)
        table.add_row(str(count), spoken(intent), Text(example))
    return table


def _opt_outs(count: int) -> str:
    who = "1 patient" if count == 1 else f"{count or 'No'} patients"
    return f"{who} opted out" + (": a confirmation went, and nothing after it." if count else ".")


def _cries(outcome: Outcome, *, zone: str) -> Table:
    table = _table("Cries for help", "Number", "Level", "Raised", "Taken", "By", "How it ended")
    for each in outcome.escalations:
        after = each.taken_at - each.raised_at if each.taken_at else None
        table.add_row(
            str(each.number),
            each.level.value,
            f"{each.raised_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}",
            f"after {span(after)}" if after else "not taken",
            spoken_name(each.taken_by or ""),
            each.note,
        )
    return table


def _held(outcome: Outcome) -> Table:
    table = _table("Held back, and why", "Texts", "What became of them", "Why")
    for reason, count in outcome.moved().most_common():
        table.add_row(str(count), "sent later", reason)
    for (state, reason), count in outcome.not_sent().most_common():
        if reason:
            table.add_row(str(count), _BECAME.get(state, state), reason)
    waiting = outcome.not_sent()[State.PLANNED, ""]
    table.add_row(str(waiting), "still planned", "their day comes after this year")
    return table


_BECAME: dict[str, str] = {State.EXPIRED: "skipped", State.PLANNED: "still planned"}


def _cost(segments: int) -> str:
    return f"${segments * LIST_PRICE:.2f}"
