"""One [[steps]] table of a protocol file becomes a Step; mistakes go to the section's list."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import cast

from reminders.care.complaint import meant
from reminders.care.protocol import Anchor, Kind, MessageClass, Offset, Step, StopRule, Unit
from reminders.care.section import Section

KEY = r"[a-z0-9]+([-_][a-z0-9]+)*"
NO_QUESTION = "none"
QUESTIONS = (*Kind, NO_QUESTION)
MOST_TIMES = 60
LONGEST_DAYS = 3660

_KEYS = (
    "key", "kind", "class", "offset", "from", "at", "useful_for", "question", "text", "stop_when",
    "every", "times",
)  # fmt: skip
_DISTANCE = re.compile(r"([+-]?\d{1,5}) (hour|day|week|month)s?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
# Days in the shortest run of n months; a year of them is never shorter than 365 days.
_SHORTEST_MONTHS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)


def least_days(offset: Offset) -> int:
    """Return the fewest whole days that an offset can span in any calendar."""
    match offset.unit:
        case "hours":
            return offset.amount // 24
        case "days":
            return offset.amount
        case "weeks":
            return offset.amount * 7
        case _:
            years, months = divmod(offset.amount, 12)
            return years * 365 + _SHORTEST_MONTHS[months]


def read_step(section: Section, *, floor_days: int) -> Step:
    """Read one step; `floor_days` is the longest minimum interval that the protocol knows.

    The step returned is only meant when the section's list of mistakes stayed empty.
    """
    section.only(_KEYS)
    kind = Kind(section.choice("kind", tuple(Kind)) or Kind.AFTERCARE)
    offset = _distance(section, "offset")
    key = _key(section, "key")
    step = Step(
        key=key,
        kind=kind,
        message_class=_message_class(section),
        offset=offset or Offset(0, "days"),
        useful_for=_useful_for(section),
        question=section.choice("question", QUESTIONS, default=kind),
        text=_key(section, "text") if "text" in section.raw else key,
        anchor=Anchor(section.choice("from", tuple(Anchor), default="treatment") or "treatment"),
        at=_at(section, offset),
        stop_when=_stop_when(section),
        every=_every(section),
        times=_times(section),
    )
    if offset is not None:
        _check_anchor(section, step)
        _check_interval(section, step, floor_days=floor_days)
    return step


def _key(section: Section, name: str) -> str:
    key = section.words(name)
    if key and not re.fullmatch(KEY, key):
        section.complain(name, f'"{key}" is not a key', mend="use small letters and hyphens")
    return key


def _message_class(section: Section) -> MessageClass:
    """Only a re-treatment reminder can encourage a purchase (47 CFR 64.1200(f), telemarketing)."""
    chosen = MessageClass(section.choice("class", tuple(MessageClass)) or MessageClass.CARE)
    kind = section.raw.get("kind")
    if chosen is MessageClass.MARKETING and kind != Kind.RETREATMENT:
        section.complain("class", f"a text of kind {kind} is care", mend='write class = "care"')
    return chosen


def _distance(section: Section, name: str) -> Offset | None:
    words = section.words(name)
    found = _DISTANCE.fullmatch(words)
    if found:
        offset = Offset(int(found[1]), cast(Unit, f"{found[2]}s"))
        if abs(least_days(offset)) <= LONGEST_DAYS:
            return offset
        section.complain(name, f'"{words}" is longer than ten years', mend="choose a shorter time")
    elif words:
        section.complain(name, f'"{words}" is not a distance in time', mend=_mend_distance(words))
    return None


def _mend_distance(words: str) -> str:
    example = 'write a whole number and a unit, like "1 hour", "14 days", "-2 weeks", "12 months"'
    found = re.fullmatch(r"[+-]?\d+ ?([A-Za-z]+)", words)
    if not found:
        return example
    return f"{example}; {meant(found[1].lower(), ('hours', 'days', 'weeks', 'months'))}"


def _useful_for(section: Section) -> timedelta:
    budget = _distance(section, "useful_for")
    if budget is None:
        return timedelta(0)
    if budget.unit == "months" or budget.amount <= 0:
        section.complain("useful_for", "is not a time after the step", mend='write "6 hours" or so')
        return timedelta(0)
    return timedelta(**{budget.unit: budget.amount})


def _at(section: Section, offset: Offset | None) -> time | None:
    hours = offset is not None and offset.unit == "hours"
    if "at" not in section.raw:
        if offset and not hours:
            section.complain("at", "is missing", mend='add a local time, like at = "10:00"')
        return None
    if hours:
        section.complain("at", "does not go with an offset in hours", mend="take the line out")
        return None
    found = _CLOCK.fullmatch(section.words("at"))
    if found:
        return time(int(found[1]), int(found[2]))
    section.complain("at", "is not a time of day", mend='write hours and minutes, like "09:30"')
    return None


def _stop_when(section: Section) -> frozenset[StopRule]:
    rules = section.many("stop_when", default=())
    for rule in rules:
        if rule not in tuple(StopRule):
            section.complain("stop_when", f'"{rule}" is not known', mend=meant(rule, StopRule))
    if section.raw.get("kind") == Kind.RETREATMENT and StopRule.RETREATED not in rules:
        section.complain(
            "stop_when",
            "a reminder would go on after the patient was re-treated",
            mend='add "retreated" to the list',
        )
    return frozenset(rule for rule in StopRule if rule in rules)


def _every(section: Section) -> Offset | None:
    if "every" not in section.raw:
        if "times" in section.raw:
            section.complain("times", "says how often, not how far apart", mend="add every = …")
        return None
    every = _distance(section, "every")
    if every and (every.unit == "hours" or every.amount <= 0):
        section.complain("every", "is not a span of days", mend='write "4 weeks" or so')
    return every


def _times(section: Section) -> int:
    if "every" not in section.raw:
        return 1
    return section.whole("times", least=1, most=MOST_TIMES)


def _check_anchor(section: Section, step: Step) -> None:
    if step.anchor is Anchor.EARLIEST and step.offset.unit == "hours":
        section.complain(
            "offset", "the earliest day has no hour to count from", mend="count in days or weeks"
        )
    elif step.every and step.offset.unit == "hours":
        section.complain("every", "does not go with an offset in hours", mend="count it in days")
    if step.anchor is Anchor.TREATMENT and step.offset.amount < 0:
        section.complain("offset", "lies before the treatment", mend="take the minus sign away")


def _check_interval(section: Section, step: Step, *, floor_days: int) -> None:
    """A reminder counted from the treatment may not fall before the earliest allowed day."""
    counted = step.kind is Kind.RETREATMENT and step.anchor is Anchor.TREATMENT
    if counted and 0 <= least_days(step.offset) < floor_days:
        section.complain(
            "offset",
            f"may fall before the earliest allowed day, day {floor_days}",
            mend='count from that day with from = "earliest", or choose a longer offset',
        )
