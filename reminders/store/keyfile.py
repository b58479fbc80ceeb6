"""The key of the encrypted database: made once, read by its owner alone."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


class KeyFileError(Exception):
    """The key cannot be had; the words say why and what to do."""


def read_or_make(path: Path) -> str:
    """Return 64 hex digits; whichever process comes first makes the file, whole or not at all."""
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)
    except OSError as error:
        raise KeyFileError(_unreadable(path, error)) from None


def _read(path: Path) -> str:
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) != 64 or any(digit not in "0123456789abcdef" for digit in key):
        raise KeyFileError(
            f"{path}: this is not a key of ours (64 hexadecimal digits). "
            "Put the right key file back from where you keep its copy."
        )
    return key


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    except OSError as error:
        raise KeyFileError(_unreadable(path, error)) from None
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        _make_lasting(path.parent)
    except OSError as error:
        raise KeyFileError(_unreadable(path, error)) from None
    finally:
        Path(draft).unlink()


def _make_lasting(folder: Path) -> None:
    """Bring the folder to disk before anything is written that only this key can read."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unreadable(path: Path, error: OSError) -> str:
    return (
        f"{path}: the key file cannot be read or made ({error.strerror}). "
        "Give this account the right to it, or set database.key_file to another place."
    )
