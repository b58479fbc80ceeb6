"""How cells are kept from being taken for formulas, and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.care.cells import guarded, unguarded

SIGNS = "=+-@|%＝＋－＠｜％"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\u00a0"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(sign: str, before: str) -> None:
    assert guarded(f"{before}{sign}1") == f"'{sign}1"


@pytest.mark.parametrize("cell", ["", "Testa", "2026-03-04", "1+1", "'t Testveld", "'=1"])
def test_another_cell_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


@given(cell=st.text(alphabet=f"{SIGNS}'\t\r\n ab1\u00a0", max_size=8), is_name=st.booleans())
def test_a_guarded_cell_is_read_like_the_cell_itself(cell: str, is_name: bool) -> None:
    assert guarded(cell)[:1] not in set(f"{SIGNS}\t\r\n ") - {""}
    assert unguarded(guarded(cell), is_name=is_name) == unguarded(cell, is_name=is_name)
