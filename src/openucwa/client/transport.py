"""Requests with a token: signing in, and again when the token has expired, and trying again.

Every request may be sent again when its answer was lost: those that would do something twice
carry an id of their own, by which the server knows them.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from openucwa.client.errors import ApplicationGone, Reason, Refused, SignInFailed, Unreachable
from openucwa.client.pace import pauses
from openucwa.client.resources import Resource

PATIENCE = 60.0
"""Seconds for which a request is tried again; the server knows an operation for longer."""

ANSWER_WITHIN = 20.0
"""Seconds to wait for an answer, if it is not one that the server holds back."""

HOPS = 5
"""So many servers may send us to the next until one knows the user."""

_CHALLENGE = re.compile(r'MsRtcOAuth\s+href="?([^",\s]+)', re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,3}")
_GONE = {"ApplicationNotFound", "InactiveApplicationExpired"}
_BUSY = 429


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body, read as JSON if it is that, and where what was made is."""

    tree: Any
    location: str = ""

    @property
    def resource(self) -> Resource:
        """The body as a resource."""
        return Resource(self.tree)


class Transport:
    """The way to a server for one user. ``http`` is a client to use, else it makes its own."""

    def __init__(
        self, url: str, user: str, password: str, http: httpx2.AsyncClient | None = None
    ) -> None:
        self._root = url
        self._form = {"grant_type": "password", "username": user, "password": password}
        self.patience = PATIENCE
        """For how many seconds a request is tried, unless it says so itself."""
        self._http = http or httpx2.AsyncClient(timeout=ANSWER_WITHIN)
        self._base = url
        self._tokens = ""
        self._token = ""
        self._signing_in = asyncio.Lock()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def sign_in(self) -> Resource:
        """Find the user's server and get a token there; return the user resource.

        Raises ``SignInFailed``, ``Refused``, ``Unreachable``.
        """
        href = self._root
        for _ in range(HOPS):
            found = (await self.ask("GET", href)).resource
            if found.has("user"):
                found = (await self.ask("GET", found.href("user"))).resource
            if found.has("applications"):
                self._base = self._absolute(found.href("applications"))
                return found
            href = found.href("redirect")
        raise Unreachable("the servers send us from one to the next")

    async def ask(
        self,
        method: str,
        href: str,
        given: Mapping[str, Any] | str | None = None,
        *,
        patience: float | None = None,
        hold: float = ANSWER_WITHIN,
        known: asyncio.Event | None = None,
    ) -> Answer:
        """Send a request to a link and return the answer, trying for ``patience`` seconds.

        ``given`` is sent as JSON, or as plain text; ``hold`` is for how many seconds the server
        may hold the answer back. When ``known`` is set, the request has got there, whatever has
        become of the answer, and is not sent again. Raises ``Refused`` and ``Unreachable``.
        """
        patience = self.patience if patience is None else patience
        end = asyncio.get_running_loop().time() + patience
        for pause in pauses():
            try:
                return await self._attempt(method, self._absolute(href), given, hold)
            except httpx2.InvalidURL as error:
                raise Unreachable(str(error)) from error
            except (httpx2.RequestError, _Trouble) as trouble:
                wait = max(pause, trouble.wait) if isinstance(trouble, _Trouble) else pause
                if asyncio.get_running_loop().time() + wait > end:
                    raise Unreachable(str(trouble) or type(trouble).__name__) from trouble
                await asyncio.sleep(wait)
                if known is not None and known.is_set():
                    return Answer(None)
        raise AssertionError("pauses never end")

    async def read(self, href: str) -> Resource:
        """Read what belongs to an event, however long it takes: later events can wait.

        Raises ``Refused``.
        """
        return (await self.ask("GET", href, patience=math.inf)).resource

    async def _attempt(
        self, method: str, url: str, given: Mapping[str, Any] | str | None, hold: float
    ) -> Answer:
        token = self._token
        answer = await self._send(method, url, given, hold)
        if answer.status_code == 401:
            challenge = _CHALLENGE.search(", ".join(answer.headers.get_list("WWW-Authenticate")))
            if challenge is not None:
                self._tokens = self._absolute(challenge[1])
            await self._renew(token)
            answer = await self._send(method, url, given, hold)
            if answer.status_code == 401:
                raise _Trouble("the server does not take the token that it gave")
        return _read(answer)

    async def _send(
        self, method: str, url: str, given: Mapping[str, Any] | str | None, hold: float
    ) -> httpx2.Response:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body: dict[str, Any] = {"json": given}
        if given is None or isinstance(given, str):
            body = {"content": given}
        if isinstance(given, str):
            headers["Content-Type"] = "text/plain; charset=utf-8"
        timeout = httpx2.Timeout(ANSWER_WITHIN, read=hold)
        return await self._http.request(method, url, headers=headers, timeout=timeout, **body)

    async def _renew(self, token: str) -> None:
        """Get a token, unless somebody else has replaced this one meanwhile."""
        async with self._signing_in:
            if self._token != token:
                return
            if not self._tokens:
                raise Unreachable("the server does not say where to sign in")
            answer = await self._http.post(self._tokens, data=self._form)
            if 400 <= answer.status_code < 500 and answer.status_code != _BUSY:
                tree = _json(answer)
                said = tree.get("error_description", "") if isinstance(tree, dict) else ""
                raise SignInFailed(answer.status_code, Reason("InvalidGrant", "", str(said)))
            tree = _read(answer).tree
            if not isinstance(tree, dict) or not isinstance(tree.get("access_token"), str):
                raise Unreachable("the server gives no token")
            self._token = tree["access_token"]

    def _absolute(self, href: str) -> str:
        """Return an address. Raises ``Unreachable`` for what must not be asked."""
        if self._http.is_closed:
            raise Unreachable("the client has signed out")
        try:
            url = urljoin(self._base, href)
            where = urlsplit(url)
        except ValueError as error:
            raise Unreachable(f"{href!r} is no address: {error}") from None
        if where.scheme not in ("https", "http") or not where.netloc:
            raise Unreachable(f"{url!r} is not an address like https://pool.example.com")
        if where.scheme == "http" and urlsplit(self._root).scheme == "https":
            raise Unreachable(f"{url!r} is not encrypted, and {self._root} is")
        return url


class _Trouble(Exception):
    """The server is out of order, or busy; in ``wait`` seconds it may be better."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


def _json(answer: httpx2.Response) -> Any:
    try:
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else None
    except (ValueError, RecursionError):
        return None


def _read(answer: httpx2.Response) -> Answer:
    status = answer.status_code
    if status >= 500 or status == _BUSY:
        after = _SECONDS.fullmatch(answer.headers.get("Retry-After", ""))
        raise _Trouble(f"the server answers {status}", float(after[0]) if after else 0.0)
    tree = _json(answer)
    if status >= 400:
        reason = Resource(tree).reason
        reason = Reason(text=f"status {status}") if reason == Reason() else reason
        kind = ApplicationGone if status in (404, 410) and reason.subcode in _GONE else Refused
        raise kind(status, reason)
    return Answer(tree, answer.headers.get("Location", ""))
