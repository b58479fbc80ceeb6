"""What the stand-in remembers: the messages it created, and the calls it got. No network."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.utils import format_datetime
from secrets import token_hex
from typing import Any

from tests.standin.description import Complaint

API = "/2010-04-01"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the stand-in created: what it would have texted."""

    sid: str
    to: str
    body: str
    sender: str
    received_at: datetime
    params: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return the record with its instant as ISO 8601."""
        return {**asdict(self), "received_at": self.received_at.isoformat()}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One status callback, and what the other side answered (0: no answer)."""

    url: str
    params: Mapping[str, str]
    answer: int


@dataclass(slots=True)
class Book:
    """Everything that happened, safe to read from any thread."""

    account_sid: str
    create_calls: int = 0
    _sent: list[Sent] = field(default_factory=list)
    _violations: list[Complaint] = field(default_factory=list)
    _receipts: list[Receipt] = field(default_factory=list)
    _resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sent(self) -> list[Sent]:
        """Every message created so far, oldest first."""
        with self._lock:
            return list(self._sent)

    @property
    def violations(self) -> list[Complaint]:
        """Every rule of the published description that a create broke."""
        with self._lock:
            return list(self._violations)

    @property
    def receipts(self) -> list[Receipt]:
        """Every status callback made so far."""
        with self._lock:
            return list(self._receipts)

    def called(self, complaints: Sequence[Complaint]) -> int:
        """Count one create call, note what was wrong with it, and return its number from 1."""
        with self._lock:
            self.create_calls += 1
            self._violations.extend(complaints)
            return self.create_calls

    def create(self, params: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
        """Create a message and return its resource."""
        sid = f"SM{token_hex(16)}"
        sender = params.get("MessagingServiceSid") or params.get("From", "")
        body = params.get("Body", "")
        with self._lock:
            self._sent.append(Sent(sid, params.get("To", ""), body, sender, now, dict(params)))
            self._resources[sid] = self._resource(sid, params, now=now)
            return dict(self._resources[sid])

    def text_in(self, sender: str, to: str, body: str, *, now: datetime) -> dict[str, Any]:
        """List a text that somebody sent us; returns its resource."""
        sid = f"SM{token_hex(16)}"
        params = {"From": sender, "To": to, "Body": body}
        with self._lock:
            resource = self._resource(sid, params, now=now)
            resource |= {"direction": "inbound", "status": "received", "num_segments": "1"}
            resource["date_sent"] = resource["date_created"]
            self._resources[sid] = resource
            return dict(resource)

    def note(self, receipt: Receipt) -> None:
        """Remember a status callback."""
        with self._lock:
            self._receipts.append(receipt)

    def move(self, sid: str, status: str, *, error_code: int | None, now: datetime) -> None:
        """Give a message its next status."""
        with self._lock:
            resource = self._resources[sid]
            resource.update(status=status, error_code=error_code, date_updated=_rfc2822(now))
            if status == "sent":
                resource["date_sent"] = _rfc2822(now)

    def fetch(self, sid: str) -> dict[str, Any] | None:
        """Return one resource."""
        with self._lock:
            return dict(self._resources[sid]) if sid in self._resources else None

    def search(self, *, to: str = "", sender: str = "") -> list[dict[str, Any]]:
        """Return resources, newest first; an empty filter takes all."""
        with self._lock:
            return [
                dict(found)
                for found in reversed(self._resources.values())
                if (not to or found["to"] == to) and (not sender or found["from"] == sender)
            ]

    def forget(self) -> None:
        """Start again with an empty book."""
        with self._lock:
            self.create_calls = 0
            for kept in (self._sent, self._violations, self._receipts, self._resources):
                kept.clear()

    def _resource(self, sid: str, params: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
        pool = params.get("MessagingServiceSid")
        uri = f"{API}/Accounts/{self.account_sid}/Messages/{sid}.json"
        return {
            "sid": sid,
            "account_sid": self.account_sid,
            "messaging_service_sid": pool,
            "from": params.get("From"),
            "to": params.get("To", ""),
            "body": params.get("Body", ""),
            "status": "accepted" if pool else "queued",
            "direction": "outbound-api",
            "num_segments": "0" if pool else "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "error_message": None,
            "date_created": _rfc2822(now),
            "date_sent": None,
            "date_updated": _rfc2822(now),
            "api_version": API.strip("/"),
            "uri": uri,
            "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
        }


def _rfc2822(moment: datetime) -> str:
    return format_datetime(moment)
