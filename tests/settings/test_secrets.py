"""Twilio's secrets come from the environment or its files, must be sound, and are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from reminders.settings import SettingsError
from tests.settings.sample import MINIMAL, TWILIO, loaded, the_complaint

SID = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32}
SECRETS = SID | {"TWILIO_AUTH_TOKEN": "made-up-token"}


def test_twilio_starts_with_a_token(tmp_path: Path) -> None:
    twilio = loaded(tmp_path, TWILIO, SECRETS).twilio
    assert twilio and twilio.auth_token
    assert twilio.account_sid.get_secret_value() == SECRETS["TWILIO_ACCOUNT_SID"]
    assert twilio.auth_token.get_secret_value() == "made-up-token"
    assert twilio.api_key is None


def test_twilio_starts_with_an_api_key_and_secrets_kept_in_files(tmp_path: Path) -> None:
    written = {"ACCOUNT_SID": "ACmadeup", "API_KEY": "SKmadeup", "API_SECRET": "hush"}
    for name, secret in written.items():
        (tmp_path / name).write_text(f"{secret}\n", encoding="utf-8")
    environ = {f"TWILIO_{name}_FILE": str(tmp_path / name) for name in written}
    twilio = loaded(tmp_path, TWILIO, environ).twilio
    assert twilio and twilio.api_key and twilio.api_secret
    assert twilio.api_key.get_secret_value() == "SKmadeup"
    assert twilio.api_secret.get_secret_value() == "hush"
    assert twilio.auth_token is None


def test_while_the_token_changes_two_may_sign_what_twilio_posts(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("made-up-old-token\n", encoding="utf-8")
    both = SECRETS | {"TWILIO_AUTH_TOKEN_SECONDARY_FILE": str(tmp_path / "old")}
    twilio = loaded(tmp_path, TWILIO, both).twilio
    assert twilio and twilio.signing_tokens == ("made-up-token", "made-up-old-token")
    assert "made-up" not in repr(twilio)


def test_a_second_token_alone_is_not_enough_to_send(tmp_path: Path) -> None:
    where, _, _ = the_complaint(tmp_path, TWILIO, SID | {"TWILIO_AUTH_TOKEN_SECONDARY": "token"})
    assert where == "TWILIO_AUTH_TOKEN"


def test_the_pretend_gateway_reads_no_secret(tmp_path: Path) -> None:
    assert loaded(tmp_path, MINIMAL, {"TWILIO_AUTH_TOKEN": ""}).twilio is None


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    environ = SECRETS | {"REMINDERS_DATABASE__URL": "postgresql+psycopg://me:hush@db/r"}
    settings = loaded(tmp_path, TWILIO, environ)
    shown = repr(settings) + str(settings) + settings.model_dump_json() + str(settings.model_dump())
    assert settings.database.url.startswith("postgresql+psycopg://me:hush@")
    for secret in (*SECRETS.values(), "hush"):
        assert secret not in shown


def test_settings_without_secrets_are_refused_without_a_traceback_inside(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(tmp_path, TWILIO)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


CREDENTIALS = [
    ({"TWILIO_AUTH_TOKEN": "hush"}, "TWILIO_ACCOUNT_SID", "is not set"),
    (SID, "TWILIO_AUTH_TOKEN", "is not set"),
    (SID | {"TWILIO_AUTH_TOKEN": " "}, "TWILIO_AUTH_TOKEN", "is empty"),
    (SID | {"TWILIO_AUTH_TOKEN": "hush hush"}, "TWILIO_AUTH_TOKEN", "no spaces"),
    (SID | {"TWILIO_API_KEY": "SKhush"}, "TWILIO_API_SECRET", "is not set"),
    (SID | {"TWILIO_API_SECRET": "hush"}, "TWILIO_API_KEY", "is not set"),
    (SID | {"TWILIO_API_KEY": "hush", "TWILIO_API_SECRET": "hush"}, "TWILIO_API_KEY", "SK"),
    ({"TWILIO_ACCOUNT_SID": "hush", "TWILIO_AUTH_TOKEN": "hush"}, "TWILIO_ACCOUNT_SID", "AC"),
    (SID | {"TWILIO_AUTH_TOKEN_FILE": "/nowhere/hush"}, "TWILIO_AUTH_TOKEN_FILE", "be read"),
    (SID | {"TWILIO_AUTH_TOKEN_FILE": "/dev/null"}, "TWILIO_AUTH_TOKEN_FILE", "is empty"),
    (
        SID | {"TWILIO_AUTH_TOKEN": "hush", "TWILIO_AUTH_TOKEN_FILE": "/dev/null"},
        "TWILIO_AUTH_TOKEN",
        "set twice",
    ),
]


@pytest.mark.parametrize(("environ", "where", "what"), CREDENTIALS)
def test_twilio_does_not_start_without_sound_secrets(
    tmp_path: Path, environ: dict[str, str], where: str, what: str
) -> None:
    found = the_complaint(tmp_path, TWILIO, environ)
    assert found[0] == where
    assert what in found[1]
    assert "hush" not in str(found)


def test_an_empty_token_is_refused_even_beside_an_api_key(tmp_path: Path) -> None:
    key = SID | {"TWILIO_API_KEY": "SKmadeup", "TWILIO_API_SECRET": "hush"}
    found = the_complaint(tmp_path, TWILIO, key | {"TWILIO_AUTH_TOKEN": ""})
    assert found[:2] == ("TWILIO_AUTH_TOKEN", "is empty")
