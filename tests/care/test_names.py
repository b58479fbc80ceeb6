"""Names and other words from outside, as they go into a text. The people are made up."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.care.names import clean, joined, texting_name
from reminders.care.segments import count


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("  Maple   Clinic ", "Maple Clinic"),
        ("Maple\r\nClinic\u2028North", "Maple Clinic North"),
        ("Maple\u00a0Clinic\u202fNorth\tWing", "Maple Clinic North Wing"),
        ("Ma\u200bple\u202e Cli\x00nic\ufeff", "Maple Clinic"),
        ("Ann \u200b Lee", "Ann Lee"),
        ("Jose\u0301", "José"),
        ("Jose\u200d\u0301", "José"),
        ("a\ud83db", "ab"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        ("", ""),
    ],
)
def test_a_value_becomes_one_clean_line(value: str, kept: str) -> None:
    assert clean(value, limit=40) == kept


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        (99, "Maple Street Clinic"),
        (19, "Maple Street Clinic"),
        (18, "Maple Street"),
        (12, "Maple Street"),
        (11, "Maple"),
        (5, "Maple"),
        (3, "Map"),
        (0, ""),
    ],
)
def test_a_long_value_ends_at_a_word(limit: int, kept: str) -> None:
    assert clean("Maple Street Clinic", limit=limit) == kept


@given(st.text(), st.integers(0, 60))
def test_a_cleaned_value_is_short_composed_and_stays_as_it_is(value: str, limit: int) -> None:
    line = clean(value, limit=limit)
    assert len(line) <= limit
    assert unicodedata.is_normalized("NFC", line)
    assert not {"Cc", "Cf", "Cs"} & set(map(unicodedata.category, line))
    assert clean(line, limit=limit) == line


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Maria", "Maria"),
        ("MARIA", "Maria"),
        ("maria", "Maria"),
        ("McDonald", "McDonald"),
        ("de la Cruz", "de la Cruz"),
        ("mary-ann", "Mary-Ann"),
        ("O’BRIEN", "O'Brien"),
        ("d'andre", "D'Andre"),
        ("TJ", "TJ"),
        ("JO", "Jo"),
        ("J.R.", "J.R."),
        ("FRANÇOISE", "Francoise"),
        ("INÉS", "Inés"),
        ("ángel", "Angel"),
        ("Łucja", "Lucja"),
        ("'Maria", "Maria"),
        ("- Maria -", "Maria"),
        ('Maria "Mia" (Cy)', "Maria Mia Cy"),
        ("Maria ❤", "Maria"),
        ("Ann/Ben", "Ann Ben"),
        ("Ann\nBen", "Ann Ben"),
    ],
)
def test_a_first_name_goes_into_a_text_as_people_write_it(written: str, sent: str) -> None:
    assert texting_name(written) == sent


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Maximiliana-Josefina", "Maximiliana-Josefina"),
        ("Maximiliana Josefina", "Maximiliana Josefina"),
        ("Maximiliana Josefinas", "Maximiliana"),
        ("MARIA DE LOS ANGELES Y GUADALUPE", "Maria"),
        ("Maximiliana-Josefinas", ""),
        ("Maximilianajosefinamaria Ann", ""),
    ],
)
def test_a_long_name_keeps_its_first_word_or_is_left_out(written: str, sent: str) -> None:
    assert texting_name(written) == sent


@pytest.mark.parametrize(
    "written",
    [
        *("", "  ", "-", ".", "'", "%", "❤"),
        *("王", "Li 王", "Юлия", "नेहा", "ΔΦ"),
        *("Ann2", "٣", "{{ 7*7 }}", "{Ann}", "<b>Ann</b>", "\\Ann"),
        *("example.com", "Ann www.example", "https://x", "bit.\u200bly", "ex．am", "a@b"),
    ],
)
def test_what_is_no_name_or_cannot_be_written_is_left_out(written: str) -> None:
    assert texting_name(written) == ""


names_of_all_sorts = st.text(max_size=40) | st.text(
    st.sampled_from("aAbÉçÇßŁΔŉİ -'.’\u0301王1{"), max_size=30
)


@given(names_of_all_sorts)
def test_a_name_in_a_text_is_short_plain_and_stays_as_it_is(written: str) -> None:
    name = texting_name(written)
    assert len(name) <= 20
    assert count(name).encoding == "GSM-7"
    assert all(char.isalpha() or char in " -'." for char in name)
    assert name == "" or any(char.isalpha() for char in name)
    assert texting_name(name) == name


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        ([""], ""),
        (["Ann"], "Ann"),
        (["Ann", "Ben"], "Ann and Ben"),
        (["Ann", "Ben", "Cy"], "Ann, Ben and Cy"),
        (["", "Ann", "", "Ben"], "Ann and Ben"),
        (["Ann", "Ben", "Ann"], "Ann and Ben"),
        (["Ann", "Ann"], "Ann"),
    ],
)
def test_names_are_joined_as_in_a_sentence(names: list[str], sentence: str) -> None:
    assert joined(names, conjunction="and") == sentence


def test_names_are_joined_with_the_word_of_the_language() -> None:
    assert joined(["Ana", "Beto", "Caro"], conjunction="y") == "Ana, Beto y Caro"
