"""The last look at claimed texts, and their words, written just before they go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from reminders.care.hours import closes_at, local_day
from reminders.care.last_look import Case, Verdict, last_look, last_look_at_answer
from reminders.care.message import Event
from reminders.care.names import joined, texting_name
from reminders.care.phone import texting_zones
from reminders.care.plan import expected_retreatment, nameable
from reminders.care.protocol import Step
from reminders.care.segments import count
from reminders.runtime import Runtime
from reminders.settings import Clinic
from reminders.store import outbox
from reminders.store.answers import Answer, answers
from reminders.store.database import Session
from reminders.store.journal import Line, write_lines
from reminders.store.letters import Letter, letters
from reminders.templates import Contact, TemplateError


@dataclass(frozen=True, slots=True)
class Written:
    """A letter with its words. After `good_until` its hour or its usefulness is over."""

    letter: Letter | Answer
    start: outbox.Start
    good_until: datetime


def claim_and_look(
    session: Session,
    *,
    runtime: Runtime,
    limit: int,
    tally: Counter[str],
    passing_by: Collection[str],
) -> tuple[list[Written], int]:
    """Claim what is due and look at it once more: (texts that may go, how many were claimed).

    The clinics in `passing_by` have no turn now.
    """
    now = runtime.now()
    ids = outbox.claim(session, worker=runtime.worker, now=now, limit=limit, passing_by=passing_by)
    if not ids:
        return [], 0
    ready, lines = _answers(session, runtime, ids, tally)
    leaving: dict[str, list[datetime]] = defaultdict(list)
    for letter in letters(session, ids, now=now):
        verdict = _look(runtime, letter, leaving[letter.phone], now)
        written = _write_or_wait(runtime, letter) if verdict.event is Event.STARTED else verdict
        if isinstance(written, Written):
            leaving[letter.phone].append(now)
            ready.append(written)
        else:
            lines.append(_step_back(session, letter, written))
            tally[written.hold.value if written.hold else written.event.value] += 1
    write_lines(session, lines, now=now, mint=runtime.mint)
    return ready, len(ids)


def _answers(
    session: Session, runtime: Runtime, ids: Collection[int], tally: Counter[str]
) -> tuple[list[Written], list[Line]]:
    """Look at the answers among the claimed texts; their words were written when they were due."""
    ready: list[Written] = []
    lines: list[Line] = []
    for answer in answers(session, ids):
        verdict = last_look_at_answer(
            answer.step,
            until=answer.until,
            is_stopped=answer.is_stopped,
            on_trial=_on_trial(runtime, answer.phone),
            now=runtime.now(),
        )
        if verdict.event is Event.STARTED:
            start = outbox.Start(answer.phone, answer.text, answer.segments, answer.words_version)
            ready.append(Written(answer, start, answer.until))
        else:
            lines.append(_step_back(session, answer, verdict))
            tally[verdict.hold.value if verdict.hold else verdict.event.value] += 1
    return ready, lines


def _on_trial(runtime: Runtime, phone: str) -> bool:
    gateway = runtime.settings.gateway
    return gateway.kind != "pretend" and not gateway.live and phone not in gateway.guests


def _look(runtime: Runtime, letter: Letter, leaving: list[datetime], now: datetime) -> Verdict:
    if not runtime.settings.knows_clinic(letter.clinic):
        return Verdict(Event.WITHDRAWN, "its clinic is no longer in the settings")
    clinic = runtime.settings.clinic_by_key(letter.clinic)
    home, zones = texting_zones(letter.time_zone, clinic_zone=clinic.time_zone, phone=letter.phone)
    case = Case(
        message_class=letter.message_class,
        until=letter.until,
        home=home,
        zones=zones,
        standing=letter.standing,
        trouble=letter.trouble,
        taken=[*letter.taken, *leaving],
        on_trial=_on_trial(runtime, letter.phone),
    )
    return last_look(case, hours=runtime.settings.hours_for(clinic), now=now)


def _step_back(session: Session, letter: Letter | Answer, verdict: Verdict) -> Line:
    outbox.step_back(
        session,
        letter.id,
        verdict.event,
        reason=verdict.reason,
        due_at=verdict.look_again_at,
        hold=verdict.hold,
    )
    return Line(verdict.event.value, verdict.reason, letter.id)


def _write_or_wait(runtime: Runtime, letter: Letter) -> Written | Verdict:
    """Write the words; words that fail are looked at again later, and others go on."""
    try:
        return _write(runtime, letter)
    except TemplateError:
        return Verdict(
            Event.WITHDRAWN, "its words are not fit to send: `reminders check` names the mistake"
        )


def _write(runtime: Runtime, letter: Letter) -> Written:
    return Written(letter, in_words(runtime, letter), _good_until(runtime, letter))


def in_words(runtime: Runtime, letter: Letter) -> outbox.Start:
    """Write a letter's words as they would leave now; TemplateError when they are not fit to."""
    clinic = runtime.settings.clinic_by_key(letter.clinic)
    templates = runtime.templates
    step = _step(runtime, letter)
    language = templates.language_for(letter.language, offered=clinic.languages)
    names = [letter.first_name, *(c.first_name for c in letter.companions)]
    protocols = dict.fromkeys([letter.protocol, *(c.protocol for c in letter.companions)])
    advice = dict.fromkeys(
        templates.advice(language=language, protocol=p, text=step.text) for p in protocols
    )
    earliest = _nameable_day(runtime, letter)
    body = templates.render(
        language=language,
        protocol=letter.protocol,
        text=step.text,
        values=clinic_values(clinic)
        | {
            "first_name": joined(
                [texting_name(name) for name in names],
                conjunction=templates.languages[language].conjunction,
            ),
            "advice": " ".join(line for line in advice if line),
            "earliest": templates.formatted_day(earliest, language=language) if earliest else "",
        },
        contact=Contact.LATER if letter.introduced else Contact.FIRST,
    )
    version = templates.words_hash(language=language, protocol=letter.protocol, text=step.text)
    return outbox.Start(letter.phone, body, count(body).segments, f"{language}/{version}")


def _nameable_day(runtime: Runtime, letter: Letter) -> date | None:
    expected = expected_retreatment(
        next(t for t in letter.treatments if t.care_plan == letter.care_plan),
        letter.treatments,
        protocols=runtime.templates.protocols,
    )
    zone = letter.time_zone or runtime.settings.clinic_by_key(letter.clinic).time_zone
    return nameable(expected, today=local_day(max(letter.due_at, runtime.now()), zone=zone))


def _good_until(runtime: Runtime, letter: Letter) -> datetime:
    """The gateway may hold a text in a queue of its own: it must not come out at night."""
    clinic = runtime.settings.clinic_by_key(letter.clinic)
    _, zones = texting_zones(letter.time_zone, clinic_zone=clinic.time_zone, phone=letter.phone)
    window = runtime.settings.hours_for(clinic).window(letter.message_class)
    return min(letter.until, closes_at(runtime.now(), window=window, zones=zones))


def _step(runtime: Runtime, letter: Letter) -> Step:
    protocol = runtime.templates.protocols.get(letter.protocol)
    steps = {step.key: step for step in protocol.steps} if protocol else {}
    if letter.step not in steps:
        raise TemplateError([])
    return steps[letter.step]


def clinic_values(clinic: Clinic) -> dict[str, str]:
    """Return what a clinic's texts say about it, by the names of the variables."""
    return {
        "clinic": clinic.name,
        "clinic_phone": clinic.phone,
        "emergency_number": clinic.emergency_number,
        "booking_url": clinic.booking_url,
    }
