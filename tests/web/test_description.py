"""The published OpenAPI is true: Schemathesis reads it and tries what it can think of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from reminders.rounds import heartbeat
from tests.web.door import FORM, WebDoor, web_door

MODES = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
BRIEFLY = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDoor]:
    with web_door(tmp_path_factory.mktemp("described")) as opened:
        heartbeat(opened.clinic.runtime, started_at=opened.clinic.clock.now())
        yield opened


@pytest.fixture(scope="module")
def description(door: WebDoor) -> schemathesis.BaseSchema:
    url = str(door.http.base_url).rstrip("/")
    return schemathesis.openapi.from_url(f"{url}/openapi.json")


@pytest.mark.parametrize(
    ("path", "method"),
    [("/twilio/inbound", "POST"), ("/twilio/receipt", "POST"), ("/healthz", "GET")],
)
def test_it_answers_whatever_is_asked_as_the_description_says(
    description: schemathesis.BaseSchema, path: str, method: str
) -> None:
    operation = description[path][method]
    modes = MODES if method == "POST" else st.just(GenerationMode.POSITIVE)

    @settings(BRIEFLY, max_examples=60)
    @given(case=modes.flatmap(lambda mode: operation.as_strategy(generation_mode=mode)))
    def asking(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    asking()


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/receipt"])
def test_it_takes_in_what_is_signed_and_as_the_description_says(
    door: WebDoor, description: schemathesis.BaseSchema, path: str
) -> None:
    operation = description[path]["POST"]

    @settings(BRIEFLY, max_examples=60)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def asking(case: schemathesis.Case[Any]) -> None:
        query = urlencode({name: str(value) for name, value in (case.query or {}).items()})
        answer = door.post(
            [(name, str(value)) for name, value in as_form(case.body).items()],
            path=f"{path}?{query}" if query else path,
        )
        assert answer.status_code == 200
        case.validate_response(schemathesis.Response.from_any(answer))

    asking()


def as_form(body: object) -> dict[str, object]:
    assert isinstance(body, dict)
    return body


def test_it_describes_three_addresses_and_no_more(door: WebDoor) -> None:
    described = door.http.get("/openapi.json").json()
    assert set(described["paths"]) == {"/twilio/inbound", "/twilio/receipt", "/healthz"}
    form = described["paths"]["/twilio/inbound"]["post"]["requestBody"]["content"]
    assert list(form) == [FORM]
