"""Texts are rendered safely, and the templates folder is loaded whole or refused with reasons."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

import pytest

from reminders.care.complaint import Level
from reminders.care.segments import count
from reminders.templates import Contact, TemplateError, Templates, check_templates, load
from tests.catalogue import add, edit, small_catalogue, write

VALUES = {
    "clinic": "Riverbend Clinic",
    "first_name": "Testina",
    "clinic_phone": "+1 212 555 0100",
    "emergency_number": "911",
    "booking_url": "",
    "earliest": "Sep 30",
}

SHARED = "sms/en/shared.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small sound templates folder: one protocol, English and Spanish."""
    return small_catalogue(tmp_path)


def test_a_text_names_the_clinic_and_the_patient(folder: Path) -> None:
    assert _render(load(folder), "onset") == (
        "Riverbend Clinic: Testina, any effect? Reply 1 yes, 2 a little, 3 not yet. "
        "Emergency: call 911."
    )


def test_a_patient_without_a_first_name_is_still_greeted_well(folder: Path) -> None:
    assert _render(load(folder), "onset", first_name="").startswith("Riverbend Clinic: Any effect?")


def test_the_first_text_ever_introduces_itself_and_later_ones_do_not(folder: Path) -> None:
    templates = load(folder)
    first = templates.render(
        language="en", protocol="x", text="onset", values=VALUES, contact=Contact.FIRST
    )
    assert first.startswith(_render(templates, "onset"))
    assert first.endswith("Msg & data rates may apply. Reply HELP for help, STOP to opt out.")
    assert "HELP" not in _render(templates, "onset")


def test_the_protocols_own_text_goes_before_the_shared_one(folder: Path) -> None:
    templates = _own_aftercare(folder, '"{{ clinic }}: ours. {{ advice }}"')
    assert _render(templates, "aftercare") == "Riverbend Clinic: ours. Rest your hand."


def test_the_sites_advice_and_the_word_for_booking_come_from_the_files(folder: Path) -> None:
    templates = load(folder)
    assert _render(templates, "aftercare").endswith("no rubbing today. Rest your hand.")
    assert _render(templates, "reminder").endswith("Sep 30. Reply BOOK.")
    assert templates.advice(language="en", protocol="x", text="aftercare") == "Rest your hand."
    assert templates.advice(language="en", protocol="x", text="onset") == ""


def test_two_sites_treated_in_one_visit_may_bring_their_advice_together(folder: Path) -> None:
    both = _render(load(folder), "aftercare", advice="Rest your hand. Eat soft food.")
    assert both.endswith("Rest your hand. Eat soft food.")


def test_a_spanish_text_is_folded_to_plain_letters(folder: Path) -> None:
    values = VALUES | {"first_name": "Begoña"}
    text = load(folder).render(language="es", protocol="x", text="onset", values=values)
    assert text.startswith("Riverbend Clinic: Begoña, ¿algun efecto? Responda 1 si,")
    assert count(text).encoding == "GSM-7"


def test_a_name_is_never_read_as_a_template_and_never_breaks_the_line(folder: Path) -> None:
    text = _render(load(folder), "onset", first_name="{{ 7*7 }}\r\n\u202eX\x00")
    assert "{{ 7*7 }} X, any effect?" in text
    assert "\n" not in text and "49" not in text


def test_a_long_value_is_cut_to_the_length_of_its_variable(folder: Path) -> None:
    text = _render(load(folder), "onset", first_name="A" * 500)
    assert "A" * 40 in text and "A" * 41 not in text


def test_line_breaks_of_a_text_become_single_spaces(folder: Path) -> None:
    templates = _own_aftercare(folder, '"""\n{{ clinic }}:\n\tno   rubbing today.\n"""')
    assert _render(templates, "aftercare") == "Riverbend Clinic: no rubbing today."


def test_upper_and_title_and_default_are_the_filters_a_text_may_use(folder: Path) -> None:
    words = "\"{{ clinic|upper }}: {{ first_name|title|default('you') }}, rest.\""
    templates = _own_aftercare(folder, words)
    text = _render(templates, "aftercare", first_name="ann lee")
    assert text == "RIVERBEND CLINIC: Ann Lee, rest."


