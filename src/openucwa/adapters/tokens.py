"""Tokens as signed JWTs, opaque to clients behind ``cwt=``."""

from __future__ import annotations

from functools import cache

import jwt

from openucwa.app.auth import Grant
from openucwa.domain.identity import Identity
from openucwa.hyper.declare import Scope

_ALGORITHM = "HS256"
ALL = frozenset(scope.value for scope in Scope)
"""What a token allows that does not say."""

_LONGEST = 4096


class SignedTokens:
    """The ``Tokens`` port, with the server's own secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, grant: Grant) -> str:
        """Return a token that says what the grant says, as shortly as it can be said."""
        identity = grant.identity
        claims: dict[str, object] = {"sub": identity.address, "exp": int(identity.expires)}
        if identity.scopes != ALL:
            claims["scp"] = " ".join(sorted(identity.scopes))
        if grant.generation:
            claims["gen"] = grant.generation
        if identity.anonymous:
            claims["anon"] = identity.meeting or True
        return jwt.encode(claims, self._secret, _ALGORITHM)

    def read(self, token: str, now: float) -> Grant | None:
        """Return what a token of ours says, or None. The time is ours, not the library's."""
        if len(token) > _LONGEST:
            return None
        try:
            claims = jwt.decode(
                token,
                self._secret,
                [_ALGORITHM],
                options={"verify_exp": False, "verify_iat": False, "require": ["sub", "exp"]},
            )
        except jwt.InvalidTokenError:
            return None
        expires = float(claims["exp"])
        if expires <= now:
            return None
        scopes = _scopes(claims["scp"]) if "scp" in claims else ALL
        guest = claims.get("anon", False)
        meeting = guest if isinstance(guest, str) else ""
        identity = Identity(claims["sub"], scopes, expires, bool(guest), meeting=meeting)
        return Grant(identity, claims.get("gen", 0))


@cache
def _scopes(text: str) -> frozenset[str]:
    """Read scopes; there are only so many combinations, and each is kept once."""
    return frozenset(text.split())
