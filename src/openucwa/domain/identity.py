"""Who is calling, as the token says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """The holder of a token: address, scopes (R13.1), and until when (seconds since 1970).

    Whether she is an ``administrator`` is what her account says now; no token says it. Who is
    ``anonymous`` may enter one ``meeting``, by its id.
    """

    address: str
    scopes: frozenset[str]
    expires: float
    anonymous: bool = False
    administrator: bool = False
    meeting: str = ""


GUESTS = "anonymous.invalid"
"""The domain of the addresses that guests have; it can be nobody else's (RFC 2606)."""


def is_guest(address: str) -> bool:
    """Tell whether an address is that of a guest, who needs no account."""
    return address.endswith(f"@{GUESTS}")
