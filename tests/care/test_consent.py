"""Who may be texted what: consent by class, STOP above all, and what a clinic's records change."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.care.consent import (
    NOTHING_SAID,
    Answer,
    Entry,
    Standing,
    news,
    standing,
    why_not,
)
from reminders.care.protocol import MessageClass
from reminders.care.treatment import Agreement

JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
CARE, MARKETING = MessageClass.CARE, MessageClass.MARKETING
Record = tuple[Agreement, datetime, str]


def _stop(at: datetime = MARCH, answer: Answer = Answer.STOPPED) -> Entry:
    return Entry(None, answer, at, "text", "m1")


def _imported(*records: Record, ledger: tuple[Entry, ...] = ()) -> tuple[Entry, ...]:
    for agreement, at, origin in records:
        ledger += news(agreement, at=at, source="form", origin=origin, ledger=ledger)
    return ledger


def _stands(*records: Record) -> Standing:
    return standing(_imported(*records), ())


def test_nothing_said_is_no_consent() -> None:
    assert standing((), ()) == NOTHING_SAID
    assert why_not(NOTHING_SAID, CARE) == "no consent to care texts"
    assert why_not(NOTHING_SAID, MARKETING) == "no written consent to marketing texts"


@pytest.mark.parametrize(
    ("agreement", "care", "marketing"),
    [
        (Agreement.NONE, False, False),
        (Agreement.CARE, True, False),
        (Agreement.CARE_AND_MARKETING, True, True),
    ],
)
def test_a_record_grants_what_it_names_and_nothing_else(
    agreement: Agreement, care: object, marketing: object
) -> None:
    found = _stands((agreement, JANUARY, "t1"))
    assert (found.care, found.marketing) == (care, marketing)
    assert (why_not(found, CARE) is None) is care
    assert (why_not(found, MARKETING) is None) is marketing


def test_the_ledger_says_who_when_and_how() -> None:
    (first, second) = _imported((Agreement.CARE, JANUARY, "t1"))
    assert first == Entry(CARE, Answer.GRANTED, JANUARY, "form", "t1")
    assert second == Entry(MARKETING, Answer.REFUSED, JANUARY, "form", "t1")


def test_the_same_record_read_twice_adds_nothing() -> None:
    ledger = _imported((Agreement.CARE, JANUARY, "t1"), (Agreement.NONE, MARCH, "t2"))
    again = _imported((Agreement.CARE, JANUARY, "t1"), (Agreement.NONE, MARCH, "t2"), ledger=ledger)
    assert again == ledger


def test_the_newest_answer_stands_in_whatever_order_the_records_come() -> None:
    records: list[Record] = [
        (Agreement.CARE, JANUARY, "t1"),
        (Agreement.NONE, FEBRUARY, "t2"),
        (Agreement.CARE_AND_MARKETING, MARCH, "t3"),
    ]
    for order in permutations(records):
        assert _stands(*order) == Standing(care=True, marketing=True, stopped_at=None)
        assert _imported(*order, ledger=_imported(*order)) == _imported(*order)


def test_a_refusal_that_came_first_outranks_an_older_consent_that_comes_later() -> None:
    found = _stands((Agreement.NONE, MARCH, "t2"), (Agreement.CARE, JANUARY, "t1"))
    assert why_not(found, CARE) == "no consent to care texts"


def test_of_two_answers_at_one_moment_the_refusal_stands() -> None:
    for order in permutations([(Agreement.CARE, MARCH, "t1"), (Agreement.NONE, MARCH, "t2")]):
        assert not _stands(*order).care


def test_a_clinic_may_correct_its_own_record() -> None:
    wrong: Record = (Agreement.NONE, MARCH, "t1")
    assert _stands(wrong, (Agreement.CARE, MARCH, "t1")).care
    assert not _stands((Agreement.CARE, MARCH, "t1"), wrong).care
    redated = _stands(
        (Agreement.CARE, MARCH, "t1"),
        (Agreement.NONE, FEBRUARY, "t2"),
        (Agreement.CARE, JANUARY, "t1"),
    )
    assert not redated.care


def test_an_answer_for_every_class_counts_for_each() -> None:
    granted = _imported((Agreement.CARE_AND_MARKETING, JANUARY, "t1"))
    refusal = Entry(None, Answer.REFUSED, MARCH, "by telephone", "staff")
    assert standing([*granted, refusal], ()) == NOTHING_SAID


def test_a_stop_outranks_every_consent_and_says_when_it_came() -> None:
    agreed = _imported((Agreement.CARE_AND_MARKETING, JANUARY, "t1"))
    found = standing(agreed, [_stop()])
    for message_class in MessageClass:
        assert why_not(found, message_class) == "the number sent STOP on 2026-03-01 00:00 UTC"


def test_only_a_start_after_it_lifts_a_stop() -> None:
    agreed = _imported((Agreement.CARE, JANUARY, "t1"))
    restarted = [_stop(), _stop(answer=Answer.RESTARTED)]
    assert why_not(standing(agreed, restarted), CARE) is None
    assert why_not(standing(agreed, [*restarted, _stop()]), CARE) is not None


_RECORDS = st.lists(
    st.tuples(
        st.sampled_from(Agreement),
        st.sampled_from([JANUARY, FEBRUARY, MARCH]),
        st.sampled_from(["t1", "t2", "t3"]),
    ),
    max_size=6,
)
_ONE_EACH = st.tuples(
    *(
        st.tuples(st.sampled_from(Agreement), st.sampled_from([JANUARY, MARCH]), st.just(origin))
        for origin in ("t1", "t2", "t3")
    )
)


@given(_RECORDS)
def test_no_import_ever_lifts_a_stop(records: list[Record]) -> None:
    found = standing(_imported(*records), [_stop(JANUARY)])
    assert all(why_not(found, message_class) for message_class in MessageClass)


@given(_ONE_EACH.flatmap(lambda records: st.tuples(st.just(records), st.permutations(records))))
def test_records_of_different_treatments_may_come_in_any_order_and_twice(
    both: tuple[tuple[Record, ...], list[Record]],
) -> None:
    records, shuffled = both
    assert _stands(*records) == _stands(*shuffled)
    assert _imported(*records, *shuffled) == _imported(*records)
