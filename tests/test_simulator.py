"""A clinic's whole year, played with the real planner and sender, judged by what left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from reminders.care.effect import Level
from reminders.care.protocol import Kind
from reminders.care.treatment import Agreement, Status
from reminders.care.triage import Intent
from reminders.clock import SystemClock
from reminders.simulator import Outcome, Script, Seen, Way, simulate
from reminders.simulator.cast import CAST, EAST, WEST, Life, Person
from reminders.simulator.lines import LINES, UNCLEAR_ANSWER
from reminders.simulator.outcome import undated
from reminders.simulator.premises import made_up_clinic, opened, year_of
from reminders.simulator.stories import stories
from reminders.store.coming import MessageRow

START = datetime(2027, 6, 1, 16, tzinfo=UTC)
"""A year that holds 29 February 2028 and both clock changes."""
PEOPLE = {person.ref: person for person in CAST}


class Year:
    """One played year: what was asked for, what was shown, what became of it."""

    def __init__(self, script: Script, seen: list[Seen], outcome: Outcome) -> None:
        self.script, self.seen, self.outcome = script, seen, outcome

    def of(self, life: Life) -> list[MessageRow]:
        """The texts on record for the patients who live this life."""
        return [text for text in self.outcome.texts if PEOPLE[text.patient_ref].life is life]


def played(start: datetime, *, seed: int, keep: Callable[[Person], bool] = lambda _: True) -> Year:
    seen: list[Seen] = []
    with made_up_clinic() as settings, opened(settings, start, seed=seed) as runtime:
        script = year_of(settings, start, seed=seed, protocols=runtime.templates.protocols)
        kept = tuple(a for a in script.arrivals if keep(PEOPLE[a.rows[0].patient_id]))
        script = replace(script, arrivals=kept)
        outcome = simulate(runtime, script, on_text=seen.append)
    return Year(script, seen, outcome)


@cache
def whole_year() -> Year:
    return played(START, seed=7)


def gone(texts: list[MessageRow]) -> list[MessageRow]:
    return [text for text in texts if text.started_at is not None]


def test_every_text_that_left_was_seen_once_and_in_order() -> None:
    year = whole_year()
    shown = [seen.message for seen in year.seen if seen.message]
    assert len(shown) > 200
    assert len(set(shown)) == len(shown)
    answers = {answer.id for answer in year.outcome.answers}
    assert set(shown) == {text.id for text in year.outcome.sent} | answers
    instants = [seen.local.astimezone(UTC) for seen in year.seen]
    assert instants == sorted(instants)


def test_the_same_seed_plays_the_same_year_again() -> None:
    some = frozenset({"p02", "p15", "p16"})

    def once(seed: int) -> list[tuple[str, datetime, str]]:
        year = played(START, seed=seed, keep=lambda person: person.ref in some)
        return [(seen.name, seen.local, seen.words) for seen in year.seen]

    assert once(3) == once(3)
    assert once(3) != once(4)


def test_all_protocols_languages_and_zones_are_played() -> None:
    sent = whole_year().outcome.sent
    assert len({text.protocol for text in sent}) == 8
    assert {PEOPLE[text.patient_ref].language for text in sent} == {"en", "es"}
    assert {text.time_zone for text in sent} == {WEST, EAST, None}


def test_nobody_without_consent_gets_a_text() -> None:
    year = whole_year()
    refused = [t for t in year.outcome.texts if PEOPLE[t.patient_ref].agreement is Agreement.NONE]
    assert refused
    assert gone(refused) == []
    assert {text.reason for text in refused} == {"no consent to care texts"}


def test_nobody_without_written_consent_gets_a_cosmetic_reminder() -> None:
    cosmetic = [
        text
        for text in whole_year().outcome.texts
        if text.protocol == "cosmetic-lines" and text.kind == "retreatment"
    ]
    reminded = {PEOPLE[text.patient_ref].agreement for text in gone(cosmetic)}
    assert reminded == {Agreement.CARE_AND_MARKETING}
    reasons = {text.reason for text in cosmetic if PEOPLE[text.patient_ref].first_name == "Cora"}
    assert "no written consent to marketing texts" in reasons


def test_no_text_leaves_outside_the_hours_of_the_patients_zone() -> None:
    for text in whole_year().outcome.sent:
        zones = [text.time_zone] if text.time_zone else [WEST, EAST]
        for zone in zones:
            assert text.started_at is not None
            wall = text.started_at.astimezone(ZoneInfo(zone))
            assert time(9) <= wall.time() < time(20)
            if text.message_class == "marketing":
                assert time(10) <= wall.time() < time(18)
                assert wall.weekday() < 5


def test_no_telephone_gets_more_than_one_text_a_day_or_three_in_seven_days() -> None:
    by_phone: dict[str, list[datetime]] = defaultdict(list)
    for text in whole_year().outcome.sent:
        assert text.started_at is not None
        by_phone[text.phone].append(text.started_at.astimezone(ZoneInfo(text.time_zone or WEST)))
    for instants in by_phone.values():
        days = [instant.date() for instant in instants]
        assert len(set(days)) == len(days)
        ordered = sorted(instant.astimezone(UTC) for instant in instants)
        assert all(
            fourth - first >= timedelta(days=7)
            for first, fourth in zip(ordered, ordered[3:], strict=False)
        )


@pytest.mark.parametrize("status", [Status.DECEASED, Status.MOVED])
def test_nothing_goes_after_a_death_or_a_move(status: Status) -> None:
    year = whole_year()
    known_at = {
        row.patient_id: arrival.at
        for arrival in year.script.arrivals
        for row in arrival.rows
        if row.status is status
    }
    assert known_at
    for text in year.outcome.sent:
        at = known_at.get(text.patient_ref)
        assert at is None or (text.started_at is not None and text.started_at < at)


def test_a_treatment_late_in_the_evening_gets_no_aftercare_and_the_record_says_why() -> None:
    aftercare = [text for text in whole_year().of(Life.EVENING) if text.step == "aftercare"]
    assert aftercare[0].state == "expired"
    assert aftercare[0].reason.startswith("no texting hour in America/Los_Angeles")
    assert all(text.started_at for text in aftercare[1:])


def test_two_places_treated_in_one_visit_get_one_aftercare() -> None:
    aftercare = [text for text in whole_year().of(Life.TWO_SITES) if text.step == "aftercare"]
    sent = gone(aftercare)
    assert sent
    for text in sent:
        (silent,) = [other for other in aftercare if other.merged_into == text.id]
        assert silent.protocol != text.protocol
        assert silent.reason == "one text that day speaks for this treatment too"


def test_a_paused_patient_gets_nothing_for_three_weeks_and_the_later_texts_after_that() -> None:
    year = whole_year()
    told = [
        (arrival.at, row.status)
        for arrival in year.script.arrivals
        for row in arrival.rows
        if PEOPLE[row.patient_id].life is Life.PAUSES
    ]
    paused = next(at for at, status in told if status is Status.PAUSED)
    resumed = next(at for at, status in told[2:] if status is Status.ACTIVE)
    left = [text.started_at for text in gone(year.of(Life.PAUSES)) if text.started_at]
    assert not any(paused < at < resumed for at in left)
    assert any(at > resumed for at in left)


def test_a_corrected_date_moves_the_check_ins_and_repeats_nothing() -> None:
    year = whole_year()
    plan = year.of(Life.CORRECTED)[0].treatment
    sent = [text for text in gone(year.of(Life.CORRECTED)) if text.treatment == plan]
    rows = [r for a in year.script.arrivals for r in a.rows if r.treatment_id == plan]
    wrong, right = rows[0].treated_at, rows[1].treated_at
    first_check_in = next(text for text in sent if text.step == "side-effects")
    assert wrong - right == timedelta(days=1)
    assert first_check_in.due_at.date() == (right + timedelta(days=3)).date()
    assert len({(text.step, text.occurrence) for text in sent}) == len(sent)


def test_a_booking_that_fails_brings_the_reminders_back_a_week_later() -> None:
    year = whole_year()
    booked_for = next(
        row.booked_for
        for arrival in year.script.arrivals
        for row in arrival.rows
        if row.booked_for and PEOPLE[row.patient_id].life is Life.MISSES
    )
    reminders = [text for text in gone(year.of(Life.MISSES)) if text.step == "retreatment"]
    assert len(reminders) == 3
    assert reminders[1].due_at.date() >= booked_for + timedelta(days=7)


def test_steps_that_were_over_when_the_treatment_came_to_us_are_skipped_visibly() -> None:
    late = whole_year().of(Life.FROM_BEFORE)
    skipped = [text for text in late if text.state == "expired"]
    assert {"aftercare", "onset", "wear-off"} <= {text.step for text in skipped}
    assert all(text.reason.startswith("over before ") for text in skipped)
    assert "anniversary" in {text.step for text in gone(late)}


def test_the_counts_agree_with_the_texts() -> None:
    outcome = whole_year().outcome
    assert sum(tally.texts for tally in outcome.by_step()) == len(outcome.sent)
    everything = (*outcome.by_step(), *outcome.answered())
    assert sum(tally.segments for tally in everything) == outcome.segments
    assert sum(tally.texts for tally in outcome.answered()) == len(outcome.answers)
    assert outcome.by_intent().total() == len(outcome.replies)
    assert len(outcome.sent) + outcome.not_sent().total() == len(outcome.texts)


def test_patients_write_back_in_two_languages_and_all_their_meanings_are_met() -> None:
    outcome = whole_year().outcome
    assert set(outcome.by_intent()) >= set(Intent) - {Intent.QUESTION, Intent.HELP, Intent.OPT_IN}
    assert {PEOPLE[reply.patient_ref].language for reply in outcome.replies} == {"en", "es"}


def test_every_line_of_the_script_is_understood_as_it_was_meant() -> None:
    meant = {words: Intent(intent) for intent, lines in MEANT.items() for words in lines}
    understood = {reply.words: reply.intent for reply in whole_year().outcome.replies}
    assert {words for lines in LINES.values() for words in lines} == set(meant)
    assert {words: understood[words] for words in meant} == meant


MEANT = {
    "routine_symptom": ("my hand is a little sore, nothing much", "me duele un poco el cuello"),
    "all_well": ("1, all well now", "1, todo bien", "ya no me duele, gracias"),
    "no_effect": ("Not yet",),
    "other": ("¡Gracias!",),
    "emergency": ("I can't swallow, even water",),
    "book": ("BOOK", "CITA", "Book please"),
    "unclear": ("the blue one is at my sister's",),
    "wearing_off": ("it is wearing off already", "ya se me está pasando el efecto"),
    "urgent": ("Hi, I see double since this morning",),
    "opt_out": ("Please stop texting me, I will call when I need you",),
    "wrong_number": ("Número equivocado, yo no soy Teo",),
}


def after(words: str, *, way: Way | None = None) -> list[Seen]:
    """What the viewer saw after a patient's words, in order."""
    seen = whole_year().seen
    begun = next(n for n, each in enumerate(seen) if each.words == words)
    return [each for each in seen[begun + 1 :] if way in (None, each.way)]


