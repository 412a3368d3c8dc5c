"""What ``server.live`` says: where Redis or Valkey is, and who we are to it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from redis.asyncio.connection import Connection as Socket
from redis.asyncio.connection import SSLConnection
from redis.exceptions import RedisError

TIMEOUT = 2.0
"""Seconds in which a server takes a connection, and answers."""

Place = tuple[str, int]
"""Host and port of one server."""


class LiveUnusable(Exception):
    """The live store cannot be used; the text says what to do, and nothing secret."""


class Kind(enum.Enum):
    """How many servers there are, and how the one with a key is found."""

    SINGLE = ""
    CLUSTER = "cluster"
    SENTINEL = "sentinel"


PORTS = {Kind.SINGLE: 6379, Kind.CLUSTER: 6379, Kind.SENTINEL: 26379}
SCHEMES = {
    f"{name}{'+' if kind.value else ''}{kind.value}": (kind, name == "rediss")
    for kind in Kind
    for name in ("redis", "rediss")
}
OPTIONS = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs")
"""What may stand behind the question mark, besides accounts of the Sentinels."""


@dataclass(frozen=True)
class Address:
    """A parsed URL."""

    kind: Kind
    tls: bool
    hosts: list[Place]
    service: str = ""
    account: dict[str, Any] = field(default_factory=dict, repr=False)
    watch: dict[str, Any] = field(default_factory=dict, repr=False)
    """The account at the Sentinels."""
    tls_options: dict[str, Any] = field(default_factory=dict, repr=False)

    def socket(self, place: Place) -> Socket:
        """Return a connection to a server that is yet to be made."""
        return self._socket(place, self.account)

    def sentinel(self, place: Place) -> Socket:
        """Return a connection to a Sentinel that is yet to be made."""
        return self._socket(place, self.watch)

    def _socket(self, place: Place, account: dict[str, Any]) -> Socket:
        of, options = (SSLConnection, self.tls_options) if self.tls else (Socket, {})
        host, port = place
        # What is read and written here is simpler in version 2, and older proxies know it too.
        return of(
            host=host,
            port=port,
            protocol=2,
            driver_info=None,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            **account,
            **options,
        )


def parse(url: str) -> Address:
    """Read a URL. Raises ``LiveUnusable``, never with the URL: it may have a password."""
    try:
        parts = urlsplit(url)
        kind, tls = SCHEMES[parts.scheme]
    except (ValueError, KeyError):
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise LiveUnusable(f"server.live must be a URL that begins with one of {known}") from None
    if parts.fragment:
        raise LiveUnusable("server.live: write a # in a password as %23")
    account, _, hosts = parts.netloc.rpartition("@")
    username, _, password = account.partition(":")
    database, service = _path(kind, parts)
    options = dict(parse_qsl(parts.query))
    watch = {name: options.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise LiveUnusable(f"server.live has an option that is not known: {unknown[0]}")
    address = Address(
        kind,
        tls,
        [_place(host, PORTS[kind]) for host in hosts.split(",")],
        service,
        {
            "username": unquote(username) or None,
            "password": unquote(password) or None,
            "db": database,
        },
        watch,
        options,
    )
    try:
        address.socket(address.hosts[0])
    except RedisError:
        raise LiveUnusable("server.live: an option of TLS has a value that is not known") from None
    return address


def _path(kind: Kind, parts: SplitResult) -> tuple[int, str]:
    """Return the number of the database, and the name of what Sentinels watch."""
    words = parts.path.strip("/").split("/")
    service = unquote(words.pop(0)) if kind is Kind.SENTINEL else ""
    database = "/".join(words)
    if kind is Kind.SENTINEL and not service:
        raise LiveUnusable("server.live lacks the name that the Sentinels know the service by")
    if database.strip("0") and (kind is Kind.CLUSTER or not database.isdecimal()):
        raise LiveUnusable("server.live: what follows the host must be the number of a database")
    return int(database or 0), service


def _place(text: str, port: int) -> Place:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port or port
    except ValueError:
        host = ""
    if not host:
        raise LiveUnusable("server.live has a host or port that cannot be read") from None
    return host, port
