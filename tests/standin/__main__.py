"""Run the stand-in by itself: `python -m tests.standin --port 0` prints its address and waits."""

from __future__ import annotations

import argparse
import signal
import sys

from tests.standin.machine import StandIn


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    callbacks = [status for status in asked.callbacks.split(",") if status]
    with StandIn(port=asked.port, latency=asked.latency, callbacks=callbacks) as standin:
        print(standin.url, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--callbacks", default="", help="statuses to report, with commas")
    return parser.parse_args()


if __name__ == "__main__":
    main()
