"""The rules of the house that a linter does not know: lengths, names, docstrings, the drawings."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reminders.care.message import diagram

ROOT = Path(__file__).resolve().parents[1]
HOUSE = sorted([*(ROOT / "reminders").rglob("*.py"), ROOT / "worker.py"])
EVERYTHING = sorted([*HOUSE, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])
WALL, CALM = 400, 250
FORBIDDEN = frozenset(
    [
        "manager",
        "service",
        "helper",
        "util",
        "utils",
        "common",
        "base",
        "processor",
        "handler",
        "data",
        "info",
        "item",
        "object",
        "provider",
        "user",
        "notification",
        "job",
    ]
)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() or [str(p.relative_to(ROOT)) for p in EVERYTHING]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_it_keeps_files_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    limit = CALM if path in HOUSE and "versions" not in path.parts else WALL
    assert lines <= limit, f"{name_of(path)} has {lines} lines"


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_it_keeps_functions_on_a_screen(path: Path) -> None:
    if "versions" in path.parts:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert long == []


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_every_module_says_what_may_live_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_it_calls_things_by_their_names(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = {word for name in (path.stem, *defined(tree)) for word in parts(name)}
    assert words & FORBIDDEN == set()


def defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def parts(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip("_").split("_")


def test_the_state_diagram_in_the_documentation_is_the_table() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    drawn = re.search(r"```mermaid\n(stateDiagram-v2.*?)\n```", page, re.DOTALL)
    assert drawn is not None
    assert drawn.group(1) == diagram()


def test_the_tree_in_the_documentation_is_the_tree() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    drawn = re.search(r"```tree\n(.*?)\n```", page, re.DOTALL)
    assert drawn is not None
    named = set(re.findall(r"^\s*([\w./]+(?:\.py|/))", drawn.group(1), re.MULTILINE))
    rooms = {p.name for p in (ROOT / "reminders").glob("*.py") if p.name != "__main__.py"}
    rooms |= {f"{p.name}/" for p in (ROOT / "reminders").iterdir() if (p / "__init__.py").exists()}
    assert rooms <= named
    assert {n for n in named if not n.startswith(("templates", "tests", "docs"))} - OUTSIDE <= rooms


OUTSIDE = {"worker.py", "settings.toml", "reminders/", "bench/", "protocols/", "sms/"}


def test_the_lock_names_no_registry_and_pins_every_hash() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "index" not in lock
    pins = re.findall(r"^[a-z0-9-]+(?:\[[a-z,]+\])?==\S+", lock, re.MULTILINE | re.IGNORECASE)
    assert len(pins) > 30
    assert lock.count("--hash=sha256:") >= len(pins)


def test_sample_telephones_come_from_the_range_reserved_for_fiction() -> None:
    found = [
        f"{name_of(path)}: {number}"
        for path in tracked()
        if path.suffix in {".py", ".toml", ".md", ".csv", ".jsonl", ".html"}
        for number in re.findall(r"\+1[2-9]\d{9}\b", path.read_text(encoding="utf-8"))
        if not re.fullmatch(r"\+1[2-9]\d{2}55501\d\d", number)
    ]
    assert found == []


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile(
        "TO" + "DO|FIX" + "ME|X" + "XX|raise Not" + "Implemented|pragma: no " + "cover"
    )
    found = [name_of(path) for path in EVERYTHING if marks.search(path.read_text(encoding="utf-8"))]
    assert found == []
