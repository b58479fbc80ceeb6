"""A patient's story: each decision as a plain sentence, from what is on record and the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from reminders.care.consent import Answer
from reminders.cli.local_times import day, local_day_of
from reminders.cli.reasons import because, capitalised
from reminders.cli.story import Sentence, Story, of_texts
from reminders.store.chart import Chart, LedgerLine, TreatmentFacts
from reminders.store.journal import Told

_OF_PATIENT = frozenset({"stopped", "quarantined"})
"""Journal lines that the ledger and the list of bad numbers tell in full."""


def explained(
    chart: Chart, *, home: str, titles: Mapping[str, str], now: datetime
) -> list[Sentence]:
    """Tell everything in order of time, what is planned last; `titles` name the protocols."""
    lines: dict[int, list[Told]] = {text.id: [] for text in chart.messages}
    for line in chart.journal:
        if line.message in lines and line.event not in _OF_PATIENT:
            lines[line.message].append(line)
    story = Story(chart, home, titles, now, lines)
    found = [
        *(_came(story, treatment) for treatment in chart.treatments),
        *(_answered(story, line) for line in _news(chart.ledger)),
        *_quarantined(story),
        *of_texts(story),
    ]
    return sorted(found, key=lambda sentence: (sentence.at, sentence.rank))


def standings(chart: Chart, *, home: str) -> list[str]:
    """Say how things stand: every plan that no longer runs and why, every booked visit."""
    found = []
    for treatment in chart.treatments:
        if treatment.plan_state in _STANDS:
            words = f"Treatment {treatment.ref}: {_STANDS[treatment.plan_state]}"
            found.append(f"{words}{because(treatment.plan_reason, zone=home)}.")
        if treatment.booked_for:
            on = day(treatment.booked_for)
            found.append(f"Treatment {treatment.ref}: a visit is booked for {on}.")
    return found


_STANDS = {
    "on-hold": "its texts are on hold",
    "completed": "its plan is completed",
    "revoked": "its plan has ended",
}


def _came(story: Story, treatment: TreatmentFacts) -> Sentence:
    title = story.titles.get(treatment.protocol, treatment.protocol)
    what = ", ".join(part for part in (title, treatment.product, treatment.site) if part)
    words = f"Treatment {treatment.ref} came to us: {what}; given on"
    return Sentence(treatment.recorded_at, 0, f"{words} {story.moment(treatment.treated_at)}.")


def _news(ledger: Sequence[LedgerLine]) -> Iterator[LedgerLine]:
    """Leave out answers that repeat the one before: each treatment's row brings them again."""
    latest: dict[tuple[object, ...], Answer] = {}
    for line in ledger:
        whose = (line.of_number, line.entry.message_class)
        if latest.get(whose) is not line.entry.answer:
            yield line
        latest[whose] = line.entry.answer


def _answered(story: Story, line: LedgerLine) -> Sentence:
    entry = line.entry
    on = local_day_of(entry.at, zone=story.home)
    match entry.answer:
        case Answer.STOPPED:
            words = f"The number sent STOP on {on}: no text goes to it until it sends START"
        case Answer.RESTARTED:
            words = f"The number sent START on {on}: texts may go to it again"
        case Answer.GRANTED:
            words = f"The patient agreed to {_scope(line)} texts on {on}"
        case Answer.REFUSED:
            words = f"The patient did not agree to {_scope(line)} texts, as of {on}"
    whence = [entry.source, "" if line.of_number else f"told with treatment {entry.origin}"]
    told = "; ".join(part for part in whence if part)
    return Sentence(line.recorded_at, 1, f"{words} ({told})." if told else f"{words}.")


def _scope(line: LedgerLine) -> str:
    scope = line.entry.message_class
    return scope.value if scope else "all"


def _quarantined(story: Story) -> Iterator[Sentence]:
    patient = story.chart.patient
    if patient.trouble_since is not None:
        words = f"{capitalised(patient.trouble)}. Ask the patient for another number."
        yield Sentence(patient.trouble_since, 1, words)