def test_an_emergency_is_answered_at_once_paged_taken_by_the_nurse_and_closed() -> None:
    cry = "I can't swallow, even water"
    safety, page, take, taken, closed = [
        seen for seen in after(cry) if seen.is_pressing or seen.name == "Dex"
    ][:5]
    assert "Call 911 now" in safety.words
    assert (page.way, page.name) == (Way.PAGE, "Nurse Penny")
    assert (take.name, take.words[:5]) == (page.name, "TAKE ")
    assert "Nurse Penny has taken" in taken.words
    assert (closed.way, closed.words[:7]) == (Way.STAFF, "closes ")
    (emergency,) = [e for e in whole_year().outcome.escalations if e.level is Level.EMERGENCY]
    assert emergency.taken_at is not None
    assert emergency.taken_at - emergency.raised_at < timedelta(minutes=5)
    assert emergency.state == "closed"


def test_an_urgent_cry_that_nobody_takes_climbs_to_the_next_person_in_time() -> None:
    first, second = after("Hi, I see double since this morning", way=Way.PAGE)[:2]
    assert (first.name, second.name) == ("Nurse Penny", "Dr. Sam")
    waited = second.local - first.local
    assert timedelta(minutes=15) <= waited < timedelta(minutes=16)
    (urgent,) = [e for e in whole_year().outcome.escalations if e.level is Level.URGENT]
    assert urgent.taken_by == "Dr. Sam Specimen"


