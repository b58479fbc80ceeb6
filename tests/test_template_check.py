"""A newcomer adds a protocol and a language by editing files; the check names every mistake."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reminders.care.complaint import Level
from reminders.care.wording import ClinicWords
from reminders.templates import TemplateError, check_templates, load
from tests.catalogue import add, edit, small_catalogue, write

Spoil = Callable[[Path], None]

PROTOCOL = "protocols/x.toml"
LANGUAGE = "sms/en/language.toml"
SHARED = "sms/en/shared.toml"
OWN = "sms/en/x.toml"
REPLIES = "sms/en/replies.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small sound templates folder: one protocol, English and Spanish."""
    return small_catalogue(tmp_path)


def test_a_sound_folder_draws_no_complaint(folder: Path) -> None:
    assert check_templates(folder) == ()


def test_a_newcomer_adds_a_language_and_a_protocol_by_editing_files_only(folder: Path) -> None:
    shutil.copytree(folder / "sms/en", folder / "sms/pl")
    edit(folder, "sms/pl/language.toml", old='"English"', new='"Polski"')
    edit(folder, "sms/pl/language.toml", old='"BOOK"', new='"WIZYTA"')
    edit(folder, "sms/pl/shared.toml", old="no rubbing today", new="dziś proszę nie trzeć")
    shutil.copy(folder / PROTOCOL, folder / "protocols/neck.toml")
    own = '[texts]\naftercare = "{{ clinic }}: {{ advice }}"\n[advice]\naftercare = "Soft food."\n'
    for code in ("en", "es", "pl"):
        write(folder, f"sms/{code}/neck.toml", own)
    assert check_templates(folder) == ()
    templates = load(folder)
    values = {"clinic": "Riverbend", "first_name": "", "earliest": "Sep 30"}
    text = templates.render(language="pl", protocol="neck", text="reminder", values=values)
    assert text == "Riverbend: you may be due on Sep 30. Reply WIZYTA."


def test_the_check_may_be_limited_to_one_language(folder: Path) -> None:
    write(folder, "sms/pl/shared.toml", "[texts]\n")
    assert check_templates(folder, languages=["en", "es"]) == ()
    assert check_templates(folder, languages=["pl"]) != ()
    (unknown,) = check_templates(folder, languages=["en", "fr"])
    assert unknown.where == "templates/sms/fr"


def _edit(name: str, old: str, new: str) -> Spoil:
    return lambda folder: edit(folder, name, old=old, new=new)


def _add(name: str, words: str) -> Spoil:
    return lambda folder: add(folder, name, words)


def _write(name: str, words: str) -> Spoil:
    return lambda folder: write(folder, name, words)


