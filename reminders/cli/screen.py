"""The demo's picture in a terminal: the year above, a telephone below. Fits 80 by 24."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rich import box
from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from reminders.care.protocol import Kind
from reminders.simulator import Seen, Way

WIDTH, PHONE_WIDTH, PHONE_LINES = 78, 48, 17
BUBBLE_WIDTH = 40
"""Less than the telephone is wide, so that one sees from which side a bubble comes."""
COLOURS = {
    Kind.AFTERCARE: "cyan",
    Kind.SIDE_EFFECTS: "yellow",
    Kind.ONSET: "green",
    Kind.WEAR_OFF: "magenta",
    Kind.RETREATMENT: "blue",
}


@dataclass(slots=True)
class Screen:
    """What has been seen so far, and how to draw it. `began` and `ended` bound the year."""

    clinic: str
    began: datetime
    ended: datetime
    now: datetime
    texts: Counter[str] = field(default_factory=Counter)
    segments: int = 0
    bubbles: deque[Seen] = field(default_factory=lambda: deque(maxlen=8))

    def add(self, seen: Seen) -> None:
        """Take in what has just been seen."""
        self.now = seen.local
        self.texts[seen.kind or seen.way] += 1
        self.segments += seen.segments
        self.bubbles.append(seen)

    def draw(self, console: Console) -> RenderableType:
        """Return the whole picture as it stands."""
        beside = Table.grid(padding=(0, 2))
        beside.add_row(self._phone(console), self._counts())
        return Group(self._heading(), self._months(), self._bar(), beside)

    def _heading(self) -> Text:
        heading = Text()
        heading.append(f" {self.clinic}", style="bold")
        heading.append("  a made-up year, every text pretended", style="dim")
        return heading

    def _months(self) -> Text:
        months = Text(" ", no_wrap=True, overflow="crop")
        for first in _months_between(self.began, self.ended):
            here = (first.year, first.month) == (self.now.year, self.now.month)
            months.append(f"{first:%b}", style="bold reverse" if here else "dim")
            months.append("   ")
        return months

    def _bar(self) -> RenderableType:
        year, gone = self.ended - self.began, self.now - self.began
        line = Table.grid(padding=(0, 1))
        line.add_row(
            ProgressBar(
                total=year.days,
                completed=max(0, gone.days),
                width=PHONE_WIDTH + 8,
                complete_style="cyan",
                finished_style="cyan",
            ),
            Text(f"{self.now:%a %b} {self.now.day}, {self.now.year}", style="bold"),
        )
        return line

    def _phone(self, console: Console) -> RenderableType:
        return Panel(
            Group(*self._visible(console)),
            box=box.HEAVY,
            title=self.clinic,
            width=PHONE_WIDTH,
            height=PHONE_LINES + 2,
            border_style="bright_black",
        )

    def _visible(self, console: Console) -> list[RenderableType]:
        """The newest bubbles that the telephone has room for, the newest at its foot."""
        shown: deque[RenderableType] = deque()
        room = PHONE_LINES
        for seen in reversed(self.bubbles):
            words = Text(seen.words)
            lines = len(words.wrap(console, BUBBLE_WIDTH - 4)) + 2
            if lines > room and shown:
                break
            room -= lines
            shown.appendleft(_bubble(seen, words))
        return [*[Text()] * room, *shown]

    def _counts(self) -> RenderableType:
        table = Table(box=None, show_header=False, padding=(0, 1), width=WIDTH - PHONE_WIDTH - 2)
        table.add_column()
        table.add_column(justify="right", min_width=5)
        for kind, colour in COLOURS.items():
            table.add_row(Text(spoken(kind), style=colour), str(self.texts[kind]))
        table.add_row("Our answers", str(self.texts[Way.ANSWER]))
        table.add_row(Text("Texts to staff", style="red"), str(self.texts[Way.PAGE]))
        table.add_row("", "")
        sent = self.texts.total() - self.texts[Way.WROTE] - self.texts[Way.STAFF]
        table.add_row(Text("Texts so far", style="bold"), str(sent))
        table.add_row("Segments", str(self.segments))
        table.add_row("", "")
        table.add_row(Text("Patients wrote", style="bold"), str(self.texts[Way.WROTE]))
        return Group(Text(), table, Text("\n Ctrl-C ends it.", style="dim"))


def _bubble(seen: Seen, words: Text) -> RenderableType:
    """Draw the clinic's on the left and the patient's on the right; staff's frame is heavy."""
    local = seen.local
    title = f"{_TITLES[seen.way]}{seen.name}, {local:%a %b} {local.day}, {local:%H:%M}"
    bubble = Panel(
        words,
        box=box.HEAVY if seen.way in (Way.PAGE, Way.STAFF) else box.ROUNDED,
        title=Text(title, style="dim"),
        title_align="right" if seen.is_inbound else "left",
        border_style=_colour(seen),
        width=BUBBLE_WIDTH,
    )
    return Align.right(bubble) if seen.is_inbound else bubble


def _colour(seen: Seen) -> str:
    if seen.is_pressing:
        return "bold red"
    return COLOURS[seen.kind] if seen.kind else "white"


_TITLES: dict[Way, str] = {
    Way.TEXT: "to ",
    Way.ANSWER: "to ",
    Way.WROTE: "",
    Way.PAGE: "to ",
    Way.STAFF: "",
}


def _months_between(began: datetime, ended: datetime) -> list[datetime]:
    """The first day of every month from one instant to the other."""
    months = [began.replace(day=1)]
    while (following := (months[-1] + timedelta(days=31)).replace(day=1)) <= ended:
        months.append(following)
    return months


def spoken(key: str) -> str:
    """Return a step's or a kind's key as people say it."""
    return key.replace("_", " ").replace("-", " ").capitalize()
