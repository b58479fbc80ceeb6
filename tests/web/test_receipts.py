"""Receipts in any order, repeated and lost: the same final states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from reminders.receiving import take_receipt
from reminders.receiving.receipt import Receipt
from reminders.store.mint import to_public
from reminders.store.tables import messages
from tests.clinic import OpenClinic, open_clinic, row

SID = "SM" + "0" * 32
WAYS = (
    ("accepted", "queued", "sending", "sent", "delivered"),
    ("queued", "sent", "delivered", "read"),
    ("queued", "sent", "undelivered"),
    ("sent", "undelivered", "delivered"),
    ("queued", "failed"),
    ("queued", "sent"),
)
ENDS = {"delivered": "delivered", "read": "delivered", "undelivered": "undelivered"}
ENDS["failed"] = "undelivered"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenClinic]:
    with open_clinic(tmp_path_factory.mktemp("receipts")) as opened:
        opened.take_in(row(1))
        yield opened


def final_state(clinic: OpenClinic, receipts: Sequence[Receipt], *, state: str) -> str:
    """Give the text this state, take the receipts in, and return the state it has then."""
    text = clinic.text()
    was = {"state": state, "sid": SID if state == "sent" else None, "text": "Hello", "code": None}
    with clinic.runtime.database.rehearse() as session:
        session.execute(update(messages).where(messages.c.id == text["id"]).values(**was))
        for receipt in receipts:
            take_receipt(session, clinic.runtime, receipt)
        return str(session.scalar(select(messages.c.state).where(messages.c.id == text["id"])))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    way=st.sampled_from(WAYS),
    state=st.sampled_from(["sent", "sending", "uncertain"]),
    data=st.data(),
)
def test_shuffled_and_repeated_receipts_end_as_those_in_order(
    clinic: OpenClinic, way: tuple[str, ...], state: str, data: st.DataObject
) -> None:
    ours = to_public(clinic.text()["id"])
    receipts = [Receipt(SID, status, None, ours, 1) for status in way]
    repeats = data.draw(st.lists(st.sampled_from(receipts), max_size=6))
    strangers = data.draw(st.lists(st.just(Receipt("SM" + "f" * 32, "failed", 30003)), max_size=2))
    shuffled = data.draw(st.permutations([*receipts, *repeats, *strangers]))

    in_order = final_state(clinic, receipts, state=state)
    assert final_state(clinic, shuffled, state=state) == in_order
    best = "delivered" if {"delivered", "read"} & set(way) else way[-1]
    assert in_order == ENDS.get(best, "sent")
