"""What a text costs, against the table of the carrier and a second way of counting."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reminders.care.segments import Segments, count, fold

# The reference spells GSM-7 by code point (3GPP TS 23.038, table by table) and really cuts units.
ESCAPE = 0x1B
BASIC_POINTS = [
    *(0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D),
    *(0xC5, 0xE5, 0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E),
    *(0xC6, 0xE6, 0xDF, 0xC9, 0x20, 0x21, 0x22, 0x23, 0xA4, *range(0x25, 0x40), 0xA1),
    *(*range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7, 0xBF),
    *(*range(0x61, 0x7B), 0xE4, 0xF6, 0xF1, 0xFC, 0xE0),
]
EXTENDED_POINTS = [0x0C, 0x5E, 0x7B, 0x7D, 0x5C, 0x5B, 0x7E, 0x5D, 0x7C, 0x20AC]
BASIC = "".join(map(chr, BASIC_POINTS))
EXTENDED = "".join(map(chr, EXTENDED_POINTS))

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
EMOJI = "\U0001f600"


def septets(text: str) -> list[int]:
    """Encode for the air: an extension character is an escape and its own septet."""
    coded: list[int] = []
    for char in text:
        coded += [ESCAPE, 0] if char in EXTENDED else [BASIC.index(char) + 100]
    return coded


def utf16_units(text: str) -> list[int]:
    octets = text.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2)]


def opens_pair(unit: int, following: int) -> bool:
    return unit == ESCAPE or (0xD800 <= unit < 0xDC00 and 0xDC00 <= following < 0xE000)


def cut(units: list[int], *, single: int, each: int) -> int:
    """Slice the units into parts, one unit less where the cut would fall inside a pair."""
    if len(units) <= single:
        return 1
    parts = 0
    while units:
        size = min(each, len(units))
        if size < len(units) and opens_pair(units[size - 1], units[size]):
            size -= 1
        units, parts = units[size:], parts + 1
    return parts


def reference(text: str) -> tuple[str, int, int]:
    if set(text) <= set(BASIC + EXTENDED):
        coded = septets(text)
        return "GSM-7", cut(coded, single=160, each=153), len(coded)
    units = utf16_units(text)
    return "UCS-2", cut(units, single=70, each=67), len(units)


@pytest.mark.parametrize(
    ("text", "encoding", "segments", "units"),
    [
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("a" * 159 + "€", "GSM-7", 2, 161),
        ("a" * 158 + "€", "GSM-7", 1, 160),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3, 306),
        ("я" * 70, "UCS-2", 1, 70),
        ("я" * 71, "UCS-2", 2, 71),
        ("я" * 134, "UCS-2", 2, 134),
        ("я" * 135, "UCS-2", 3, 135),
        (EMOJI, "UCS-2", 1, 2),
        ("a" * 69 + EMOJI, "UCS-2", 2, 71),
        ("a" * 68 + EMOJI, "UCS-2", 1, 70),
        ("a" * 66 + EMOJI + "a" * 66, "UCS-2", 3, 134),
        ("a" * 159 + "’", "UCS-2", 3, 160),
        ("it is `so` ", "UCS-2", 1, 11),
        ("ç", "UCS-2", 1, 1),
        ("Ç", "GSM-7", 1, 1),
        ("a\tb", "UCS-2", 1, 3),
        ("a\u00a0b", "UCS-2", 1, 3),
        ("a\r\nb", "GSM-7", 1, 4),
        ("áé", "UCS-2", 1, 2),
        (FAMILY, "UCS-2", 1, 8),
        ("", "GSM-7", 1, 0),
    ],
)
def test_a_text_costs_what_the_carrier_bills(
    text: str, encoding: str, segments: int, units: int
) -> None:
    counted = count(text)
    assert (counted.encoding, counted.segments, counted.units) == (encoding, segments, units)
    assert reference(text) == (encoding, segments, units)


@pytest.mark.parametrize(
    ("text", "segments", "units"),
    [
        ("a" * 159 + "’", 1, 160),
        ("it is `so` ", 1, 11),
        ("a\tb", 1, 3),
        ("a\u00a0b", 1, 3),
    ],
)
def test_folding_makes_a_text_with_typographic_signs_cheap_again(
    text: str, segments: int, units: int
) -> None:
    assert count(fold(text)) == Segments("GSM-7", segments, units, ())


def test_the_offending_characters_are_named_once_in_the_order_they_appear() -> None:
    assert count(f"Ánd ’tis{EMOJI} ’ Á é ñ €").offending == ("Á", "’", EMOJI)
    assert count("plain é ñ €").offending == ()


def test_a_raw_escape_is_no_letter_of_the_alphabet() -> None:
    assert count("\x1b") == Segments("UCS-2", 1, 1, ("\x1b",))


def test_a_lone_surrogate_counts_one_unit_and_two_that_match_count_as_their_character() -> None:
    assert count("a\ud83d") == Segments("UCS-2", 1, 2, ("\ud83d",))
    assert count("\ud83d\ude00") == Segments("UCS-2", 1, 2, (EMOJI,))
    assert count("a" * 66 + "\ud83d\ude00" + "a" * 66).segments == 3


def test_the_alphabet_has_exactly_137_characters() -> None:
    assert len(set(BASIC + EXTENDED)) == 137
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000)]))
    assert set(every) - set(count(every).offending) == set(BASIC + EXTENDED)


gsm_texts = st.text(st.sampled_from(BASIC), max_size=320)
extended_texts = st.text(st.sampled_from(EXTENDED * 4 + "abc é\n"), max_size=320)
wide_texts = st.text(
    st.sampled_from(f"ab€^я王’\ud83d\ude00\u0301{EMOJI}\U0001f3fb{FAMILY}"), max_size=220
)
any_texts = st.text(st.characters(codec=None), max_size=220)


@st.composite
def boundary_texts(draw: st.DrawFn) -> str:
    """Put pairs where parts end: at 67, 70, 153 and 160 units and their multiples."""
    edge = draw(st.sampled_from([67, 70, 134, 153, 160, 201, 306]))
    filler = draw(st.sampled_from("aéя")) * (edge + draw(st.integers(-4, 1)))
    pairs = draw(st.text(st.sampled_from(f"€[{EMOJI}a"), min_size=1, max_size=6))
    return filler + pairs + "a" * draw(st.integers(0, 160))


@settings(max_examples=2000, deadline=None)
@given(st.one_of(gsm_texts, extended_texts, wide_texts, any_texts, boundary_texts()))
@example("a" * 152 + "€" * 80)
def test_every_text_costs_the_same_by_a_second_way_of_counting(text: str) -> None:
    counted = count(text)
    assert (counted.encoding, counted.segments, counted.units) == reference(text)
    assert bool(counted.offending) == (counted.encoding == "UCS-2")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("“It’s” – fine…", '"It\'s" - fine...'),
        ("3:05\u202fPM\u00a0today", "3:05 PM today"),
        ("a\tb`c´", "a b'c'"),
        ("María Inés Álvarez Ruíz", "Maria Inés Alvarez Ruiz"),
        ("¿Mañana? ¡Sí! Pingüino", "¿Mañana? ¡Si! Pingüino"),
        ("François Çelik", "Francois Çelik"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Nguyễn Thị Đào", "Nguyen Thi Dào"),
        ("Işıl Gökçe İnan", "Isil Gökce Inan"),
        ("ﬁne œuvre", "fine oeuvre"),
        ("one\u2028two", "one\ntwo"),
        ("in\u00advisi\u200bble", "invisible"),
        ("Jose\u0301 Mari\u0301a q\u0301", "José Maria q"),
        ("ＡＢ１２", "AB12"),
        ("ŉ", "'n"),
    ],
)
def test_folding_keeps_what_gsm_has_and_spells_the_rest_with_look_alikes(
    written: str, sent: str
) -> None:
    assert fold(written) == sent
    assert count(sent).encoding == "GSM-7"


@pytest.mark.parametrize(
    "text", ["王", EMOJI, "1½", "10²", "й", "ά", "¨", "\u0301", "नि", "❤\ufe0f"]
)
def test_a_character_without_a_look_alike_stays_as_it_is(text: str) -> None:
    assert fold(text) == text
    assert count(text).offending


@settings(max_examples=500, deadline=None)
@given(st.one_of(any_texts, wide_texts, extended_texts))
def test_folding_twice_changes_nothing_and_folding_never_adds_an_offending_character(
    text: str,
) -> None:
    once = fold(text)
    assert fold(once) == once
    composed = unicodedata.normalize("NFC", text)
    assert set(count(once).offending) <= set(count(composed).offending)


@given(gsm_texts)
def test_a_text_already_in_gsm_letters_is_left_alone(text: str) -> None:
    assert fold(text) == text
