"""Where the server may connect to on its own: names and networks that the operator allows.

Addresses of the inside (private, loopback, link-local and the like) need a network that says so,
whatever name leads there: names are in the hands of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

LONGEST = 2000
"""Characters of a URL."""

_NAT64 = IPv6Network("64:ff9b::/96")


class Destinations:
    """What is allowed: names, ``*.`` before a name, and networks; nothing: the whole outside.

    ``insecure`` allows plain HTTP. Raises ``ValueError`` for a network that is none.
    """

    def __init__(self, allowed: Iterable[str] = (), *, insecure: bool = False) -> None:
        entries = [entry.lower() for entry in allowed]
        self._networks = [ip_network(entry, strict=False) for entry in entries if is_network(entry)]
        self._names = {entry for entry in entries if not is_network(entry)}
        self._insecure = insecure

    def check(self, url: str) -> None:
        """Raise ``ValueError``, saying why, for a URL to which nothing may ever be sent."""
        if len(url) > LONGEST or not (url.isascii() and url.isprintable()) or " " in url:
            raise ValueError(f"a URL has at most {LONGEST} visible ASCII characters")
        parts = urlsplit(url)
        schemes = {"https", "http"} if self._insecure else {"https"}
        if parts.scheme not in schemes:
            raise ValueError(f"a URL begins with {' or '.join(sorted(schemes))}://")
        if parts.username is not None or parts.password is not None:
            raise ValueError("a URL has no name and password in it: messages are signed instead")
        if parts.fragment or "#" in url:
            raise ValueError("a URL has no fragment")
        if not parts.hostname or parts.port == 0:  # a port that is none raises by itself
            raise ValueError("a URL names a host")
        literal = _literal(parts.hostname)
        if literal is not None and not self.permits(parts.hostname, literal):
            raise ValueError(f"{parts.hostname} is not among webhooks.allowed")
        if literal is None and not (self._named(parts.hostname) or self._networks):
            raise ValueError(f"{parts.hostname} is not among webhooks.allowed")

    def permits(self, host: str, address: Address) -> bool:
        """Tell whether a host may be reached at an address."""
        if any(address in network for network in self._networks):
            return True
        return self._named(host) and is_outside(address)

    def _named(self, host: str) -> bool:
        """Tell whether a name is allowed; all are if nothing is said."""
        if not self._names and not self._networks:
            return True
        host = host.lower().rstrip(".")
        parents = host.split(".")[1:]
        above = {f"*.{'.'.join(parents[at:])}" for at in range(len(parents))}
        return not self._names.isdisjoint({host, *above})


def is_network(entry: str) -> bool:
    """Tell whether an entry is an address or a network, and not a name."""
    return "/" in entry or _literal(entry) is not None


def is_outside(address: Address) -> bool:
    """Tell whether an address, and one that is hidden in it, is of the public internet."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_outside(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
