"""How fast a large export comes in, and how much memory it takes. Run it from the repository.

Each run makes a fresh encrypted database in a temporary folder and imports the file with the
`reminders` command in a process of its own, start-up included.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from reminders.care.columns import COLUMNS

NOW = "2026-03-31T12:00-07:00"
AREAS = ("212", "312", "415", "617", "713", "206", "303", "404", "505", "702")
PROTOCOLS = (
    ("writers-cramp", "Botox", "right hand"),
    ("muscle-spasm", "Xeomin", "shoulder"),
    ("chronic-pain", "Botox", "back"),
    ("chronic-migraine", "Botox", "head"),
    ("cervical-dystonia", "Dysport", "neck"),
    ("limb-spasticity", "Dysport", "left arm"),
    ("blepharospasm", "Xeomin", "eyelid"),
    ("cosmetic-lines", "Jeuveau", "forehead"),
)
SETTINGS = """
[database]
url = "sqlite:///var/reminders.db"
[gateway]
kind = "pretend"
[[clinic]]
key = "made-up"
name = "Made Up Clinic"
phone = "(415) 555-0100"
time_zone = "America/Los_Angeles"
sender = "+14155550101"
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One import: seconds from start to exit, those spent computing, and its peak RSS in MiB."""

    seconds: float
    computing: float
    peak: float


def made_up_rows(count: int) -> Iterator[tuple[object, ...]]:
    """Yield one treatment for each of so many made-up patients, all within the last month."""
    dice = Random(7)  # noqa: S311
    for n in range(count):
        protocol, product, site = PROTOCOLS[n % len(PROTOCOLS)]
        phone = f"+1{AREAS[n % len(AREAS)]}{220 + n // 70_000:03}{n // 10 % 7000 + 2000:04}"
        day = 1 + dice.randrange(30)
        at = f"2026-03-{day:02}T{8 + dice.randrange(9):02}:{dice.randrange(60):02}"
        zone = "" if n % 3 else "America/New_York"
        consent = "care+marketing" if n % 2 else "care"
        patient = (f"T{n}", f"P{n}", f"Sample{chr(97 + n % 26)}", "Madeup", phone)
        language = "es" if n % 4 == 0 else "en"
        agreed = (consent, "2026-02-20", "intake form, version 3")
        treated = (language, zone, protocol, product, site, at)
        yield (*patient, *treated, *agreed, "", "", "active")


def write_file(path: Path, *, rows: int) -> None:
    """Write the made-up export."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(made_up_rows(rows))


def one_run(rows: int) -> Run:
    """Import so many rows into a fresh database; raise when the import rejects any."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
        write_file(folder / "rows.csv", rows=rows)
        command = [sys.executable, "-m", "reminders", "import", "rows.csv"]
        command += ["--clinic", "made-up", "--now", NOW]
        started = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)  # noqa: S603
        account = child.stdout.read() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
    if child.returncode:
        raise SystemExit(account)
    print(account.splitlines()[-1], file=sys.stderr)
    unit = 1 if platform.system() == "Darwin" else 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 2**20)


def main() -> None:
    """Run the bench; print each run's rows a second, computing and peak memory, and medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    runs = [one_run(asked.rows) for _ in range(asked.runs)]
    for run in runs:
        print(_told(asked.rows, run))
    print("median of each:", _told(asked.rows, _medians(runs)))


def _medians(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(run.seconds for run in runs),
        statistics.median(run.computing for run in runs),
        statistics.median(run.peak for run in runs),
    )


def _told(rows: int, run: Run) -> str:
    return (
        f"{rows} rows: {rows / run.seconds:.0f} rows/s, "
        f"{1000 * run.computing / rows:.2f} ms of CPU a row, peak {run.peak:.0f} MiB"
    )


if __name__ == "__main__":
    main()
