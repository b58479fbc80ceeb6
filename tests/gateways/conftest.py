"""What the gateways' tests share: one stand-in Twilio for the session, emptied for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standin import StandIn


@pytest.fixture(scope="session")
def lasting_standin() -> Iterator[StandIn]:
    """Return a stand-in that lives as long as the test run."""
    with StandIn() as standin:
        yield standin


@pytest.fixture
def standin(lasting_standin: StandIn) -> StandIn:
    """Return the stand-in with nothing sent and nothing failing."""
    lasting_standin.reset()
    return lasting_standin
