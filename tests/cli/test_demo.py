"""The demo as a stranger meets it: piped, interrupted, and in a terminal of 80 by 24."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from reminders.care.protocol import Kind
from reminders.cli.screen import Screen
from reminders.simulator import Seen, Way

BEGAN = datetime(2026, 3, 1, 17, tzinfo=UTC)
DEMO = [sys.executable, "-m", "reminders", "demo", "--now", "2026-03-01T09:00"]


HEADINGS = (
    *("Texts by step", "segments at", "What the patients wrote", "1 patient opted out"),
    *("Cries for help", "Held back, and why", "Four patients"),
)


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REMINDERS")}
    return kept | {"TMPDIR": str(folder), "PYTHONWARNINGS": "error"}


def test_piped_it_tells_the_year_in_plain_lines_and_ends_with_0(tmp_path: Path) -> None:
    ran = subprocess.run(
        DEMO, env=environment(tmp_path), capture_output=True, text=True, timeout=100, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\x1b" not in ran.stdout
    assert "March 2026" in ran.stdout
    assert "February 2027" in ran.stdout
    assert "-> Ada    Lakeside Clinic: Ada, " in ran.stdout
    assert "<- Dex    I can't swallow, even water" in ran.stdout
    assert "=> Nurse Penny  Lakeside Clinic: EMERGENCY " in ran.stdout
    assert "<= Nurse Penny  TAKE " in ran.stdout
    for heading in HEADINGS:
        assert heading in ran.stdout
    assert "no consent to care texts" in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_stopped_by_hand_it_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with subprocess.Popen(
        DEMO,
        env=environment(tmp_path) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    ) as demo:
        assert demo.stdout is not None
        assert "made-up year" in demo.stdout.readline()
        demo.send_signal(signal.SIGINT)
        out, err = demo.communicate(timeout=60)
    assert (demo.returncode, err) == (130, "")
    assert out.endswith("Stopped. Nothing was sent and nothing is left behind.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_first_day_that_is_no_moment_is_refused_with_the_mend(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*DEMO[:-1], "tomorrow"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert "--now tomorrow" in ran.stderr
    assert "2026-03-02T10:00-08:00" in ran.stderr


def seen(number: int, words: str) -> Seen:
    """One bubble a day: our texts, a patient's, an answer, a page and somebody who takes it."""
    ways = list(Way)
    way = ways[number % len(ways)]
    kind = Kind.ONSET if way is Way.TEXT else None
    return Seen(way, "Ada", words, BEGAN + timedelta(days=number), segments=1, kind=kind)


def columns(screen: Screen, mark: str) -> int:
    """Return how far to the right a word stands in the picture."""
    console = Console(width=80, color_system=None)
    with console.capture() as drawn:
        console.print(screen.draw(console))
    return next(line.index(mark) for line in drawn.get().splitlines() if mark in line)


def test_the_clinics_bubbles_stand_on_the_left_and_the_patients_on_the_right() -> None:
    screen = Screen("Lakeside Clinic", BEGAN, BEGAN + timedelta(days=365), BEGAN)
    screen.add(Seen(Way.TEXT, "Ada", "asked", BEGAN, kind=Kind.ONSET, segments=1))
    screen.add(Seen(Way.WROTE, "Ada", "replied", BEGAN))
    assert columns(screen, "replied") > columns(screen, "asked")


def test_a_page_to_staff_has_another_frame_than_a_text_to_a_patient() -> None:
    console = Console(width=80, color_system=None)
    screen = Screen("Lakeside Clinic", BEGAN, BEGAN + timedelta(days=365), BEGAN)
    screen.add(Seen(Way.PAGE, "Nurse Example", "EMERGENCY 1", BEGAN, segments=1))
    with console.capture() as drawn:
        console.print(screen.draw(console))
    (page,) = [line for line in drawn.get().splitlines() if "EMERGENCY 1" in line]
    assert page.count("┃") == 4


@pytest.mark.parametrize("length", [20, 150, 300])
def test_the_picture_fits_a_terminal_of_80_by_24_and_shows_the_newest_text(length: int) -> None:
    console = Console(width=80, height=24, force_terminal=True, color_system="standard")
    screen = Screen("Lakeside Clinic", BEGAN, BEGAN + timedelta(days=365), BEGAN)
    for number in range(12):
        screen.add(seen(number, f"text-{number} " + "word " * (length // 5)))
        with console.capture() as drawn:
            console.print(screen.draw(console))
        assert len(drawn.get().splitlines()) <= 23
        assert f"text-{number} " in drawn.get()
    plain = Console(width=80, color_system=None)
    with plain.capture() as drawn:
        plain.print(screen.draw(plain))
    assert all(len(line) <= 80 for line in drawn.get().splitlines())
    assert "Thu Mar 12, 2026" in drawn.get()


def heed_interrupts() -> None:
    """A shell that starts us in the background has us ignore interrupts; a desk does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
