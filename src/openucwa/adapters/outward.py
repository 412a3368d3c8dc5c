"""The only way to servers of others: checked, timed out, and nothing is followed or believed.

A name is looked up when a connection is made, and the connection goes to the address that was
checked: nobody can show one address to the check and another one to the connection.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from openucwa import __version__
from openucwa.domain.destinations import Destinations

log = logging.getLogger(__name__)

LONGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read, so that its connection can be used again."""

AT_ONCE = 32
"""So many messages are on their way to one receiver at a time; more wait for their turn."""

KEPT = 20
"""So many connections are kept open for the next message."""

KEPT_FOR = 60.0
"""Seconds for which they are kept."""


class Unreachable(Exception):
    """Nobody answered, or nobody may be asked; the text says why."""


class CannotTrust(Exception):
    """The file with certificates cannot be used; the text says which one."""


class CheckedBackend(httpcore2.AnyIOBackend):
    """Connects to allowed addresses only."""

    def __init__(self, destinations: Destinations) -> None:
        self._destinations = destinations

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the caller's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that may be connected to and can be."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore2.ConnectError(f"{host} has no address: {error}") from None
        addresses = dict.fromkeys(str(place[0]) for *_, place in found)
        allowed = [one for one in addresses if self._destinations.permits(host, ip_address(one))]
        failure: Exception = httpcore2.ConnectError(
            f"{host} is at {', '.join(addresses)}, which webhooks.allowed does not allow"
        )
        for address in allowed:
            try:
                return await super().connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class Outward:
    """Posts messages. ``timeout`` is for all of it, in seconds; ``ca`` a PEM file to trust, too.

    Raises ``CannotTrust`` if that cannot be read.
    """

    def __init__(self, destinations: Destinations, timeout: float = 10.0, ca: str = "") -> None:
        self._destinations = destinations
        self._timeout = timeout
        self._trusted = ca
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._pool: httpcore2.AsyncConnectionPool | None = self._open() if ca else None

    def _open(self) -> httpcore2.AsyncConnectionPool:
        """Make connections possible: not before they are needed, for it takes time."""
        context = ssl.create_default_context()
        if self._trusted:
            try:
                context.load_verify_locations(self._trusted)
            except OSError as error:
                raise CannotTrust(f"cannot use webhooks.ca, {self._trusted}: {error}") from None
        return httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=None,
            max_keepalive_connections=KEPT,
            keepalive_expiry=KEPT_FOR,
            network_backend=CheckedBackend(self._destinations),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post a message; return the status of the answer. Raises ``Unreachable``."""
        try:
            self._destinations.check(url)
            turn = self._turns.setdefault(urlsplit(url).netloc, asyncio.Semaphore(AT_ONCE))
            async with turn, asyncio.timeout(self._timeout):
                return await self._post(url, headers, body)
        except TimeoutError:
            raise Unreachable(f"no answer within {self._timeout:g} s") from None
        except (ValueError, OSError, *_FAILURES) as error:
            raise Unreachable(str(error) or type(error).__name__) from None

    async def close(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            await self._pool.aclose()

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        own = [("User-Agent", f"OpenUCWA/{__version__}"), ("Content-Length", str(len(body)))]
        given = [*own, *headers.items()]
        self._pool = self._pool or self._open()
        async with self._pool.stream("POST", url, headers=given, content=body) as answer:
            read = 0
            async for chunk in answer.aiter_stream():
                read += len(chunk)
                if read > LONGEST_ANSWER:
                    break
            return answer.status


_FAILURES = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
)