def test_a_value_that_is_missing_is_refused_by_name(folder: Path) -> None:
    values = {name: value for name, value in VALUES.items() if name != "earliest"}
    with pytest.raises(TemplateError, match=r"shared\.toml, texts\.reminder.*earliest") as refused:
        load(folder).render(language="en", protocol="x", text="reminder", values=values)
    assert "Testina" not in str(refused.value)


def test_a_value_that_is_no_variable_or_no_words_is_refused(folder: Path) -> None:
    templates = load(folder)
    with pytest.raises(ValueError, match='did you mean "first_name"'):
        _render(templates, "onset", first_nam="Testina")
    with pytest.raises(TypeError, match="first_name"):
        _render(templates, "onset", first_name=cast(str, 3))


def test_an_unknown_text_is_refused_with_the_file_to_write_it_in(folder: Path) -> None:
    templates = load(folder)
    with pytest.raises(TemplateError, match=r"templates/sms/en/x\.toml: has no text \"onsett\""):
        _render(templates, "onsett")
    with pytest.raises(TemplateError, match=r"templates/sms/pl/x\.toml"):
        templates.words_hash(language="pl", protocol="x", text="onset")


def test_a_text_that_grows_too_long_is_refused(folder: Path) -> None:
    templates = _own_aftercare(folder, '"{{ clinic }}: see' + " {{ booking_url }}" * 5 + '"')
    address = "https://example.org/" + "a" * 80
    with pytest.raises(TemplateError, match="longer than 480 characters"):
        _render(templates, "aftercare", booking_url=address)


def test_a_day_is_written_as_the_language_writes_it(folder: Path) -> None:
    templates = load(folder)
    assert templates.formatted_day(date(2026, 9, 30), language="en") == "Sep 30"
    assert templates.formatted_day(date(2026, 9, 30), language="es") == "30 sep"


def test_a_patient_is_texted_in_a_language_that_is_there(folder: Path) -> None:
    templates = load(folder)
    assert templates.language_for("es-MX", offered=["en", "es"]) == "es"
    assert templates.language_for("pl", offered=["en", "es"]) == "en"


def test_the_fingerprint_changes_with_a_protocol_and_the_hash_with_its_words(folder: Path) -> None:
    before = load(folder)
    edit(folder, "protocols/x.toml", old="peak_days = 42", new="peak_days = 40")
    protocol_edited = load(folder)
    edit(folder, SHARED, old=" effect?", new=" change?")
    words_edited = load(folder)
    assert before.fingerprint != protocol_edited.fingerprint == words_edited.fingerprint
    hashes = [
        each.words_hash(language="en", protocol="x", text="onset")
        for each in (before, protocol_edited, words_edited)
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    assert before.words_hash(language="en", protocol="x", text="reminder") not in hashes


def test_a_broken_folder_is_refused_with_every_error_at_once(folder: Path) -> None:
    edit(folder, "protocols/x.toml", old="minimum_days = 84", new="minimum_days = 60")
    edit(folder, SHARED, old="{{ first_name }}", new="{{ first_nme }}")
    with pytest.raises(TemplateError) as refused:
        load(folder)
    assert len(refused.value.complaints) == 2
    assert "minimum_days" in str(refused.value) and "first_nme" in str(refused.value)


def test_a_half_made_language_does_no_harm_to_the_others(folder: Path) -> None:
    write(folder, "sms/pl/shared.toml", "[texts]\n")
    with pytest.raises(TemplateError):
        load(folder)
    assert set(load(folder, languages=["en", "es"]).languages) == {"en", "es"}


def test_the_shipped_catalogue_has_no_error() -> None:
    found = check_templates(Path(__file__).parents[1] / "templates")
    assert [str(each) for each in found if each.level is Level.ERROR] == []


def _own_aftercare(folder: Path, words: str) -> Templates:
    add(folder, "sms/en/x.toml", f"[texts]\naftercare = {words}")
    return load(folder)


def _render(templates: Templates, text: str, **changes: str) -> str:
    return templates.render(language="en", protocol="x", text=text, values=VALUES | changes)
