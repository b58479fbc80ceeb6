"""The ids of rows: never one twice, rising with time, and telling a stranger nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from reminders.store.mint import Mint, from_public, to_public

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


def test_no_id_is_ever_given_twice_within_one_moment() -> None:
    mint = Mint(Random(1))
    made = [mint(NOW) for _ in range(100_000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)


def test_no_id_is_given_twice_by_threads_that_ask_together() -> None:
    mint = Mint(Random(1))
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: mint(NOW), range(20_000)))
    assert len(set(made)) == len(made)


def test_ids_rise_even_when_the_clock_is_set_back() -> None:
    mint = Mint(Random(1))
    assert mint(NOW) < mint(NOW - timedelta(days=10)) < mint(NOW + timedelta(milliseconds=1))


def test_two_installations_do_not_make_the_same_ids() -> None:
    assert Mint(Random(1))(NOW) != Mint(Random(2))(NOW)


def test_an_id_fits_a_database_for_centuries() -> None:
    assert Mint(Random(1))(datetime(2226, 1, 1, tzinfo=UTC)) < 2**63


@pytest.mark.parametrize("at", [NOW, NOW.replace(year=1999)])
def test_an_id_is_read_back_as_it_was_shown(at: datetime) -> None:
    row_id = Mint(Random(1))(at)
    assert from_public(to_public(row_id)) == row_id


@pytest.mark.parametrize("stranger", ["", "no id", "0x", "z1"])
def test_what_is_no_id_of_ours_is_nobodys(stranger: str) -> None:
    assert from_public(stranger) is None
