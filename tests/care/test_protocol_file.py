"""A protocol file is read whole, or every mistake in it is named with its mend."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any

import pytest

from reminders.care.complaint import Complaint
from reminders.care.protocol import Anchor, Kind, MessageClass, Offset, Protocol, StopRule
from reminders.care.protocol_file import read_protocol

Raw = dict[str, Any]

SOUND: Raw = {
    "title": "Writer's cramp",
    "onset_days": 14,
    "peak_days": 42,
    "duration_days": 84,
    "minimum_days": 84,
    "products": {
        "dysport": {
            "names": ["Dysport", " AbobotulinumtoxinA "],
            "duration_days": 90,
            "minimum_days": 112,
        }
    },
    "steps": [
        {
            "key": "aftercare",
            "kind": "aftercare",
            "class": "care",
            "offset": "1 hour",
            "useful_for": "6 hours",
        },
        {
            "key": "onset",
            "kind": "onset",
            "class": "care",
            "offset": "14 days",
            "at": "10:00",
            "useful_for": "2 days",
            "text": "onset-early",
        },
        {
            "key": "reminder",
            "kind": "retreatment",
            "class": "marketing",
            "offset": "-2 weeks",
            "from": "earliest",
            "at": "09:30",
            "useful_for": "2 weeks",
            "question": "none",
            "stop_when": ["retreated", "booked"],
            "every": "4 weeks",
            "times": 3,
        },
    ],
}


def test_a_sound_file_becomes_a_protocol_with_its_timing_and_products() -> None:
    protocol = _read(SOUND)
    assert (protocol.key, protocol.title) == ("x", "Writer's cramp")
    assert (protocol.onset_days, protocol.peak_days) == (14, 42)
    assert (protocol.timing.duration_days, protocol.timing.minimum_days) == (84, 84)
    assert protocol.timing_of("ABOBOTULINUMTOXINA").minimum_days == 112
    assert protocol.timing_of("Botox").minimum_days == 84
    assert protocol.knows("dysport") and not protocol.knows("Botox")


def test_a_step_in_hours_has_no_time_of_day_and_asks_and_says_what_its_key_and_kind_say() -> None:
    step = _read(SOUND).steps[0]
    assert (step.key, step.kind, step.text, step.question) == ("aftercare",) * 4
    assert (step.offset, step.at) == (Offset(1, "hours"), None)
    assert (step.useful_for, step.every, step.times) == (timedelta(hours=6), None, 1)
    assert (step.anchor, step.stop_when) == (Anchor.TREATMENT, frozenset())
    assert step.message_class is MessageClass.CARE


def test_a_repeated_reminder_counts_from_the_earliest_day_and_stops_when_told() -> None:
    step = _read(SOUND).steps[2]
    assert (step.kind, step.message_class) == (Kind.RETREATMENT, MessageClass.MARKETING)
    assert (step.offset, step.anchor) == (Offset(-2, "weeks"), Anchor.EARLIEST)
    assert (step.at, step.useful_for) == (time(9, 30), timedelta(weeks=2))
    assert step.stop_when == frozenset(StopRule)
    assert (step.every, step.times, step.question) == (Offset(4, "weeks"), 3, "none")


def test_a_text_of_another_key_and_a_month_as_offset_are_understood() -> None:
    raw = copy.deepcopy(SOUND)
    raw["steps"][1] |= {"offset": "1 month"}
    step = _read(raw).steps[1]
    assert (step.text, step.offset) == ("onset-early", Offset(1, "months"))


def test_a_yearly_reminder_from_the_treatment_is_allowed_after_the_longest_interval() -> None:
    raw = copy.deepcopy(SOUND)
    raw["steps"][2] |= {"from": "treatment", "offset": "12 months", "every": "12 months"}
    assert _read(raw).steps[2].every == Offset(12, "months")
    raw["steps"][2]["offset"] = "112 days"
    assert _read(raw).steps[2].offset == Offset(112, "days")


def _top(**fields: object) -> Callable[[Raw], None]:
    return lambda raw: raw.update(fields)


def _step(number: int, **fields: object) -> Callable[[Raw], None]:
    """Change a step counted from 1; `from_` and `class_` stand for the reserved words."""
    renamed = {name.rstrip("_"): value for name, value in fields.items()}
    return lambda raw: raw["steps"][number - 1].update(renamed)


def _without(number: int, name: str) -> Callable[[Raw], None]:
    def drop(raw: Raw) -> None:
        del (raw["steps"][number - 1] if number else raw)[name]

    return drop


def _product(**fields: object) -> Callable[[Raw], None]:
    return lambda raw: raw["products"]["dysport"].update(fields)


TOP = "templates/protocols/x.toml"
ONSET = f"{TOP}, steps[2] (onset)"
REMINDER = f"{TOP}, steps[3] (reminder)"
DYSPORT = f"{TOP}, products, dysport"

MISTAKES: list[tuple[Callable[[Raw], None], str, str]] = [
    (_top(minimumdays=90), f"{TOP}, minimumdays", 'did you mean "minimum_days"?'),
    (_without(0, "title"), f"{TOP}, title", "add a line title"),
    (_top(title=" "), f"{TOP}, title", "words in the quotes"),
    (_top(onset_days="14"), f"{TOP}, onset_days", "a whole number from 0"),
    (_top(onset_days=True), f"{TOP}, onset_days", "a whole number from 0"),
    (_top(peak_days=7), f"{TOP}, peak_days", "give rising days"),
    (_top(duration_days=0), f"{TOP}, duration_days", "a whole number from 1"),
    (_top(minimum_days=83), f"{TOP}, minimum_days", "write 84 or more"),
    (_top(minimum_days=-1), f"{TOP}, minimum_days", "a whole number from 84"),
    (_without(0, "minimum_days"), f"{TOP}, minimum_days", "add a line minimum_days"),
    (_product(minimum_days=56), f"{DYSPORT}, minimum_days", "may only be raised"),
    (_product(names=[]), f"{DYSPORT}, names", 'names = ["…", "…"]'),
    (_product(names="Dysport"), f"{DYSPORT}, names", 'names = ["…", "…"]'),
    (_product(name="Dysport"), f"{DYSPORT}, name", 'did you mean "names"?'),
    (_top(products={"dysport": 3}), DYSPORT, "write [dysport]"),
    (_top(precedence=-1), f"{TOP}, precedence", "a whole number from 0"),
    (_top(steps=[]), f"{TOP}, steps", "add a [[steps]] table"),
    (_top(steps={"key": "onset"}), f"{TOP}, steps", "write [[steps]] above each one"),
    (_top(steps=["onset"]), f"{TOP}, steps[1]", "write [steps]"),
    (_step(2, key="reminder"), f"{TOP}, steps", "give each its own key"),
    (_step(2, key="Day 14"), f"{TOP}, steps[2] (Day 14), key", "small letters and hyphens"),
    (_step(2, text="Day 14"), f"{ONSET}, text", "small letters and hyphens"),
    (_without(2, "key"), f"{TOP}, steps[2], key", "add a line key"),
    (_step(2, kind="onsett"), f"{ONSET}, kind", 'did you mean "onset"?'),
    (_step(2, kind=3), f"{ONSET}, kind", "words in the quotes"),
    (_step(2, class_="marketing"), f"{ONSET}, class", 'write class = "care"'),
    (_step(2, class_="promo"), f"{ONSET}, class", 'use "care" or "marketing"'),
    (_step(2, question="onsets"), f"{ONSET}, question", 'did you mean "onset"?'),
    (_without(2, "offset"), f"{ONSET}, offset", "add a line offset"),
    (_step(2, offset="14 dayz"), f"{ONSET}, offset", 'did you mean "days"?'),
    (_step(2, offset="two weeks"), f"{ONSET}, offset", "a whole number and a unit"),
    (_step(2, offset="1.5 days"), f"{ONSET}, offset", "a whole number and a unit"),
    (_step(2, offset="9999 months"), f"{ONSET}, offset", "choose a shorter time"),
    (_step(2, offset="-2 days"), f"{ONSET}, offset", "take the minus sign away"),
    (_step(2, offset="3 hours"), f"{ONSET}, at", "take the line out"),
    (_without(2, "at"), f"{ONSET}, at", "add a local time"),
    (_step(2, at="25:00"), f"{ONSET}, at", "write hours and minutes"),
    (_step(2, at="9:30"), f"{ONSET}, at", "write hours and minutes"),
    (_without(2, "useful_for"), f"{ONSET}, useful_for", "add a line useful_for"),
    (_step(2, useful_for="0 days"), f"{ONSET}, useful_for", 'write "6 hours"'),
    (_step(2, useful_for="1 month"), f"{ONSET}, useful_for", 'write "6 hours"'),
    (_step(2, times=3), f"{ONSET}, times", "add every = …"),
    (_step(3, times=0), f"{REMINDER}, times", "a whole number from 1"),
    (_step(3, times=1000), f"{REMINDER}, times", "a whole number from 1"),
    (_step(3, every="6 hours"), f"{REMINDER}, every", 'write "4 weeks"'),
    (_step(3, every="-4 weeks"), f"{REMINDER}, every", 'write "4 weeks"'),
    (_step(1, every="1 day", times=2), f"{TOP}, steps[1] (aftercare), every", "count it in days"),
    (_step(3, every="often"), f"{REMINDER}, every", "a whole number and a unit"),
    (_step(3, from_="earlyest"), f"{REMINDER}, from", 'did you mean "earliest"?'),
    (_step(3, stop_when=["booked"]), f"{REMINDER}, stop_when", 'add "retreated"'),
    (_step(3, stop_when=["retreated", "book"]), f"{REMINDER}, stop_when", '"booked"?'),
    (_step(3, from_="treatment", offset="111 days"), f"{REMINDER}, offset", 'from = "earliest"'),
    (_step(3, from_="treatment", offset="3 months"), f"{REMINDER}, offset", 'from = "earliest"'),
]


@pytest.mark.parametrize(("spoil", "where", "mend"), MISTAKES)
def test_each_mistake_is_named_with_its_place_and_its_mend(
    spoil: Callable[[Raw], None], where: str, mend: str
) -> None:
    raw = copy.deepcopy(SOUND)
    spoil(raw)
    found = _mistakes(raw)
    assert [each for each in found if each.where == where and mend in str(each)], found


def test_an_hour_cannot_be_counted_from_the_earliest_day() -> None:
    raw = copy.deepcopy(SOUND)
    del raw["steps"][2]["at"]
    raw["steps"][2]["offset"] = "5 hours"
    assert [each.where for each in _mistakes(raw)] == [f"{REMINDER}, offset"]


def test_one_name_may_not_stand_for_two_products() -> None:
    raw = copy.deepcopy(SOUND)
    raw["products"]["other"] = raw["products"]["dysport"] | {"names": ["DYSPORT"]}
    (mistake,) = _mistakes(raw)
    assert mistake.where == f"{TOP}, products, names"
    assert '"dysport" names two products' in mistake.what


def test_a_file_name_that_is_no_key_is_refused() -> None:
    found = read_protocol("My Protocol", SOUND)
    assert isinstance(found, tuple)
    assert found[0].where == "templates/protocols/My Protocol.toml, file name"


def test_many_mistakes_in_one_file_are_all_named_at_once() -> None:
    raw = copy.deepcopy(SOUND)
    for spoil in (_top(minimum_days=10), _step(1, useful_for="soon"), _step(2, kind="x")):
        spoil(raw)
    places = [each.where.rpartition(", ")[2] for each in _mistakes(raw)]
    assert sorted(places) == ["kind", "minimum_days", "useful_for"]


def test_one_mistake_makes_one_complaint() -> None:
    for spoil in (_step(2, offset="soon"), _step(2, key="A B"), _top(onset_days="x")):
        raw = copy.deepcopy(SOUND)
        spoil(raw)
        assert len(_mistakes(raw)) == 1


def _read(raw: Mapping[str, object]) -> Protocol:
    protocol = read_protocol("x", raw)
    assert isinstance(protocol, Protocol), [str(each) for each in protocol]
    return protocol


def _mistakes(raw: Mapping[str, object]) -> tuple[Complaint, ...]:
    found = read_protocol("x", raw)
    assert isinstance(found, tuple)
    return found
