"""The web door opened on a free port for tests, and a Twilio that knocks on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from reminders.runtime import Runtime
from reminders.settings.credentials import read_credentials
from reminders.store.thread_tables import inbound, receipts
from reminders.web.app import create_app
from reminders.web.listening import bind, listening
from reminders.web.metrics import Meter
from tests.clinic import OpenClinic, open_clinic, phone
from tests.standin import AUTH_TOKEN
from tests.standin.switchboard import inbound_form

PUBLIC = "https://texts.example.org"
FORM = "application/x-www-form-urlencoded"
CLINIC_NUMBER = "+14155550199"
NOWHERE = "http://127.0.0.1:9"

Form = Sequence[tuple[str, str]]

_sids = count(1)


def new_sid() -> str:
    """Return a sid that no other test has."""
    return f"SM{next(_sids):032x}"


def text_form(words: str = "all good", *, sid: str = "", sender: str = "") -> dict[str, str]:
    """Return the form of a patient's text as Twilio posts it."""
    return inbound_form(sid or new_sid(), sender or phone(1), words, to=CLINIC_NUMBER)


def receipt_form(sid: str, status: str, **more: str) -> dict[str, str]:
    """Return the form of a receipt."""
    return {"MessageSid": sid, "MessageStatus": status, "SmsStatus": status, **more}


def signed(url: str, form: Form, *, token: str = AUTH_TOKEN) -> str:
    """Sign as Twilio signs."""
    return str(RequestValidator(token).compute_signature(url, MultiDict(form)))


@dataclass(frozen=True, slots=True)
class WebDoor:
    """An open door: its clinic, its figures, and a way to knock."""

    clinic: OpenClinic
    meter: Meter
    http: httpx.Client

    def post(
        self,
        form: Mapping[str, str] | Form,
        *,
        path: str = "/twilio/inbound",
        signed_for: str = "",
        token: str = AUTH_TOKEN,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> httpx.Response:
        """Post a form signed as Twilio signs it; `signed_for` is the address it thinks it calls.

        `headers` outrank the usual ones.
        """
        pairs = list(form.items()) if isinstance(form, Mapping) else list(form)
        signature = signed(signed_for or PUBLIC + path, pairs, token=token)
        usual = {"Content-Type": FORM, "X-Twilio-Signature": signature} | dict(headers or {})
        as_bytes = {
            name.encode(): value.encode() if isinstance(value, str) else value
            for name, value in usual.items()
        }
        return self.http.post(path, content=urlencode(pairs), headers=as_bytes)

    def raw(self, body: bytes, **headers: str) -> httpx.Response:
        """Post bytes as they are."""
        return self.http.post(
            "/twilio/inbound", content=body, headers={"Content-Type": FORM} | headers
        )

    def texts(self) -> list[dict[str, Any]]:
        """Return every text from a patient on record."""
        return self.clinic.rows_of(inbound)

    def receipts(self) -> list[dict[str, Any]]:
        """Return every receipt on record."""
        return self.clinic.rows_of(receipts)


@contextmanager
def web_door(
    folder: Path,
    *,
    public_url: str = PUBLIC,
    credentials: Mapping[str, str] | None = None,
    **settings: Any,
) -> Iterator[WebDoor]:
    """Open a clinic that sends through Twilio, and its web door on a free port.

    `credentials` are Twilio's variables, where they are not the usual ones; {port} in
    `public_url` stands for the port itself, for a Twilio on this machine.
    """
    listener = bind("127.0.0.1", 0)
    public_url = public_url.format(port=listener.getsockname()[1])
    usual = {"twilio": NOWHERE, "gateway": f'public_url = "{public_url}"'}
    with open_clinic(folder, **usual | settings) as clinic:
        if credentials is not None:
            clinic.runtime = _with(clinic.runtime, credentials)
        meter = Meter(clinic.runtime)
        app = create_app(clinic.runtime, meter=meter)
        with (
            listening(app, listener) as port,
            httpx.Client(
                base_url=f"http://127.0.0.1:{port}", timeout=60.0, trust_env=False
            ) as http,
        ):
            yield WebDoor(clinic, meter, http)


def _with(runtime: Runtime, credentials: Mapping[str, str]) -> Runtime:
    twilio, complaints = read_credentials(credentials)
    assert twilio and not complaints
    return replace(runtime, settings=runtime.settings.model_copy(update={"twilio": twilio}))
