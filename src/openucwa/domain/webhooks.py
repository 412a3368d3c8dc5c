"""Pushing to servers of others: what is signed, when it is tried again, what waits meanwhile.

Signatures are those of Standard Webhooks (standardwebhooks.com), so receivers have libraries for
them. Times are seconds since 1970, spans are seconds; nothing here sends anything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

MARK = "whsec_"
"""What secrets begin with, so that who sees one knows what it is."""

ROTATION = 24 * 3600.0
"""Seconds for which an old secret signs beside the new one."""

FIRST = 0.5
"""Seconds of the first pause at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where something is pushed to. Until a day after it was ``rotated`` two secrets sign."""

    id: str
    url: str
    secret: str = field(repr=False)
    old_secret: str = field(default="", repr=False)
    rotated: float = 0.0

    def secrets(self, now: float) -> tuple[str, ...]:
        """Return the secrets that sign now, the newest first."""
        both = self.old_secret and now < self.rotated + ROTATION
        return (self.secret, self.old_secret) if both else (self.secret,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback(Target):
    """Where the events of applications go that call themselves ``user_agent``.

    Of one person's applications, or of everybody's if ``address`` is empty.
    """

    user_agent: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Target):
    """Where changes of presence go: ``everybody``'s, or those of people and groups."""

    everybody: bool = False
    subjects: tuple[str, ...] = ()


class Registrations(Protocol):
    """What the operator registered."""

    async def callbacks(self) -> Sequence[Callback]:
        """Return all callbacks by id."""
        ...

    async def webhooks(self) -> Sequence[Webhook]:
        """Return all webhooks by id."""
        ...

    async def revision(self) -> int:
        """Return a number that is another one whenever either has changed."""
        ...


def host_of(url: str) -> str:
    """Return what may be told of a URL: the rest may be a secret."""
    return urlsplit(url).hostname or ""


def secret_of(key: bytes) -> str:
    """Write a key as the secret that receivers are given."""
    return MARK + base64.b64encode(key).decode()


def signature(secrets: Sequence[str], identifier: str, time: int, body: bytes) -> str:
    """Sign a message: one signature for each secret, separated by spaces."""
    signed = f"{identifier}.{time}.".encode() + body
    digests = (
        hmac.new(base64.b64decode(secret.removeprefix(MARK)), signed, hashlib.sha256).digest()
        for secret in secrets
    )
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def headers(target: Target, identifier: str, now: float, body: bytes) -> dict[str, str]:
    """Return what a message says of itself; only time and signature change when it is repeated."""
    time = int(now)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Webhook-Id": identifier,
        "Webhook-Timestamp": str(time),
        "Webhook-Signature": signature(target.secrets(now), identifier, time, body),
    }


class Patience(NamedTuple):
    """After so many failures, or failing for so long, somebody counts as unreachable.

    ``longest`` is that of the pauses between attempts.
    """

    failures: int = 5
    span: float = 30.0
    longest: float = 60.0


@dataclass(slots=True)
class Reach:
    """How a receiver answers: attempts that failed since the last that did not."""

    failures: int = 0
    since: float = 0.0

    def failed(self, now: float) -> None:
        """Note a failure."""
        self.since = self.since if self.failures else now
        self.failures += 1

    def succeeded(self) -> None:
        """Note that all is well again."""
        self.failures = 0

    def is_lost(self, patience: Patience, now: float) -> bool:
        """Tell whether it is of no use to do what the receiver has to hear of."""
        if not self.failures:
            return False
        return self.failures >= patience.failures or now - self.since >= patience.span

    def pause(self, patience: Patience, chance: float) -> float:
        """Return how long to wait before the next attempt: longer each time.

        ``chance``, from 0 to 1, shortens it by up to half, so that not all come back at once.
        """
        full = min(FIRST * 2.0 ** min(self.failures - 1, 32), patience.longest)
        return full * (1.0 - chance / 2)


class Report(NamedTuple):
    """What others see of a person since some time. Later ones have higher numbers."""

    address: str
    number: int
    since: float
    availability: str
    activity: str | None
    note: str | None
    location: str | None


class Outbox:
    """Reports that wait: one of each person, her latest, at the place of her first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: dict[str, Report] = {}

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def put(self, report: Report) -> Report | None:
        """Have a report wait; return another that had to make room for it, the oldest."""
        self._waiting[report.address] = report
        if len(self._waiting) <= self._limit:
            return None
        return self._waiting.pop(next(iter(self._waiting)))

    def take(self, most: int) -> list[Report]:
        """Return the first that wait, which do not any more."""
        found = [self._waiting[address] for address in list(self._waiting)[:most]]
        for report in found:
            del self._waiting[report.address]
        return found
