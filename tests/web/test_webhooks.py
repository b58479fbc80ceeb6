"""Texts and receipts posted over real HTTP: who is believed, what is kept, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from reminders.store.tables import messages
from tests.clinic import DUE, phone, row
from tests.standin import ACCOUNT_SID, API_KEY, API_SECRET, AUTH_TOKEN, StandIn
from tests.web.door import (
    CLINIC_NUMBER,
    PUBLIC,
    WebDoor,
    new_sid,
    receipt_form,
    text_form,
    web_door,
)

LOGIN = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[WebDoor]:
    with web_door(tmp_path) as opened:
        yield opened


def test_a_signed_text_is_on_record_and_answered_with_nothing_to_say(door: WebDoor) -> None:
    answer = door.post(text_form("All good, thank you", sender=phone(7)))

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    (text,) = door.texts()
    assert (text["phone"], text["words"]) == (phone(7), "All good, thank you")


def test_a_wrong_or_missing_signature_is_refused_and_nothing_is_kept(door: WebDoor) -> None:
    wrong = [
        door.post(text_form(), token="somebody-elses-token"),
        door.post(text_form(), headers={"X-Twilio-Signature": ""}),
        door.post(text_form(), headers={"X-Twilio-Signature": "bm90IHR3aWxpbw=="}),
        door.post(text_form(), headers={"X-Twilio-Signature": b"\xfc\xdf"}),
        door.post(text_form(), signed_for=PUBLIC + "/twilio/receipt"),
        door.raw(b"MessageSid=SM1&From=%2B14155550123&To=%2B14155550199&Body=hi"),
    ]
    assert {answer.status_code for answer in wrong} == {403}
    assert door.texts() == []


def test_a_captured_text_that_is_played_again_changes_nothing(door: WebDoor) -> None:
    form = text_form("STOP")
    first = door.post(form)
    before = door.clinic.dump()
    again = [door.post(form) for _ in range(3)]

    assert [answer.status_code for answer in (first, *again)] == [200] * 4
    assert door.clinic.dump() == before


def test_the_same_text_delivered_five_times_at_once_is_one_text_with_one_answer(
    door: WebDoor,
) -> None:
    door.clinic.take_in(row(1))
    form = text_form("I want to stop these texts, unsubscribe me please")
    with ThreadPoolExecutor(5) as together:
        answers = list(together.map(lambda _: door.post(form).status_code, range(5)))

    assert answers == [200] * 5
    assert len(door.texts()) == 1
    said = [text for text in door.clinic.rows_of(messages) if text["care_plan"] is None]
    assert len(said) == 1


def test_behind_a_proxy_the_public_address_counts_and_the_host_header_does_not(
    door: WebDoor,
) -> None:
    inner = {"Host": "10.0.0.7:8080", "X-Forwarded-Proto": "http"}
    assert door.post(text_form(), headers=inner).status_code == 200
    forged = {"Host": "evil.example.net", "X-Forwarded-Host": "evil.example.net"}
    for_evil = "https://evil.example.net/twilio/inbound"
    assert door.post(text_form(), headers=forged, signed_for=for_evil).status_code == 403


def test_a_proxy_that_serves_us_below_a_path_is_understood(tmp_path: Path) -> None:
    with web_door(tmp_path, public_url=f"{PUBLIC}:8443/texts") as door:
        signed_for = f"{PUBLIC}/texts/twilio/inbound"
        assert door.post(text_form(), signed_for=signed_for).status_code == 200


def test_blank_repeated_and_unknown_parameters_are_signed_and_harmless(door: WebDoor) -> None:
    form = [*text_form(words="").items(), ("NewThing", "b"), ("NewThing", "a"), ("Empty", "")]
    assert door.post(form).status_code == 200
    assert [text["words"] for text in door.texts()] == [""]


def test_while_the_token_changes_both_tokens_are_accepted(tmp_path: Path) -> None:
    tokens = {"TWILIO_AUTH_TOKEN": "new", "TWILIO_AUTH_TOKEN_SECONDARY": AUTH_TOKEN}
    with web_door(tmp_path, credentials=LOGIN | tokens) as door:
        said = [door.post(text_form(), token=t).status_code for t in ("new", AUTH_TOKEN, "old")]
    assert said == [200, 200, 403]


def test_with_an_api_key_alone_nobody_is_believed(tmp_path: Path) -> None:
    key = {"TWILIO_API_KEY": API_KEY, "TWILIO_API_SECRET": API_SECRET}
    with web_door(tmp_path, credentials=LOGIN | key) as door:
        said = [door.post(text_form(), token=t).status_code for t in (AUTH_TOKEN, API_SECRET)]
    assert said == [403, 403]


def test_without_a_public_address_nobody_is_believed(tmp_path: Path) -> None:
    with web_door(tmp_path, public_url="") as door:
        assert door.post(text_form(), signed_for="/twilio/inbound").status_code == 403
        assert door.post(text_form()).status_code == 403


def test_a_body_over_64_kb_is_refused_whether_or_not_it_says_so(door: WebDoor) -> None:
    long = b"Body=" + b"a" * 65_536

    def in_pieces() -> Iterator[bytes]:
        for start in range(0, len(long), 4096):
            yield long[start : start + 4096]

    assert door.raw(long).status_code == 413
    chunked = door.http.post("/twilio/inbound", content=in_pieces())
    assert chunked.status_code == 413
    assert door.texts() == []


def malformed(dice: Random, number: int) -> bytes:
    """Return a body that Twilio would never post, of one of several kinds."""
    noise = dice.randbytes(dice.randrange(200))
    form = b"MessageSid=SM1&From=%2B14155550123&Body="
    kinds = (
        noise,
        form + noise,
        b"%" * (number % 90),
        b"&=" * (number % 300),
        form + b"%ff%fe%C3",
        b'{"MessageSid": "SM1"}',
        b"\x00" * (number % 50),
        b"a&" * 3000,
        form + "\ud83d".encode("utf-16-le", "surrogatepass"),
        b"--x\r\nContent-Disposition: form-data; name=Body\r\n\r\nhi\r\n--x--",
    )
    return kinds[number % len(kinds)]


def test_two_thousand_malformed_bodies_bring_no_error_of_ours_and_lose_nothing(
    door: WebDoor,
) -> None:
    dice = Random(3)
    with capture_logs() as log:
        said = {door.raw(malformed(dice, number)).status_code for number in range(2000)}
    assert said <= {400, 403}
    assert log == []
    assert door.post(text_form()).status_code == 200
    assert len(door.texts()) == 1


def test_signed_nonsense_is_refused_without_an_error_of_ours(door: WebDoor) -> None:
    nonsense = [
        {},
        {"Body": "hi"},
        text_form() | {"MessageSid": "../../etc"},
        text_form() | {"From": ""},
        text_form() | {"To": ""},
    ]
    assert {door.post(form).status_code for form in nonsense} == {400}
    assert door.texts() == []


def test_strange_but_signed_texts_are_kept(door: WebDoor) -> None:
    strange = ["\0", "a\0b", "😀" * 800, "‮​", "\r\n", "%ff", "{{ 7*7 }}", "' OR 1=1 --"]
    said = {door.post(text_form(words, sender="262966")).status_code for words in strange}
    assert said == {200}
    assert len(door.texts()) == len(strange)


def test_receipts_for_unknown_texts_and_ids_do_no_harm(door: WebDoor) -> None:
    paths = [
        "/twilio/receipt",
        "/twilio/receipt?m=ffffffffffffffffffffffff&a=1",
        "/twilio/receipt?m=7fffffffffffffff&a=-1",
        "/twilio/receipt?m=nonsense&m=1&a=&b=%ff",
        "/twilio/receipt?" + "m=1&" * 500,
        "/twilio/receipt?%00",
    ]
    forms = [
        receipt_form(new_sid(), "delivered"),
        receipt_form(new_sid(), "never-heard-of", ErrorCode="99999999999999"),
        receipt_form(new_sid(), "failed", ErrorCode="none"),
    ]
    said = {door.post(form, path=path).status_code for path in paths for form in forms}
    assert said == {200}
    assert door.post({"MessageSid": "SM1"}, path="/twilio/receipt").status_code == 400


def test_only_the_described_addresses_answer(door: WebDoor) -> None:
    for path in ("/", "/docs", "/redoc", "/twilio/inbound/", "/metrics", "/twilio/status"):
        assert door.http.get(path).status_code == 404
    assert door.http.get("/twilio/inbound").status_code == 405


def test_a_database_that_cannot_be_written_makes_twilio_ask_again(door: WebDoor) -> None:
    form = text_form("is this normal?")
    with door.clinic.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbound RENAME TO elsewhere")
    with capture_logs() as log:
        assert door.post(form).status_code == 503
    with door.clinic.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbound")
    assert door.post(form).status_code == 200
    assert [text["words"] for text in door.texts()] == ["is this normal?"]
    assert phone(1) not in str(log) and "normal" not in str(log)


def test_what_twilio_reports_of_a_text_reaches_its_record(tmp_path: Path) -> None:
    with StandIn() as twilio, web_door(tmp_path, twilio=twilio.url) as door:
        door.clinic.take_in(row(1))
        door.clinic.round(DUE)
        (sent,) = twilio.sent
        for status in ("delivered", "sent", "delivered", "undelivered"):
            door.post(receipt_form(sent.sid, status), path="/twilio/receipt")

        assert door.clinic.text()["state"] == "delivered"
        assert len(door.receipts()) == 4


def test_a_text_that_twilio_itself_posts_is_taken_in(tmp_path: Path) -> None:
    with StandIn() as twilio, web_door(tmp_path, public_url="http://127.0.0.1:{port}") as door:
        webhook = f"{door.clinic.runtime.settings.gateway.public_url}/twilio/inbound"
        sid = twilio.text_in(phone(3), "hello", to=CLINIC_NUMBER, webhook=webhook)
        assert [posted.answer for posted in twilio.receipts] == [200]
        assert [text["sid"] for text in door.texts()] == [sid]
