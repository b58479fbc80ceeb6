"""One stand-in Twilio for all tests of sending, empty at the start of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standin import StandIn


@pytest.fixture(scope="session")
def standing_in() -> Iterator[StandIn]:
    """Run one stand-in for the whole session."""
    with StandIn() as machine:
        yield machine


@pytest.fixture
def twilio(standing_in: StandIn) -> StandIn:
    """Return the stand-in with nothing in its memory."""
    standing_in.reset()
    return standing_in
