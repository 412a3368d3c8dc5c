"""Who is calling: tokens, checked once and remembered for a short while (BEHAVIOUR 1.6).

The token is opaque to clients: ``cwt=`` and whatever the ``Tokens`` port makes. A token that was
checked is believed until it expires, or until some account changes: whether one did is looked
up every ``RECHECK`` seconds, so that a report of activity costs no look into the database.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple, Protocol
from urllib.parse import unquote_to_bytes

from openucwa.app.exchange import Request
from openucwa.domain.identity import Identity
from openucwa.domain.ports import Accounts
from openucwa.resources.applications import COOKIE

PREFIX = "cwt="
RECHECK = 10.0
"""Seconds within which a locked account, a changed password or role takes effect."""

_REMEMBERED = 200_000
_COOKIE = re.compile(rb"(?:^|;) *%b=([^; ]*)" % COOKIE.encode())


class Grant(NamedTuple):
    """What a token says: whose it is, and which generation of the account it was given to."""

    identity: Identity
    generation: int = 0


class Tokens(Protocol):
    """Makes tokens and reads its own."""

    def issue(self, grant: Grant) -> str:
        """Return a token without the prefix."""
        ...

    def read(self, token: str, now: float) -> Grant | None:
        """Return what a token says, or None if it is not ours, was changed, or has expired."""
        ...


class Authenticator:
    """Turns an Authorization header into an identity."""

    def __init__(self, tokens: Tokens, accounts: Accounts) -> None:
        self._tokens = tokens
        self._accounts = accounts
        self._known: dict[bytes, Identity] = {}
        self._revision: int | None = None
        self._checked = 0.0

    def remembered(self, header: bytes, now: float) -> Identity | None:
        """Return the identity behind a header that was checked before."""
        known = self._known.get(header)
        return known if known is not None and now < known.expires else None

    async def recheck(self, now: float, believed: float = RECHECK) -> bool:
        """Forget all that was checked if an account has changed, and tell whether one has.

        Looks only now and then: what was seen is ``believed`` for so many seconds.
        """
        if now - self._checked < believed:
            return False
        self._checked = now
        revision = await self._accounts.revision()
        changed = revision != self._revision
        if changed:
            self._revision = revision
            self._known = {}
        return changed

    async def identify(self, header: bytes, now: float) -> Identity | None:
        """Return the identity behind a header, or None if it is worth nothing."""
        scheme, _, value = header.decode("latin-1").partition(" ")
        token = value.strip()
        if scheme.lower() != "bearer" or not token.startswith(PREFIX):
            return None
        grant = self._tokens.read(token.removeprefix(PREFIX), now)
        if grant is None:
            self._known.pop(header, None)
            return None
        identity = grant.identity
        known = self._known  # another one takes its place if this look turns out to be too early
        if not identity.anonymous:
            account = await self._accounts.account(identity.address)
            if account is None or account.disabled or account.generation != grant.generation:
                known.pop(header, None)
                return None
            if account.admin:
                identity = replace(identity, administrator=True)
        if len(known) >= _REMEMBERED:
            known.clear()
        known[header] = identity
        return identity

    def issue(self, grant: Grant) -> str:
        """Return a token as clients send it."""
        return PREFIX + self._tokens.issue(grant)


def from_cookie(request: Request) -> bytes:
    """Return the Authorization header that the photo cookie stands for, empty without one.

    Pages show photos without a header (R1.36); the cookie is for looking, never for changing.
    """
    found = _COOKIE.search(request.headers.get(b"cookie", b""))
    if found is None or request.method not in {"GET", "HEAD"}:
        return b""
    return b"Bearer " + unquote_to_bytes(found[1])
