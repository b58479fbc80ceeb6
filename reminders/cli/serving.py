"""`serve`: the webhooks, health and metrics alone, in a process beside the worker's."""

from __future__ import annotations

import signal
import sys
import threading

from reminders.cli.hands import CannotRun, app, hands, log_to_stderr
from reminders.cli.options import NowOption, SettingsOption
from reminders.settings import Settings
from reminders.web.listening import Doors, PortTaken, open_doors


@app.command()
def serve(now: NowOption = None, settings: SettingsOption = None) -> None:
    """Answer Twilio's webhooks until SIGTERM or SIGINT; the worker may run elsewhere or not yet."""
    log_to_stderr(level="info")
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    with hands(settings, now) as runtime:
        try:
            with open_doors(runtime, webhooks=True) as doors:
                print("\n".join(_told(runtime.settings, doors)), file=sys.stderr, flush=True)
                ended.wait()
        except PortTaken as error:
            raise CannotRun(str(error)) from None


def _told(settings: Settings, doors: Doors) -> list[str]:
    """Say where we listen, and why every webhook would be refused."""
    host = settings.web.host
    lines = [f"Webhooks and health: http://{host}:{doors.port}"]
    if doors.metrics_port:
        lines.append(f"Metrics: http://{host}:{doors.metrics_port}/metrics")
    if not settings.gateway.public_url:
        lines.append("gateway.public_url is empty: every webhook is refused, only health answers.")
    elif not (settings.twilio and settings.twilio.signing_tokens):
        lines.append("There is no TWILIO_AUTH_TOKEN: every webhook is refused.")
    return lines
