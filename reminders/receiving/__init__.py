"""Receiving: a patient's text becomes an intent and then effects; a receipt becomes a state.

inbound: one text, one transaction · telephone: whose telephone it is and what we asked · effects:
what the reply table's effects do · receipt: what the carrier said.
"""

from reminders.receiving.inbound import receive
from reminders.receiving.receipt import take_receipt

__all__ = ["receive", "take_receipt"]