def _drop(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def _latin(folder: Path) -> None:
    (folder / OWN).write_bytes('[advice]\naftercare = "Reposé."\n'.encode("latin-1"))


def _aftercare(words: str) -> Spoil:
    return _edit(SHARED, "no rubbing today.", words)


HERE = f"templates/{SHARED}, texts.aftercare"
INTRODUCTION = f"templates/{SHARED}, lines.introduction"


def _reply(words: str, old: str, new: str) -> Spoil:
    """Change what one line of the book of replies says."""

    def spoil(folder: Path) -> None:
        lines = (folder / REPLIES).read_text(encoding="utf-8").splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{words} = "))
        assert old in lines[at]
        lines[at] = lines[at].replace(old, new)
        write(folder, REPLIES, "\n".join(lines))

    return spoil


ERRORS: list[tuple[Spoil, str, str, str]] = [
    # What the files are.
    (_add(SHARED, "texts"), f"templates/{SHARED}", "line 1", "key = value"),
    (_latin, f"templates/{OWN}", "not UTF-8", "save the file as UTF-8"),
    (_drop(SHARED), f"templates/{SHARED}", "is missing", "copy it from another language"),
    (_drop(LANGUAGE), f"templates/{LANGUAGE}", "is missing", "copy it from another language"),
    (_drop(PROTOCOL), "templates/protocols", "holds no file", "add a protocol file"),
    (_add(LANGUAGE, "colour = 3"), f"templates/{LANGUAGE}, colour", "not a known", "use "),
    (_edit(LANGUAGE, '"Jan", ', ""), f"templates/{LANGUAGE}, months", "11 names", "give 12"),
    (_add(OWN, "[text]"), f"templates/{OWN}, text", "not a known", 'did you mean "texts"?'),
    (_add(OWN, "[texts]\nonset = 3"), f"templates/{OWN}, texts, onset", "not a text", "quotes"),
    (_edit(SHARED, "introduction", "introducton"), "lines, introducton", "known", "did you"),
    # What is in one file and not in another.
    (_edit(PROTOCOL, '"14 days"', '"14 dais"'), "steps[2] (onset), offset", "14 dais", '"days"?'),
    (_edit(SHARED, "onset =", "onst ="), f"templates/{OWN}", 'text "onset"', "shared.toml"),
    (_write("sms/en/y.toml", ""), "templates/sms/en/y.toml", "unknown protocol y", 'or "shared"'),
    (_write("sms/en/shred.toml", ""), "shred.toml", "unknown protocol", 'did you mean "shared"?'),
    (_write(OWN, ""), f"templates/{OWN}", "has no advice.aftercare", "translate it here"),
    # What a text may hold.
    (_aftercare("{{ cliinc }}"), HERE, 'unknown variable "cliinc"', 'did you mean "clinic"?'),
    (_aftercare("{{ clinic|uper }}"), HERE, 'unknown filter "uper"', 'did you mean "upper"?'),
    (_aftercare("{{ clinic"), HERE, "is not a template", "mend the {{"),
    (_aftercare("{% if clinic %}"), HERE, "is not a template", "mend the {{"),
    (_aftercare("a" * 2000), HERE, "longer than 2000 characters", "shorten it"),
    (_aftercare("{{ " + "(" * 900 + ")" * 900 + " }}"), HERE, "nested too deeply", "conditions"),
    (_aftercare("{%if 1%}" * 110 + "{%endif%}" * 110), HERE, "nested too deeply", "cond"),
    (_edit(OWN, "Rest", "{{ clinic }}, rest"), f"templates/{OWN}, advice, aftercare", "var", "pl"),
    # What a text must and must not say.
    (_edit(SHARED, "{{ clinic }}: no", "No"), HERE, '"clinic"', "{{ clinic }}"),
    (_aftercare("Reply YES if well."), HERE, 'asks for "YES"', "1, 2, 3"),
    (_aftercare("Now only $99."), HERE, "names a price", "take the price out"),
    (_aftercare("A special offer."), HERE, 'says "offer"', "marketing step"),
    (_aftercare("Your Botox is in."), HERE, 'says "botox"', "neutral words"),
    (_edit(OWN, "your hand", "your dystonia"), HERE, 'says "dystonia"', "neutral words"),
    (_aftercare("Well done \N{PARTY POPPER}"), HERE, "U+1F389", "plain letters"),
    (_aftercare("a" * 240), HERE, "3 segments", "shorten it"),
    (_edit(SHARED, "3 not yet", "or not yet"), "texts.onset", '"3"', "1, 2 and 3"),
    (_edit(SHARED, "{{ emergency_number }}", "911"), "texts.onset", '"emergency_', "write {{"),
    (_edit(SHARED, "{{ book_word }}", "1"), "texts.reminder", '"BOOK"', "{{ book_word }}"),
    (_edit(SHARED, "STOP to", "us to"), INTRODUCTION, '"STOP"', "STOP"),
    (_edit(SHARED, "HELP for", "us for"), INTRODUCTION, '"HELP"', "HELP"),
    (_edit(SHARED, "Msg & data", "Some"), INTRODUCTION, "Msg & data rates", "write"),
    (_edit(SHARED, "Msg & data", "{{ data }}"), INTRODUCTION, "unknown variable", "use"),
    # What is answered, and what staff are told.
    (_drop(REPLIES), f"templates/{REPLIES}", "is missing", "copy it from another language"),
    (_add(REPLIES, "[advice]"), f"templates/{REPLIES}, advice", "not a known key", '"texts"'),
    (_reply("help", "help", "hlp"), f"templates/{REPLIES}", 'text "help", which answers h', "writ"),
    (_reply("page", "page", "pgae"), f"templates/{REPLIES}", '"page", which tells', "write page"),
    (_reply("thanks", "first_name", "naem"), "texts.thanks", 'variable "naem"', "use "),
    (_reply("page", "{{ level", "{{ first_name }}{{ level"), "texts.page", "first_name", "use"),
    (_reply("wearing_off_early", "}.", "} {{ book_word }}"), "off_early", '"book_word"', "use"),
    (_aftercare("{{ minutes }}"), HERE, 'unknown variable "minutes"', "use"),
    (_reply("thanks", "{{ first", "{{{ first"), "texts.thanks", "not a template", "mend the {{"),
    (_reply("thanks", "{{ first_name }}", "b" * 300), "texts.thanks", "3 segments", "shorten it"),
    (_reply("thanks", "{{ clinic }}: ", ""), "texts.thanks", "begin with the clinic", "begin"),
    (_reply("emergency", "{{ emergency_number }}", "911"), "texts.emergency", '"emer', "write {{"),
    (_reply("urgent", "{{ emergency_number }}", "911"), "texts.urgent", '"emer', "write {{"),
    (_reply("nobody_yet", "{{ emergency_number }}", "911"), "nobody_yet", '"emer', "write {{"),
    (_reply("read_later", "{{ emergency_number }}", "911"), "read_later", '"emer', "write {{"),
    (_reply("help", "STOP", "stop"), "texts.help", 'not name "STOP"', "in capitals"),
    (_reply("help", "Msg", "Text"), "texts.help", "Msg & data rates", "write"),
    (_reply("help", "{{ clinic_phone }}", ""), "texts.help", '"clinic_phone"', "write {{"),
    (_reply("restarted", "STOP", "stop"), "texts.restarted", 'not name "STOP"', "in capitals"),
    (_reply("stopped", "no.", "why?"), "texts.stopped", "asks a question", "only confirm"),
    (_reply("stopped", "START", "CANCEL"), "texts.stopped", 'asks for "CANCEL"', "carriers"),
    (_reply("page", "TAKE", "Take"), "texts.page", "how to take", "TAKE {{ number }}"),
    (_reply("routine", "{{ clinic_phone }}", "Your Botox."), "routine", '"botox"', "neutral"),
]


@pytest.mark.parametrize(("spoil", "where", "what", "mend"), ERRORS)
def test_each_mistake_is_an_error_that_names_the_file_and_the_mend(
    folder: Path, spoil: Spoil, where: str, what: str, mend: str
) -> None:
    spoil(folder)
    found = [each for each in check_templates(folder) if each.level is Level.ERROR]
    assert [
        each for each in found if where in each.where and what in each.what and mend in each.mend
    ], [str(each) for each in found]


NOTES: list[tuple[Spoil, str, str]] = [
    (_edit(SHARED, "[texts]", '[texts]\nold = "{{ clinic }}"'), "texts.old", "used by no step"),
    (_add(OWN, '[texts]\nold = "{{ clinic }}"'), f"{OWN}, texts.old", "used by no step"),
    (_edit(SHARED, " {{ advice }}", ""), f"{OWN}, advice.aftercare", "shown by no text"),
    (_add("sms/es/x.toml", '[texts]\naftercare = "{{ clinic }} {{ advice }}"'), OWN, "has no"),
    (_aftercare("a" * 120), HERE, "2 segments"),
    (_edit(REPLIES, "[texts]", "[texts]\nold = '{{ clinic }}'"), "texts.old", "used by no intent"),
    (_reply("thanks", "{{ first_name }}", "b" * 160), "texts.thanks", "2 segments"),
]


@pytest.mark.parametrize(("spoil", "where", "what"), NOTES)
def test_what_does_no_harm_is_noted_and_does_not_keep_the_texts_from_use(
    folder: Path, spoil: Spoil, where: str, what: str
) -> None:
    spoil(folder)
    found = check_templates(folder)
    assert {each.level for each in found} == {Level.NOTE}
    assert any(where in each.where and what in each.what for each in found)
    assert load(folder).protocols.keys() == {"x"}


@pytest.mark.parametrize(
    "attack",
    [
        "{{ clinic.__class__ }}",
        "{{ clinic['__class__'] }}",
        "{{ cycler.__init__.__globals__.os.popen('id') }}",
        "{{ '%s'|format(clinic) }}",
        "{{ clinic.format(1) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 2 ** 99 }}",
        "{{ 'a' ~ clinic }}",
        "{% for x in 'ab' %}{{ x }}{% endfor %}",
        "{% set clinic = 'x' %}",
        "{% include 'settings.toml' %}",
        "{% macro a() %}{% endmacro %}",
        "{{ clinic if clinic else 'x' }}",
        "{{ [clinic] }}",
    ],
)
def test_a_text_can_only_use_variables_and_conditions(folder: Path, attack: str) -> None:
    write(folder, OWN, f'[texts]\naftercare = """{attack}"""\n[advice]\naftercare = "Rest."\n')
    found = [each for each in check_templates(folder) if each.level is Level.ERROR]
    assert {each.where for each in found} == {f"templates/{OWN}, texts.aftercare"}
    with pytest.raises(TemplateError):
        load(folder)


def test_many_mistakes_are_all_named_at_once_and_each_only_once(folder: Path) -> None:
    shutil.copy(folder / PROTOCOL, folder / "protocols/neck.toml")
    for spoil in (
        _edit(PROTOCOL, "minimum_days = 84", "minimum_days = 60"),
        _aftercare("Botox for $99. {{ naem }}"),
        _edit(SHARED, "3 not yet", "or YES"),
        _edit(SHARED, "Msg & data", "Some"),
    ):
        spoil(folder)
    found = check_templates(folder)
    places = [each.where.removeprefix("templates/") for each in found]
    assert sorted(places) == [
        f"{PROTOCOL}, minimum_days",
        f"{SHARED}, lines.introduction",
        f"{SHARED}, texts.aftercare",
        f"{SHARED}, texts.onset",
        f"{SHARED}, texts.onset",
    ]


def test_length_is_measured_with_the_clinics_own_name(folder: Path) -> None:
    _aftercare("a" * 90)(folder)
    assert check_templates(folder) == ()
    clinic = ClinicWords("Q" * 60, "+1 212 555 0100", "911", "")
    (note,) = check_templates(folder, clinics=[clinic], languages=["en"])
    assert note.what == f"takes 2 segments at {clinic.name}"


def test_length_counts_the_web_address_of_the_clinic(folder: Path) -> None:
    edit(folder, SHARED, old="Reply {{ book_word }}.", new="{{ book_word }}: {{ booking_url }}")
    clinic = ClinicWords("Riverbend", "+1 212 555 0100", "911", "https://example.org/" + "a" * 99)
    (note,) = check_templates(folder, clinics=[clinic], languages=["en"])
    assert note.where.endswith("texts.reminder")
    assert check_templates(folder, clinics=[replace(clinic, booking_url="")]) == ()


def test_length_counts_the_advice_for_two_sites_treated_in_one_visit(folder: Path) -> None:
    shutil.copy(folder / PROTOCOL, folder / "protocols/neck.toml")
    for code in ("en", "es"):
        write(folder, f"sms/{code}/neck.toml", f'[advice]\naftercare = "{"b" * 130}"\n')
    edit(folder, "sms/en/x.toml", old="Rest your hand", new="a" * 130)
    (two_sites,) = check_templates(folder, languages=["en"])
    assert (two_sites.where, two_sites.level) == (HERE, Level.ERROR)
    assert two_sites.what.startswith("takes 3 segments")
