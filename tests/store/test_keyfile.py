"""The key of the encrypted database: one for all who come at once, and for its owner alone."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reminders.store.keyfile import KeyFileError, read_or_make

SHARED = "from pathlib import Path; from reminders.store.keyfile import read_or_make; import sys"


def test_the_key_is_made_once_however_many_come_first(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "reminders.key"
    with ThreadPoolExecutor(20) as threads:
        keys = set(threads.map(lambda _: read_or_make(path), range(60)))
    assert keys == {path.read_text(encoding="ascii").strip()}
    assert [p.name for p in path.parent.iterdir()] == ["reminders.key"]


def test_processes_that_start_together_read_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "reminders.key"
    code = f"{SHARED}; print(read_or_make(Path(sys.argv[1])))"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    answers = {process.communicate()[0] for process in running}
    assert answers == {path.read_text(encoding="ascii")}


def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "reminders.key"
    key = read_or_make(path)
    assert len(bytes.fromhex(key)) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert read_or_make(tmp_path / "a") != read_or_make(tmp_path / "b")


@pytest.mark.parametrize("words", ["", "not a key", "ab" * 31, "AB" * 32, "é" * 64])
def test_a_file_that_holds_no_key_is_refused_and_left_alone(tmp_path: Path, words: str) -> None:
    path = tmp_path / "reminders.key"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(KeyFileError, match=r"not a key of ours .* Put the right key file back"):
        read_or_make(path)
    assert path.read_text(encoding="utf-8") == words


def test_a_place_that_cannot_hold_a_key_is_named_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file stands where a folder should", encoding="utf-8")
    with pytest.raises(KeyFileError, match=r"set database.key_file to another place"):
        read_or_make(tmp_path / "file" / "keys" / "reminders.key")
    with pytest.raises(KeyFileError, match="cannot be read or made"):
        read_or_make(tmp_path)
