"""The token endpoint: a password for a token (BEHAVIOUR 1.7)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from openucwa.app.auth import Authenticator, Grant
from openucwa.app.exchange import Request, Response
from openucwa.app.guessing import Guessing, TooManyGuesses
from openucwa.app.guests import GRANT, Guests, NotInvited
from openucwa.app.meters import Meters
from openucwa.domain.identity import Identity
from openucwa.domain.people import Account, address_of
from openucwa.domain.ports import Accounts
from openucwa.hyper.declare import Scope
from openucwa.wire import forms, json
from openucwa.wire.malformed import Malformed

log = logging.getLogger(__name__)

PATH = "/WebTicket/oauthtoken"
PASSWORD = "password"  # noqa: S105  the name of a grant
OFFERED = (GRANT, PASSWORD)
"""The grants that there are. The challenge names those that work here (R1.35)."""


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
    ``failures_allowed`` wrong passwords within a minute lock an account for a minute. Without
    ``guests`` only people with an account get in.
    """

    authenticator: Authenticator
    accounts: Accounts
    passwords: Passwords
    meters: Meters
    domains: frozenset[str]
    lifetime: float
    failures_allowed: int
    guests: Guests | None = None
    _guessing: Guessing = field(init=False)

    def __post_init__(self) -> None:
        self._guessing = Guessing(self.failures_allowed)

    @property
    def offered(self) -> tuple[str, ...]:
        """The grants that work here."""
        return OFFERED if self.guests is not None else (PASSWORD,)

    async def answer(self, request: Request, now: float) -> Response:
        """Answer with a token or with an error in the words of OAuth."""
        try:
            fields = forms.fields(request.header(b"content-type"), request.body)
            identity, generation = await self._sign_in(fields, now)
        except Malformed as error:
            return self._refuse("invalid_request", str(error))
        except GrantRefused as refused:
            return self._refuse(refused.code, refused.description)
        except TooManyGuesses:
            return self._refuse("invalid_grant", "Too many attempts; try again in a minute.")
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
        if kind not in self.offered:
            raise GrantRefused("unsupported_grant_type", f"Offered: {', '.join(self.offered)}.")
        if kind == GRANT and self.guests is not None:
            return await self._let_in(self.guests, fields, now), 0
        scopes = _scopes(fields.get("scope", ""))
        username, password = fields.get("username", ""), fields.get("password", "")
        if not username or not password:
            raise GrantRefused("invalid_request", "username and password are required.")
        account = await self._account(username)
        key = account.address if account else username.lower()[:200]
        self._guessing.refuse(key, now)
        right = await self.passwords.verify(account.password_hash if account else None, password)
        self._guessing.refuse(key, now)  # others that came at the same time count as well
        if account is None or not right or account.disabled:
            self._guessing.failed(key, now)
            log.info("sign-in refused", extra={"user": key})
            raise GrantRefused("invalid_grant", "The user name or the password is wrong.")
        self._guessing.forget(key)
        return Identity(account.address, scopes, now + self.lifetime), account.generation

    async def _let_in(self, guests: Guests, fields: dict[str, str], now: float) -> Identity:
        uri, key = fields.get("ms_rtc_conferenceuri", ""), fields.get("password", "")
        if not uri or not key:
            text = "ms_rtc_conferenceuri and password are required."
            raise GrantRefused("invalid_request", text)
        try:
            return await guests.identify(uri, key, fields.get("ms_rtc_renew", ""), now)
        except NotInvited:
            log.info("guest refused")
            raise GrantRefused("invalid_grant", "There is no such meeting.") from None

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
