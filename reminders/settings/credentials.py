"""Twilio's secrets, from the environment or from files that it names, and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr

from reminders.care.complaint import Complaint

SID, TOKEN = "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"
SECOND = "TWILIO_AUTH_TOKEN_SECONDARY"
KEY, SECRET = "TWILIO_API_KEY", "TWILIO_API_SECRET"
FORMS = {
    SID: (re.compile(r"AC[0-9A-Za-z]+"), "begins with AC"),
    TOKEN: (re.compile(r"[!-~]+"), "holds no spaces"),
    SECOND: (re.compile(r"[!-~]+"), "holds no spaces"),
    KEY: (re.compile(r"SK[0-9A-Za-z]+"), "begins with SK"),
    SECRET: (re.compile(r"[!-~]+"), "holds no spaces"),
}


class TwilioCredentials(BaseModel):
    """Proof to Twilio of who we are: the account, with its token or an API key and secret.

    The tokens also prove to us that a request is Twilio's; during a change of token it may be
    signed with either of two.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    account_sid: SecretStr
    auth_token: SecretStr | None = None
    auth_token_secondary: SecretStr | None = None
    api_key: SecretStr | None = None
    api_secret: SecretStr | None = None

    @property
    def signing_tokens(self) -> tuple[str, ...]:
        """Every token with which Twilio may sign its requests to us; API keys sign nothing."""
        known = (self.auth_token, self.auth_token_secondary)
        return tuple(token.get_secret_value() for token in known if token)


def secret_meant(key: str) -> str | None:
    """Return the variable for a secret that somebody wrote as a key; None for any other key."""
    plain = key.upper().removeprefix("TWILIO_").removesuffix("_FILE").replace("_", "")
    variables = {name.removeprefix("TWILIO_").replace("_", ""): name for name in FORMS}
    return variables.get(plain, TOKEN if plain == "TWILIO" else None)


def read_credentials(
    environ: Mapping[str, str],
) -> tuple[TwilioCredentials | None, tuple[Complaint, ...]]:
    """Return the credentials, or None and every complaint about them."""
    secrets: dict[str, SecretStr] = {}
    complaints: list[Complaint] = []
    for name in FORMS:
        match _read(name, environ):
            case Complaint() as complaint:
                complaints.append(complaint)
            case str() as secret:
                secrets[name] = SecretStr(secret)
    refused = {complaint.where.removesuffix("_FILE") for complaint in complaints}
    complaints += _missing(frozenset(secrets) | refused)
    return (None if complaints else _credentials(secrets)), tuple(complaints)


def _credentials(secrets: Mapping[str, SecretStr]) -> TwilioCredentials:
    return TwilioCredentials(
        account_sid=secrets[SID],
        auth_token=secrets.get(TOKEN),
        auth_token_secondary=secrets.get(SECOND),
        api_key=secrets.get(KEY),
        api_secret=secrets.get(SECRET),
    )


def _read(name: str, environ: Mapping[str, str]) -> str | Complaint | None:
    plain, named = environ.get(name), environ.get(f"{name}_FILE")
    if plain is not None and named is not None:
        return Complaint(name, f"is set twice, also as {name}_FILE", "keep one of the two")
    if named is not None:
        return _read_file(name, named)
    return None if plain is None else _checked(name, plain, where=name)


def _read_file(name: str, path: str) -> str | Complaint:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return Complaint(
            f"{name}_FILE",
            "does not name a file that can be read",
            "name a file that holds only the secret and that this account may read",
        )
    return _checked(name, text, where=f"{name}_FILE")


def _checked(name: str, text: str, *, where: str) -> str | Complaint:
    secret = text.strip()
    form, words = FORMS[name]
    # An empty token would make anybody's signature on a webhook look like Twilio's.
    if not secret:
        return Complaint(where, "is empty", "copy the value from the Twilio console, or unset it")
    if not form.fullmatch(secret):
        return Complaint(where, f"is not what we expect: it {words}", "copy it from Twilio again")
    return secret


def _missing(known: frozenset[str]) -> list[Complaint]:
    """Complain of what sending through Twilio still needs; `known` was given, rightly or not."""
    complaints = []
    if SID not in known:
        complaints.append(_unset(SID))
    if not known & {TOKEN, KEY, SECRET}:
        complaints.append(_unset(TOKEN, otherwise=f", or {KEY} and {SECRET},"))
    if len(known & {KEY, SECRET}) == 1:
        complaints += [_unset(name) for name in (KEY, SECRET) if name not in known]
    return complaints


def _unset(name: str, *, otherwise: str = "") -> Complaint:
    return Complaint(
        name,
        'is not set, and gateway.kind = "twilio" needs it',
        f"set {name} or {name}_FILE{otherwise} in the environment",
    )
