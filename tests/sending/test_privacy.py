"""No log line and no fault tells a stranger who is texted, at which number, or what."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.clinic import DUE, open_clinic, phone, row
from tests.standin import StandIn

NAME, LAST = "Canariensis", "Serinusova"
NUMBERS = re.compile("|".join(re.escape(phone(n)[2:]) for n in range(1, 9)))


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Collect every line that is logged, by whomever, from DEBUG on."""
    lines: list[str] = []

    def collect(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
        lines.append(repr(event))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[collect], wrapper_class=structlog.make_filtering_bound_logger("debug")
    )
    with caplog.at_level(logging.DEBUG):
        yield lines
    structlog.configure(**before)


def test_a_round_with_every_kind_of_trouble_logs_no_patient(
    tmp_path: Path,
    twilio: StandIn,
    log_lines: list[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url, patience=0.2) as clinic:
        clinic.take_in(*(row(n, first_name=NAME, last_name=LAST) for n in range(1, 9)))
        for number, (kind, code) in enumerate(
            (
                ("refuse", 21211),
                ("refuse", 21610),
                ("rfc9457", 30007),
                ("refuse", 20500),
                ("hang", 0),
                ("torn", 0),
            ),
            start=1,
        ):
            twilio.fault(kind, code=code, to=phone(number))
        twilio.fault("refuse", code=20003, at=8)
        clinic.round(DUE)
        words = [t["text"] for t in clinic.texts() if t["text"]]
        reasons = [t["reason"] for t in clinic.texts()]
        heartbeat = clinic.runtime.settings.worker.heartbeat_file.read_text(encoding="utf-8")
    told = [*log_lines, caplog.text, *capfd.readouterr(), *reasons, heartbeat]
    assert sum("settled" in line for line in log_lines) == 8
    for line in told:
        assert NAME not in line
        assert LAST not in line
        assert not NUMBERS.search(line)
        assert not any(text in line for text in words)
        assert "Cannot text" not in line
