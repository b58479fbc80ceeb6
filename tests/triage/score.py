"""Scores triage against labelled texts: `python -m tests.triage.score [FILE]...` prints the table.

A set is a file of JSON lines: text, context, intent, and `also` where a text carries more. Three
sets lie beside this module. tuning.jsonl and held_out.jsonl were written by other hands than the
rules; the held-out texts are never read while rules or words are changed, only their totals, and
none of them is ever printed here. practice.jsonl was written by the author of the rules.

The rates are those that a clinic must be able to trust: whether every emergency reaches a person,
whether every wish to leave is heard, and how often a harmless text alarms somebody.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reminders.care.triage import Intent, Verdict
from tests.triage.words import verdict

FOLDER = Path(__file__).parent
FLAGS = (Intent.EMERGENCY, Intent.URGENT)
KEPT = (*FLAGS, Intent.ROUTINE_SYMPTOM, Intent.BOOK)
"""What must never be taken for a wish to leave, unless the same text says so."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled text and what triage made of it."""

    meant: Intent
    also: frozenset[Intent]
    read: Verdict

    @property
    def leaves(self) -> bool:
        """Whether the patient wants no more texts."""
        return Intent.OPT_OUT in (self.meant, *self.also)

    @property
    def is_heard_leaving(self) -> bool:
        """Whether triage understood a wish for no more texts."""
        return Intent.OPT_OUT in (self.read.intent, *self.read.also)


@dataclass(frozen=True, slots=True)
class Score:
    """Rates from 0 to 1 over one set; `table` counts texts by meant and read intent."""

    texts: int
    emergencies_reaching_a_person: float
    emergencies_exact: float
    urgent_reaching_a_person: float
    leaving_heard: float
    leaving_imagined: int
    alarms_for_harmless: float
    overall: float
    table: Counter[tuple[Intent, Intent]]


def cases(path: Path) -> list[Case]:
    """Read a set and understand each of its texts."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        Case(
            Intent(row["intent"]),
            frozenset(map(Intent, row.get("also", ()))),
            verdict(row["text"], row["context"]),
        )
        for row in rows
    ]


def scored(found: list[Case]) -> Score:
    """Count."""
    emergencies = [case for case in found if case.meant is Intent.EMERGENCY]
    urgent = [case for case in found if case.meant is Intent.URGENT]
    return Score(
        texts=len(found),
        emergencies_reaching_a_person=_share(case.read.intent in FLAGS for case in emergencies),
        emergencies_exact=_share(case.read.intent is Intent.EMERGENCY for case in emergencies),
        urgent_reaching_a_person=_share(case.read.intent in FLAGS for case in urgent),
        leaving_heard=_share(case.is_heard_leaving for case in found if case.leaves),
        leaving_imagined=sum(
            case.is_heard_leaving for case in found if case.meant in KEPT and not case.leaves
        ),
        alarms_for_harmless=_share(
            case.read.intent in FLAGS for case in found if case.meant not in FLAGS
        ),
        overall=_share(case.read.intent is case.meant for case in found),
        table=Counter((case.meant, case.read.intent) for case in found),
    )


def _share(held: Iterable[bool]) -> float:
    outcomes = list(held)
    return sum(outcomes) / len(outcomes) if outcomes else 1.0


def _print(name: str, score: Score) -> None:
    print(f"{name}: {score.texts} texts")
    for rate in (
        "emergencies_reaching_a_person",
        "emergencies_exact",
        "urgent_reaching_a_person",
        "leaving_heard",
        "alarms_for_harmless",
        "overall",
    ):
        print(f"  {rate.replace('_', ' '):<32}{getattr(score, rate):7.1%}")
    print(f"  {'leaving imagined':<32}{score.leaving_imagined:6d}")
    for meant in Intent:
        row = {read: n for (label, read), n in score.table.items() if label is meant}
        if row:
            others = ", ".join(f"{read} {n}" for read, n in row.items() if read is not meant)
            total = sum(row.values())
            print(f"  {meant:<18}{row.get(meant, 0):4d} of {total:<4d}{others}".rstrip())


if __name__ == "__main__":
    chosen = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.jsonl"))
    for path in chosen:
        _print(path.stem, scored(cases(path)))