def test_after_a_stop_in_plain_words_only_its_confirmation_goes() -> None:
    (confirmed,) = [
        seen
        for seen in after("Please stop texting me, I will call when I need you")
        if seen.name == "Fay"
    ]
    assert "no more messages" in confirmed.words
    assert whole_year().outcome.opt_outs == 1


def test_a_wrong_number_never_hears_from_us_again() -> None:
    assert [s for s in after("Número equivocado, yo no soy Teo") if s.name == "Teo"] == []


def test_after_a_mild_symptom_the_question_comes_once_more_the_next_day() -> None:
    days = [
        (seen.local.date(), seen.kind)
        for seen in whole_year().seen
        if seen.name == "Ada" and seen.kind is Kind.SIDE_EFFECTS
    ]
    assert days[1][0] - days[0][0] == timedelta(days=1)


def test_words_that_nothing_was_made_of_are_answered_by_a_person() -> None:
    answers = after("the blue one is at my sister's", way=Way.ANSWER)
    by_a_person = next(seen for seen in answers if UNCLEAR_ANSWER in seen.words)
    assert by_a_person.name == "Leo"
    at_the_clinic = by_a_person.local.astimezone(ZoneInfo(WEST))
    assert at_the_clinic.weekday() < 5
    assert 9 <= at_the_clinic.hour < 17


def test_after_book_the_reminders_of_that_treatment_stop() -> None:
    asked = [t for t in whole_year().outcome.texts if t.reason == "the patient asked to book"]
    assert {text.kind for text in asked} == {"retreatment"}
    assert gone(asked) == []


def test_four_stories_are_told_in_sentences() -> None:
    year = whole_year()
    came_back, late, cried, died = stories(year.outcome, year.script, zone=WEST)
    assert came_back.startswith("Ada was treated on ")
    assert "Ada came back on" in came_back
    assert "at 20:30" in late
    assert "the page to Nurse Penny, who took it after" in cried
    assert died.endswith("had gone before, none after.")


def test_a_clock_that_cannot_be_moved_is_refused() -> None:
    with made_up_clinic() as settings, opened(settings, START, seed=1) as runtime:
        script = Script(settings.clinics[0].key, START, ())
        with pytest.raises(ValueError, match="VirtualClock"):
            simulate(replace(runtime, clock=SystemClock()), script)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("treated again on 2026-06-10", "treated again"),
        ("moved: 2026-05-01 02:00 UTC is outside the texting hours", "outside the texting hours"),
        ("not sent in time: useful until 2026-05-01 02:00 UTC", "not sent in time"),
        ("no consent to care texts", "no consent to care texts"),
    ],
)
def test_reasons_are_counted_without_their_dates(reason: str, told: str) -> None:
    assert undated(reason) == told
