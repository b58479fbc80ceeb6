"""Runtime: settings, clock, database, gateway, templates, dice; built once, passed everywhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from random import Random

from reminders.care.triage import Lexicon, compiled
from reminders.clock import Clock
from reminders.gateways import GatewayChoice, TwilioAccount, open_gateway
from reminders.gateways.gateway import Gateway
from reminders.settings import Settings
from reminders.store.database import Database, open_database
from reminders.store.mint import Mint, last_minted
from reminders.templates import Templates, load


@dataclass(frozen=True)
class Runtime:
    """The hands, held together. `worker` names this process among others.

    `carrier` is a gateway that is open already; without one the settings choose.
    """

    settings: Settings
    clock: Clock
    database: Database
    templates: Templates
    dice: Random = field(default_factory=secrets.SystemRandom)
    mint: Mint = field(default_factory=lambda: Mint(secrets.SystemRandom()))
    worker: str = field(default_factory=lambda: secrets.token_hex(6))
    carrier: Gateway | None = None

    def now(self) -> datetime:
        """The time, by our clock."""
        return self.clock.now()

    @cached_property
    def gateway(self) -> Gateway:
        """The company that carries our texts; opened by the first one."""
        return self.carrier or open_gateway(_choice(self.settings))

    @cached_property
    def lexicon(self) -> Lexicon:
        """Every language's words for understanding patients; made ready by the first text."""
        return compiled(self.templates.vocabularies)

    def close(self) -> None:
        """Let go of the database. The gateway is closed by the loop that used it."""
        self.database.close()


def open_runtime(settings: Settings, clock: Clock) -> Runtime:
    """Open the hands; DatabaseError or TemplateError say in words what is wrong."""
    templates = load(templates_folder(settings), languages=languages_of(settings))
    database = open_database(settings.database.url, key_file=settings.database.key_file)
    with database.read() as session:
        last = last_minted(session, clock.now())
    mint = Mint(secrets.SystemRandom(), last=last)
    return Runtime(settings, clock, database, templates, mint=mint)


def templates_folder(settings: Settings) -> Path:
    """The folder of protocols and texts that these settings use."""
    return settings.templates.folder


def languages_of(settings: Settings) -> tuple[str, ...]:
    """Every language that a clinic offers: a half-made folder of another one does no harm."""
    return tuple(dict.fromkeys(code for clinic in settings.clinics for code in clinic.languages))


def _choice(settings: Settings) -> GatewayChoice:
    return GatewayChoice(
        kind=settings.gateway.kind,
        account=_account(settings),
        api_base=settings.gateway.api_base,
        public_url=settings.gateway.public_url,
        in_flight=settings.worker.in_flight,
    )


def _account(settings: Settings) -> TwilioAccount | None:
    twilio = settings.twilio
    if twilio is None:
        return None

    def plain(secret: object) -> str:
        return secret.get_secret_value() if hasattr(secret, "get_secret_value") else ""

    return TwilioAccount(
        account_sid=plain(twilio.account_sid),
        auth_token=plain(twilio.auth_token),
        api_key=plain(twilio.api_key),
        api_secret=plain(twilio.api_secret),
    )
