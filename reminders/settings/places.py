"""Where the database, its key and the folders lie. Paths and database addresses only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationInfo

from reminders.settings.complaints import refuse

SHIPPED_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SQLITE = "sqlite:///"
POSTGRESQL = "postgresql+psycopg://"

Loc = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value may depend on besides itself.

    `folder` holds the settings file: relative paths start there. `config_home` is the account's
    own folder for configuration, None when the account has no home. `variables` names, by place
    in the settings, the environment variable that set a value.
    """

    folder: Path
    config_home: Path | None
    variables: Mapping[Loc, str]


def surroundings(info: ValidationInfo) -> Surroundings:
    """Return what load_settings passed along."""
    context = info.context
    if not isinstance(context, Surroundings):
        raise TypeError("settings are read with load_settings, which knows their folder")
    return context


def absolute_url(url: str, info: ValidationInfo) -> str:
    """Accept a SQLite file, made absolute, or PostgreSQL through psycopg."""
    if url.startswith(POSTGRESQL):
        return _without_written_password(url, info)
    if not url.startswith("sqlite:"):
        raise refuse(
            "is not the address of a database we can use",
            mend=f'write url = "{SQLITE}var/reminders.db", or an address in {POSTGRESQL}',
        )
    place = url.removeprefix(SQLITE)
    if place in ("", url) or ":memory:" in place or "?" in place:
        raise refuse(
            "names no lasting file, and a database in memory forgets every STOP",
            mend=f'name a file: url = "{SQLITE}var/reminders.db"',
        )
    return SQLITE + str(_database_file(place, surroundings(info)))


def _without_written_password(url: str, info: ValidationInfo) -> str:
    holds_password = ":" in url.removeprefix(POSTGRESQL).rpartition("@")[0] or "password=" in url
    if holds_password and ("database", "url") not in surroundings(info).variables:
        raise refuse(
            "holds a password, and secrets do not belong in this file",
            mend="take the password out, and give it in PGPASSWORD or a password file (PGPASSFILE),"
            " or set the whole address in REMINDERS_DATABASE__URL",
        )
    return url


def _database_file(place: str, around: Surroundings) -> Path:
    path = _located(place, around)
    if path.is_dir():
        raise refuse(
            "names a folder, not a file", mend=f'name a file in it: "{SQLITE}{place}/reminders.db"'
        )
    return path


def database_path(url: str) -> Path | None:
    """Return the file of a SQLite address, None for a database server."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def safe_key_file(path: Path, info: ValidationInfo) -> Path:
    """Place the key outside the database's folder: a stolen folder must not carry its key."""
    around = surroundings(info)
    database = database_path(info.data.get("url", ""))
    if path == Path():
        return _usual_key_file(database, around)
    placed = _located(path, around)
    if database is not None and placed.is_relative_to(database.parent):
        raise refuse(
            "lies in the database's own folder: whoever takes the folder has the key as well",
            mend="name a file in another folder, and let the database have a folder of its own",
        )
    if placed.is_dir():
        raise refuse("names a folder, not a file", mend="name the key file itself")
    return placed


def _usual_key_file(database: Path | None, around: Surroundings) -> Path:
    beside = (around.folder / "keys" / "reminders.key").resolve()
    if database is None or not beside.is_relative_to(database.parent):
        return beside
    if around.config_home is None:
        raise refuse(
            "has no usual place outside the database's folder, for this account has no home",
            mend="name a file in another folder under [database] as key_file",
        )
    digest = sha256(str(database).encode()).hexdigest()[:16]
    return around.config_home / "reminders" / f"{digest}.key"


def watched_folder(value: object, info: ValidationInfo) -> Path | None:
    """Place the intake folder; empty means that none is watched. It need not exist yet."""
    if value is None or value == "":
        return None
    placed = _placed(value, surroundings(info))
    if placed.is_file():
        raise refuse("names a file, not a folder", mend="name the folder that files arrive in")
    return placed


def file_to_write(value: object, info: ValidationInfo) -> Path:
    """Place the heartbeat file. It need not exist yet."""
    placed = _placed(value, surroundings(info))
    if placed.is_dir():
        raise refuse("names a folder", mend='name a file, like "var/heartbeat.json"')
    return placed


def templates_folder(value: object, info: ValidationInfo) -> Path:
    """Place the folder of protocols and texts; empty means the one that came with reminders."""
    if value == "":
        return SHIPPED_TEMPLATES
    placed = _placed(value, surroundings(info))
    if not placed.is_dir():
        raise refuse(
            "names a folder that is not there",
            mend='copy the shipped templates/ there, or write folder = "" to use them as they are',
        )
    return placed


def _placed(value: object, around: Surroundings) -> Path:
    if not isinstance(value, str):
        raise refuse("must be the name of a folder", mend='write it as text in "double quotes"')
    return _located(value, around)


def _located(place: str | Path, around: Surroundings) -> Path:
    """Return the absolute path, links followed, once the machine has said that it can be one."""
    try:
        path = (around.folder / place).resolve()
        path.exists()
    except (OSError, ValueError):
        raise refuse(
            "is not a place that this account can reach", mend="check the name and its folders"
        ) from None
    return path
