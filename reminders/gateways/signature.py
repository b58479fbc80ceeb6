"""Is a request from Twilio? Its signature against our own address and tokens. No network."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from multidict import MultiDict
from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"


def is_signed(
    url: str, form: Sequence[tuple[str, str]], *, signature: str, tokens: Collection[str]
) -> bool:
    """Say whether one of the account's tokens signed this request.

    `url` is the address as Twilio knows it, with its query; `form` every parameter as it came,
    blank and repeated ones too. Without a token the answer is no: an empty one would make
    anybody's signature look right.
    """
    if not (url and signature):
        return False
    params = MultiDict(form)
    return any(
        RequestValidator(token).validate(url, params, signature) for token in tokens if token
    )
