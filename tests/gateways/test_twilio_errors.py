"""Which refusal is about the text, the number or the account, and which may be tried again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.gateways.gateway import NoAnswer, Refused, Scope
from reminders.gateways.twilio_errors import CODES, Verdict, classify, refusal


@pytest.mark.parametrize("code", [20003, 20005, 21606, 21608, 21701, 30034, 63038])
def test_a_refusal_of_the_account_stops_all_sending_and_loses_no_text(code: int) -> None:
    judgement = classify(code, 400)

    assert (judgement.scope, judgement.permanent) == (Scope.ACCOUNT, False)


@pytest.mark.parametrize("code", [21211, 21265, 21408, 21614, 21635, 30004, 30005, 30006, 30640])
def test_a_refusal_of_the_number_is_for_good_but_is_no_stop(code: int) -> None:
    judgement = classify(code, 400)

    assert (judgement.scope, judgement.permanent) == (Scope.NUMBER, True)
    assert not judgement.opted_out


def test_only_a_number_that_sent_stop_has_opted_out() -> None:
    assert [code for code, row in CODES.items() if row.opted_out] == [21610]


@pytest.mark.parametrize("code", [30007, 30008, 21617, 21602, 21612, 30024])
def test_a_refusal_of_the_text_is_for_good_and_about_nothing_else(code: int) -> None:
    judgement = classify(code, 400)

    assert (judgement.scope, judgement.permanent) == (Scope.TEXT, True)


@pytest.mark.parametrize("code", [429, 20429, 21611, 21730, 30001, 30003, 30023, 30036, 30610])
def test_what_passes_by_itself_is_tried_again_and_stops_nobody_else(code: int) -> None:
    judgement = classify(code, 400)

    assert (judgement.scope, judgement.permanent) == (Scope.TEXT, False)


@given(
    code=st.none() | st.sampled_from(sorted(CODES)) | st.integers(), status=st.integers(500, 599)
)
def test_a_server_error_is_always_a_doubt_whatever_its_code(code: int | None, status: int) -> None:
    assert classify(code, status).verdict is Verdict.UNKNOWN


@given(code=st.integers(0, 99_999), status=st.none() | st.integers(300, 499))
def test_every_code_and_status_has_an_answer_in_plain_words(code: int, status: int | None) -> None:
    judgement = classify(code, status)

    assert judgement.reason
    assert not re.search(r"\d", judgement.reason)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (302, Verdict.ACCOUNT),
        (400, Verdict.TEXT),
        (401, Verdict.ACCOUNT),
        (403, Verdict.ACCOUNT),
        (404, Verdict.ACCOUNT),
        (408, Verdict.RETRY),
        (429, Verdict.RETRY),
        (None, Verdict.TEXT),
    ],
)
def test_an_unknown_code_is_judged_by_its_status(status: int | None, verdict: Verdict) -> None:
    assert classify(99_999, status).verdict is verdict
    assert classify(None, status).verdict is verdict


@pytest.mark.parametrize("code", [20001, 30018, 30025, 11200, 30038])
def test_a_warning_is_no_refusal_in_a_receipt_and_judged_by_status_in_an_answer(code: int) -> None:
    assert classify(code).verdict is Verdict.REMARK
    assert classify(code, 400).verdict is Verdict.TEXT


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_means_the_same_at_once_and_in_a_receipt(code: int) -> None:
    if CODES[code].verdict is not Verdict.REMARK:
        assert classify(code) == classify(code, 400)


def test_twilios_own_wait_outweighs_ours() -> None:
    ours, theirs = refusal(14107, 400), refusal(14107, 400, retry_after=timedelta(seconds=5))

    assert isinstance(ours, Refused)
    assert isinstance(theirs, Refused)
    assert ours.retry_after == timedelta(seconds=30)
    assert theirs.retry_after == timedelta(seconds=5)


def test_a_refusal_without_a_code_carries_its_status() -> None:
    refused = refusal(None, 403)

    assert isinstance(refused, Refused)
    assert refused.code == 403


def test_a_doubt_is_no_refusal() -> None:
    assert isinstance(refusal(20500, 500), NoAnswer)
    assert isinstance(refusal(20503), NoAnswer)
