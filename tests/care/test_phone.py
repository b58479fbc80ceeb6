"""Telephone numbers as clinics write them. All of them are made up: 555 01xx."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.care.phone import Phone, PhoneProblem, masked, read_phone, zones_of


def reason_of(raw: str) -> str:
    found = read_phone(raw, region="US")
    assert isinstance(found, PhoneProblem)
    assert found.mend
    return found.reason


@pytest.mark.parametrize(
    "raw",
    [
        "(212) 555-0123",
        "+1 212-555-0123",
        "12125550123",
        "2125550123",
        "212.555.0123",
        "212 – 555 – 0123",
        "(+1) 212 555 0123",
        "1 (212) 555-0123",
        " \u00a0212\u202f555\u00a00123\t",
        "'2125550123",
        "’+12125550123",
        '="2125550123"',
        "2125550123.0",
        "12125550123.00",
        "+12125550123.0",
        "1.2125550123E+10",
        "1,2125550123e+10",
        "2.125550123E9",
        "２１２５５５０１２３",
        "\ufeff2125550123\r\n",
    ],
)
def test_a_number_is_read_however_the_clinic_writes_it(raw: str) -> None:
    assert read_phone(raw, region="US") == Phone("+12125550123")


@pytest.mark.parametrize("area", ["202", "305", "312", "415", "646", "808", "907", "929", "787"])
def test_the_made_up_numbers_of_real_area_codes_are_accepted(area: str) -> None:
    assert read_phone(f"{area}-555-0100", region="US") == Phone(f"+1{area}5550100")


@pytest.mark.parametrize("raw", ["", "   ", "-", "\u00a0", "'", "+", "()"])
def test_a_cell_without_a_number_is_refused_as_empty(raw: str) -> None:
    assert reason_of(raw) == "there is no phone number"


@pytest.mark.parametrize(
    "raw",
    [
        "212-555-0123 / 212-555-0124",
        "2125550123/2125550124",
        "212 555 0123 212 555 0124",
        "212-555-0123, 212-555-0124",
        "212-555-0123\n212-555-0124",
        "555-0123;555-0124",
        "home 555-0123 or 555-0124",
        "21255501230000000",
    ],
)
def test_two_numbers_in_one_cell_are_refused_rather_than_guessed(raw: str) -> None:
    assert reason_of(raw) == "there is more than one phone number"


@pytest.mark.parametrize(
    "raw", ["212-555-0123 x12", "212-555-0123 ext. 5", "2125550123#4", "2125550123;ext=3"]
)
def test_an_extension_is_refused_because_a_text_cannot_reach_it(raw: str) -> None:
    assert "extension" in reason_of(raw)


@pytest.mark.parametrize("raw", ["212-555-CARE", "1-800-FLOWERS", "n/a", "none", "212-555-0123 m"])
def test_letters_are_refused(raw: str) -> None:
    assert "letters" in reason_of(raw)


@pytest.mark.parametrize("raw", ["212*555*0123", "212+5550123", "-2125550123", "٢١٢٥٥٥٠١٢٣"])
def test_signs_that_no_phone_number_has_are_refused(raw: str) -> None:
    assert "signs" in reason_of(raw)


@pytest.mark.parametrize("raw", ["2.13E+09", "2.12555E+09", "1.21255501E+10", "2E9"])
def test_a_number_that_the_spreadsheet_rounded_is_refused(raw: str) -> None:
    assert "rounded" in reason_of(raw)


@pytest.mark.parametrize("raw", ["911", "72345", "555012"])
def test_a_short_code_is_no_patient(raw: str) -> None:
    assert "short code" in reason_of(raw)


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("555-0123", "too few digits"),
        ("21255501", "too few digits"),
        ("2125550123012", "too many digits"),
        ("1125550123", "not in use"),
        ("0000000000", "not in use"),
        ("555-555-0123", "not in use"),
        ("+999 212 555 0123", "not in use"),
    ],
)
def test_a_number_that_cannot_exist_is_refused(raw: str, part: str) -> None:
    assert part in reason_of(raw)


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("800-555-0123", "toll-free"),
        ("+1 (888) 555-0123", "toll-free"),
        ("900-555-0123", "premium-rate"),
        ("500-555-0123", "special services"),
    ],
)
def test_a_number_only_a_service_can_have_is_refused(raw: str, part: str) -> None:
    assert part in reason_of(raw)
    assert "a patient's phone never has one" in reason_of(raw)


@given(st.text(max_size=30) | st.text(st.sampled_from("0123456789+-(). xE/'"), max_size=25))
def test_any_cell_gives_a_number_or_a_reason_without_its_digits(raw: str) -> None:
    match read_phone(raw, region="US"):
        case Phone(e164):
            assert e164[0] == "+"
            assert e164[1:].isdigit()
            assert read_phone(e164, region="US") == Phone(e164)
        case PhoneProblem(reason, mend):
            assert reason
            assert mend
            assert not any(char.isdigit() for char in reason)


@pytest.mark.parametrize(
    ("e164", "zones"),
    [
        ("+12125550123", ("America/New_York",)),
        ("+14155550123", ("America/Los_Angeles",)),
        ("+18085550123", ("Pacific/Honolulu",)),
        ("+16025550123", ("America/Phoenix",)),
        ("+18765550123", ("America/Jamaica",)),
    ],
)
def test_an_area_code_tells_where_the_phone_may_ring(e164: str, zones: tuple[str, ...]) -> None:
    assert zones_of(e164) == zones


def test_an_area_that_spans_two_zones_gives_both() -> None:
    assert set(zones_of("+12085550123")) == {"America/Boise", "America/Los_Angeles"}


@pytest.mark.parametrize("e164", ["", "nonsense", "+1", "+15555550123", "+16005550123"])
def test_nothing_known_about_a_number_gives_no_zones(e164: str) -> None:
    assert zones_of(e164) == ()


def test_every_area_code_in_use_names_few_zones_and_all_of_them_exist() -> None:
    read = [read_phone(f"{area}-555-0123", region="US") for area in range(200, 1000)]
    zones = [zones_of(found.e164) for found in read if isinstance(found, Phone)]
    assert sum(map(bool, zones)) > 400
    assert max(map(len, zones)) <= 3
    assert available_timezones().issuperset(zone for some in zones for zone in some)


def test_on_screen_only_the_last_four_digits_of_a_number_are_seen() -> None:
    assert masked("+12125550123") == "…0123"
