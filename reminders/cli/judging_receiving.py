"""What `check` finds about the way in: can patients' answers and receipts reach us at all?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reminders.care.complaint import Complaint
from reminders.settings import Settings


def judge_receiving(settings: Settings, *, file: Path) -> Iterator[Complaint]:
    """Complain of webhooks that would all be refused: Twilio signs with the auth token alone."""
    gateway, twilio = settings.gateway, settings.twilio
    if gateway.receive != "webhook" or not gateway.public_url or twilio is None:
        return
    if not twilio.signing_tokens:
        yield Complaint(
            "TWILIO_AUTH_TOKEN",
            "is not set, so no webhook can be proved to be Twilio's and all are refused",
            f'set it beside the API key, or write receive = "poll" in {file}, gateway',
        )
