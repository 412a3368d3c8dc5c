"""The token endpoint: a password for a token (BEHAVIOUR 1.7)."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from openucwa.app.auth import Authenticator, Grant
from openucwa.app.exchange import Request, Response
from openucwa.app.meters import Meters
from openucwa.domain.identity import Identity
from openucwa.domain.people import Account, address_of
from openucwa.domain.ports import Accounts
from openucwa.hyper.declare import Scope
from openucwa.wire import forms, json
from openucwa.wire.malformed import Malformed

log = logging.getLogger(__name__)

PATH = "/WebTicket/oauthtoken"
OFFERED = ("password",)
"""The grants that the challenge names: those that work here (R1.35)."""

REMEMBERED = 10_000
"""Failures of so many accounts are remembered, the latest ones."""

_MINUTE = 60.0


class Passwords(Protocol):
    """Checks passwords, off the loop."""

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is right; takes its time for unknown accounts too."""
        ...


class GrantRefused(Exception):
    """A request for a token that is refused, with the code of R1.41."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description


@dataclass(slots=True, kw_only=True)
class TokenEndpoint:
    r"""Answers requests for tokens.

    ``lifetime`` is that of a token in seconds; ``domains`` help to read ``DOMAIN\user``;
    ``failures_allowed`` wrong passwords within a minute lock an account for a minute.
    """

    authenticator: Authenticator
    accounts: Accounts
    passwords: Passwords
    meters: Meters
    domains: frozenset[str]
    lifetime: float
    failures_allowed: int
    _failures: dict[str, deque[float]] = field(default_factory=dict)

    async def answer(self, request: Request, now: float) -> Response:
        """Answer with a token or with an error in the words of OAuth."""
        try:
            fields = forms.fields(request.header(b"content-type"), request.body)
            identity, generation = await self._sign_in(fields, now)
        except Malformed as error:
            return self._refuse("invalid_request", str(error))
        except GrantRefused as refused:
            return self._refuse(refused.code, refused.description)
        token = self.authenticator.issue(Grant(identity, generation))
        self.meters.sign_ins["granted"] += 1
        log.info("signed in", extra={"user": identity.address})
        body = {
            "access_token": token,
            "expires_in": int(identity.expires - now),
            "ms_rtc_identityscope": "local",
            "token_type": "Bearer",
        }
        return _response(200, body)

    async def _sign_in(self, fields: dict[str, str], now: float) -> tuple[Identity, int]:
        kind = fields.get("grant_type")
        if not kind:
            raise GrantRefused("invalid_request", "grant_type is missing.")
        if kind not in OFFERED:
            raise GrantRefused("unsupported_grant_type", f"Offered: {', '.join(OFFERED)}.")
        scopes = _scopes(fields.get("scope", ""))
        username, password = fields.get("username", ""), fields.get("password", "")
        if not username or not password:
            raise GrantRefused("invalid_request", "username and password are required.")
        account = await self._account(username)
        key = account.address if account else username.lower()[:200]
        self._refuse_guessing(key, now)
        right = await self.passwords.verify(account.password_hash if account else None, password)
        self._refuse_guessing(key, now)  # others that came at the same time count as well
        if account is None or not right or account.disabled:
            self._failures.setdefault(key, deque(maxlen=self.failures_allowed)).append(now)
            log.info("sign-in refused", extra={"user": key})
            raise GrantRefused("invalid_grant", "The user name or the password is wrong.")
        self._failures.pop(key, None)
        return Identity(account.address, scopes, now + self.lifetime), account.generation

    async def _account(self, username: str) -> Account | None:
        for address in self._addresses(username):
            account = await self.accounts.account(address)
            if account is not None:
                return account
        return None

    def _addresses(self, username: str) -> Iterator[str]:
        r"""Iterate over the addresses that a name may mean: ``user@domain`` or ``DOMAIN\user``."""
        domain, backslash, user = username.strip().partition("\\")
        names = [username]
        if backslash:
            short = domain.lower()
            fitting = [full for full in sorted(self.domains) if short in (full, full.split(".")[0])]
            names = [f"{user}@{full}" for full in fitting or [domain]]
        for name in names:
            address = address_of(name)
            if address is not None:
                yield address

    def _refuse_guessing(self, key: str, now: float) -> None:
        """Refuse whoever had too many failures within the last minute."""
        while len(self._failures) > REMEMBERED:
            del self._failures[next(iter(self._failures))]
        failures = self._failures.get(key, deque())
        while failures and failures[0] < now - _MINUTE:
            failures.popleft()
        if len(failures) >= self.failures_allowed:
            raise GrantRefused("invalid_grant", "Too many attempts; try again in a minute.")

    def _refuse(self, code: str, description: str) -> Response:
        self.meters.sign_ins[code] += 1
        return _response(400, {"error": code, "error_description": description})


def _scopes(text: str) -> frozenset[str]:
    """Read a wish for scopes: all of them unless some are named (R1.41, R1.45)."""
    wanted = frozenset(text.split()) - {"all"}
    if not wanted <= {scope.value for scope in Scope}:
        raise GrantRefused("invalid_scope", f"Known: all, {', '.join(Scope)}.")
    return wanted or frozenset(Scope)


def _response(status: int, body: dict[str, object]) -> Response:
    headers = [
        (b"Content-Type", b"application/json; charset=utf-8"),
        (b"Cache-Control", b"no-store"),
        (b"Pragma", b"no-cache"),
    ]
    return Response(status, headers, json.encode(body))
