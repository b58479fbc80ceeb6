"""What the web door says of itself in OpenAPI: requests, answers, and who may ask."""

from __future__ import annotations

from typing import Any

TITLE = "reminders"
SUMMARY = "Where Twilio delivers patients' texts and receipts, and where a monitor asks after us."

_SID = {"type": "string", "pattern": "^[A-Za-z0-9]{2,64}$"}
_SOME_WORDS = {"type": "string", "minLength": 1}

_SIGNATURE = {
    "name": "X-Twilio-Signature",
    "in": "header",
    "required": True,
    "description": "Twilio's signature over gateway.public_url, path, query and form.",
    "schema": {"type": "string"},
}
_QUERY = [
    {
        "name": "m",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Our id of the text.",
    },
    {"name": "a", "in": "query", "schema": {"type": "string"}, "description": "Which attempt."},
]


def _answer(words: str, media_type: str = "text/plain") -> dict[str, Any]:
    return {"description": words, "content": {media_type: {"schema": {"type": "string"}}}}


WEBHOOK_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: _answer("On disk, or known already. Says nothing to the patient.", "text/xml"),
    400: _answer("Not a form in UTF-8, or without what it must have."),
    403: _answer("Not signed by Twilio for our address."),
    413: _answer("Longer than 64 kB."),
    503: _answer("Could not be written down: send it again."),
}


def _form(required: dict[str, Any], optional: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": list(required), "properties": required | optional}
    return {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    }


INBOUND: dict[str, Any] = {
    "parameters": [_SIGNATURE],
    "requestBody": _form(
        {"MessageSid": _SID, "From": _SOME_WORDS, "To": _SOME_WORDS},
        {"Body": {"type": "string"}, "OptOutType": {"enum": ["STOP", "START", "HELP"]}},
    ),
}
RECEIPT: dict[str, Any] = {
    "parameters": [_SIGNATURE, *_QUERY],
    "requestBody": _form(
        {"MessageSid": _SID, "MessageStatus": {"type": "string", "pattern": "^[a-z_-]{1,40}$"}},
        {"ErrorCode": {"type": "string"}},
    ),
}


def _health(words: str, *workers: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["worker"],
        "properties": {"worker": {"enum": list(workers)}},
    }
    return {"description": words, "content": {"application/json": {"schema": schema}}}


HEALTH_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: _health("A worker lives.", "alive"),
    503: _health(
        "No worker has been heard of for a minute, or nobody can tell.",
        "silent",
        "never seen",
        "unknown",
    ),
}
