"""A stand-in Twilio: real HTTP on 127.0.0.1, the published rules, and every way to fail."""

from tests.standin.book import Receipt, Sent
from tests.standin.faults import Fault
from tests.standin.machine import StandIn
from tests.standin.switchboard import ACCOUNT_SID, API_KEY, API_SECRET, AUTH_TOKEN

__all__ = [
    "ACCOUNT_SID",
    "API_KEY",
    "API_SECRET",
    "AUTH_TOKEN",
    "Fault",
    "Receipt",
    "Sent",
    "StandIn",
]
