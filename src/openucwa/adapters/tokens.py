"""Tokens as signed JWTs, opaque to clients behind ``cwt=``."""

from __future__ import annotations

import jwt

from openucwa.app.auth import Grant
from openucwa.domain.identity import Identity

_ALGORITHM = "HS256"
_ISSUER = "openucwa"
_LONGEST = 4096


class SignedTokens:
    """The ``Tokens`` port, with the server's own secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, grant: Grant, now: float) -> str:
        """Return a token that says what the grant says."""
        identity = grant.identity
        claims = {
            "iss": _ISSUER,
            "sub": identity.address,
            "iat": int(now),
            "exp": int(identity.expires),
            "scp": " ".join(sorted(identity.scopes)),
            "gen": grant.generation,
            "anon": identity.anonymous,
        }
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
                issuer=_ISSUER,
                options={"verify_exp": False, "verify_iat": False, "require": ["sub", "exp"]},
            )
        except jwt.InvalidTokenError:
            return None
        expires = float(claims["exp"])
        if expires <= now:
            return None
        scopes = frozenset(claims["scp"].split())
        identity = Identity(claims["sub"], scopes, expires, anonymous=claims["anon"])
        return Grant(identity, claims["gen"])
