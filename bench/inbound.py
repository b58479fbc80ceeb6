"""How fast a patient's text is taken in over HTTP, beside the least that any webhook must do.

Both serve in a process of their own, on an encrypted SQLite file at full durability, one after
the other in the same run: ours (/twilio/inbound, with everything that follows from a text), and a
bare endpoint that checks the signature and inserts one row. Run it from the repository.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import uvicorn
from fastapi import FastAPI, Request, Response
from multidict import MultiDict
from sqlalchemy import Column, MetaData, Table, Text
from twilio.request_validator import RequestValidator

from reminders.cli.hands import log_to_stderr
from reminders.clock import SystemClock
from reminders.runtime import open_runtime
from reminders.settings import load_settings
from reminders.store.database import open_database
from reminders.web.app import create_app
from reminders.web.listening import bind

PUBLIC = "https://texts.example.org"
TOKEN = "made-up-token"  # noqa: S105
ENVIRON = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": TOKEN}
SETTINGS = f"""
[database]
url = "sqlite:///var/reminders.db"
key_file = "keys/reminders.key"
[gateway]
kind = "twilio"
public_url = "{PUBLIC}"
[[clinic]]
key = "made-up"
name = "Made Up Clinic"
phone = "(415) 555-0100"
time_zone = "America/Los_Angeles"
sender = "+14155550101"
"""
WORDS = (
    "all good thank you",
    "My arm is a bit sore today but ok",
    "1",
    "When can I book my next visit?",
    "gracias, todo bien",
    "no effect yet, is that normal?",
)
AREAS = ("212", "312", "415", "617", "713", "206", "303", "404", "505", "702")

texts = Table("texts", MetaData(), Column("sid", Text, primary_key=True), Column("words", Text))


@dataclass(frozen=True, slots=True)
class Figure:
    """Requests a second, and the seconds within which half and 99 % of them were answered."""

    rate: float
    median: float
    p99: float


def ours(folder: Path) -> FastAPI:
    """Return the product's application on a fresh database."""
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    settings = load_settings(folder / "settings.toml", environ=ENVIRON | {"HOME": str(folder)})
    return create_app(open_runtime(settings, SystemClock()))


def bare(folder: Path) -> FastAPI:
    """Return an application that checks the signature and inserts one row.

    One thread writes, so that no write waits for another one's lock.
    """
    database = open_database(f"sqlite:///{folder}/bare.db", key_file=folder / "keys" / "bare.key")
    with database.write() as session:
        texts.create(session.connection())
    validator, app, writer = RequestValidator(TOKEN), FastAPI(), ThreadPoolExecutor(1)

    def insert(sid: str, words: str) -> None:
        with database.write() as session:
            session.execute(texts.insert().values(sid=sid, words=words))

    @app.post("/twilio/inbound")
    async def inbound(request: Request) -> Response:
        form = MultiDict((k, str(v)) for k, v in (await request.form()).multi_items())
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(f"{PUBLIC}/twilio/inbound", form, signature):
            return Response(status_code=403)
        writing = asyncio.get_running_loop().run_in_executor(
            writer, insert, form["MessageSid"], form["Body"]
        )
        await writing
        return Response("<Response/>", media_type="text/xml")

    return app


def serve(make: Callable[[Path], FastAPI], folder: Path, says: Connection) -> None:
    """Serve one application in this process until it is ended; says its port first."""
    log_to_stderr(level="info")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    listener = bind("127.0.0.1", 0)
    config = uvicorn.Config(make(folder), log_config=None, access_log=False)
    says.send(listener.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listener])


def posts(count: int) -> list[tuple[bytes, str]]:
    """Return so many signed forms of made-up patients."""
    validator, made = RequestValidator(TOKEN), []
    for n in range(count):
        form = {
            "MessageSid": f"SM{n:032x}",
            "AccountSid": ENVIRON["TWILIO_ACCOUNT_SID"],
            "From": f"+1{AREAS[n % 10]}55501{n // 10 % 100:02}",
            "To": "+14155550101",
            "Body": WORDS[n % len(WORDS)],
            "NumMedia": "0",
        }
        signature = validator.compute_signature(f"{PUBLIC}/twilio/inbound", form)
        made.append((urlencode(form).encode(), signature))
    return made


async def knock(port: int, made: list[tuple[bytes, str]], *, together: int) -> Figure:
    """Post everything, so many at once; raise when one is not answered with 200."""
    waits: list[float] = []
    left = iter(made)

    async def knocking(session: aiohttp.ClientSession) -> None:
        for body, signature in left:
            headers = {
                "X-Twilio-Signature": signature,
                "Content-Type": "application/x-www-form-urlencoded",
            }
            began = time.perf_counter()
            async with session.post("/twilio/inbound", data=body, headers=headers) as answer:
                await answer.read()
                answer.raise_for_status()
            waits.append(time.perf_counter() - began)

    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        began = time.perf_counter()
        await asyncio.gather(*(knocking(session) for _ in range(together)))
        seconds = time.perf_counter() - began
    return Figure(len(waits) / seconds, statistics.median(waits), sorted(waits)[-len(waits) // 100])


def one_run(
    make: Callable[[Path], FastAPI], made: list[tuple[bytes, str]], together: int
) -> Figure:
    """Serve one application afresh and knock."""
    hears, says = multiprocessing.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as folder, closing(hears):
        child = multiprocessing.Process(target=serve, args=(make, Path(folder), says))
        child.start()
        try:
            return asyncio.run(knock(hears.recv(), made, together=together))
        finally:
            child.terminate()
            child.join()


def main() -> None:
    """Run the bench; print each run's figures and what part of the bare rate ours is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--together", type=int, default=32)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    made = posts(asked.requests)
    shares = []
    for _ in range(asked.runs):
        least, whole = (one_run(make, made, together=asked.together) for make in (bare, ours))
        shares.append(whole.rate / least.rate)
        for name, run in (("bare", least), ("ours", whole)):
            print(
                f"{name}: {run.rate:.0f} requests/s, "
                f"median {1000 * run.median:.1f} ms, p99 {1000 * run.p99:.1f} ms"
            )
    print(f"ours beside bare: {', '.join(f'{share:.0%}' for share in shares)}")


if __name__ == "__main__":
    main()
