"""How a calendar looks: bubbles as on a telephone in a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from reminders.care.protocol import Timing
from reminders.cli.calendar import Entry

BUBBLE = 44
"""Columns of a bubble: about what a telephone shows on a line, and its frame."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands above and below the texts. `price` is US dollars for one segment."""

    title: str
    clinic: str
    language: str
    treated_at: datetime
    timing: Timing
    product: str
    known_products: tuple[str, ...]
    is_known: bool
    price: float

    def cost(self, segments: int) -> str:
        """Return what so many segments cost, to the hundredth of a cent."""
        return f"${segments * self.price:.4f}"


def draw(page: Page, entries: Sequence[Entry]) -> None:
    """Print the whole calendar on standard output."""
    console = Console(highlight=False, soft_wrap=True)
    _draw_head(console, page, entries)
    for entry in entries:
        if console.is_terminal:
            console.print(_bubble(page, entry), soft_wrap=False)
        else:
            _draw_plain(console, page, entry)
    _draw_total(console, page, entries)


def _draw_head(console: Console, page: Page, entries: Sequence[Entry]) -> None:
    earliest = f", so not before {max(e.earliest for e in entries)}" if entries else ""
    console.print(Text(page.title, style="bold"))
    for line in (
        f"One treatment at {page.clinic} on {_day(page.treated_at)} at {_clock(page.treated_at)}, "
        f"product: {page.product}; texts in {page.language}",
        f"Lasts about {page.timing.duration_days} days; "
        f"{page.timing.minimum_days} days at least between two treatments{earliest}",
        "Times are the clinic's; the patient is made up and agreed to care and marketing texts",
    ):
        console.print(Text(line, style="dim"))
    if not page.is_known:
        names = ", ".join(page.known_products) or "none"
        words = f"This product is not known here, so the usual days are counted. Known: {names}"
        console.print(Text(words, style="yellow"))
    console.print()


def _bubble(page: Page, entry: Entry) -> Table:
    """The day on the left, the text as the patient's telephone shows it on the right."""
    when = Text(f"{_day_number(entry)}\n", style="bold") + Text(
        f"{_day(entry.at)}\n{_clock(entry.at)}", style="not bold"
    )
    tint = "green" if entry.is_sent else "red"
    bubble = Panel(
        Text(entry.text),
        title=Text(_name(entry), style=tint),
        subtitle=Text(_size(page, entry), style="yellow" if entry.size.segments > 1 else "dim"),
        title_align="left",
        subtitle_align="right",
        box=box.ROUNDED,
        border_style=tint,
        width=BUBBLE,
    )
    row = Table.grid(padding=(0, 2))
    row.add_column(width=16)
    row.add_column()
    row.add_row(when, bubble)
    if entry.reason:
        row.add_row("", Text(entry.reason, style="yellow" if entry.is_sent else "red"))
    return row


def _draw_plain(console: Console, page: Page, entry: Entry) -> None:
    head = f"{_day_number(entry):<9} {_day(entry.at)}  {_clock(entry.at)}"
    console.print(Text(f"{head}  {_name(entry)}  {_size(page, entry)}"))
    if entry.reason:
        console.print(Text(f"          ({entry.reason})"))
    console.print(Text(f"          {entry.text}"))
    console.print()


def _draw_total(console: Console, page: Page, entries: Sequence[Entry]) -> None:
    segments = sum(entry.size.segments for entry in entries if entry.is_sent)
    texts = sum(entry.is_sent for entry in entries)
    total = f"Total: {texts} texts, {segments} segments, {page.cost(segments)}"
    console.print(Text(total, style="bold"))
    words = (
        f"At ${page.price:g} a segment. The default is Twilio's list price for the US without "
        "carrier fees; give your own with --price"
    )
    console.print(Text(words, style="dim"))


def _day_number(entry: Entry) -> str:
    return f"day {entry.day}"


def _day(at: datetime) -> str:
    return f"{at:%a %Y-%m-%d}"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def _name(entry: Entry) -> str:
    return f"{entry.step}, {entry.message_class}"


def _size(page: Page, entry: Entry) -> str:
    if not entry.is_sent:
        return "not sent"
    segments = entry.size.segments
    plural = "s" if segments > 1 else ""
    return f"{segments} segment{plural}, {entry.size.encoding}, {page.cost(segments)}"
