"""``openucwa watch``: a live board of who is around, drawn from the server's own API.

It is a client like any other: it starts from the server's address and follows links.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode, urljoin
from urllib.request import Request, urlopen

import click
from rich.console import Console
from rich.live import Live

from openucwa import __version__
from openucwa.adapters.sql.database import FILE, Database
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.board import Row, board
from openucwa.cli.options import with_settings
from openucwa.domain.people import address_of
from openucwa.settings import Settings

LEASE = 30
"""Minutes for which to subscribe; the server says when to extend."""

PATIENCE = 60
"""Seconds to wait for an answer: more than the server holds a request for events."""

_AT_ONCE = 100
_RETRY = 2.0
_FACETS = {"contactPresence": "presence", "contactNote": "note", "contactLocation": "location"}

Tree = dict[str, Any]


class Refused(Exception):
    """The server said no."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Session:
    """One application of one person. Raises ``Refused`` and ``OSError`` (``URLError``)."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url
        self._form = {"grant_type": "password", "username": user, "password": password}
        self._endpoint = secrets.token_hex(16)
        self._token = ""
        self.application = ""
        self.people = ""

    def sign_in(self) -> str:
        """Find the way to an application, again after a loss; return where its events are."""
        user = self.ask("GET", self._url.rstrip("/") + "/")["_links"]["user"]["href"]
        self._token = self._ask_token(user)
        self._url = self.ask("GET", user)["_links"]["applications"]["href"]
        body = {"culture": "en-US", "endpointId": self._endpoint}
        created = self.ask("POST", self._url, body | {"userAgent": f"openucwa/{__version__}"})
        self.application = created["_links"]["self"]["href"]
        self.people = created["_embedded"]["people"]["_links"]["self"]["href"]
        self._url = urljoin(self._url, "/")
        return str(created["_links"]["events"]["href"])

    def _ask_token(self, user: str) -> str:
        """Get a token where the challenge says; without a token there always is one."""
        self._token = ""
        try:
            self.ask("GET", user)
        except Refused as refused:
            found = re.search(r'MsRtcOAuth href="(.*?)"', str(refused))
            if found is None:
                raise
            granted = self._send(Request(found[1], urlencode(self._form).encode()))
            return str(granted["access_token"])
        raise Refused(200, "this is not a server that asks who is calling")

    def ask(self, method: str, href: str, body: Tree | None = None) -> Tree:
        """Send a request to a link and return the answer's body."""
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        return self._send(Request(urljoin(self._url, href), data, headers, method=method))

    def _send(self, request: Request) -> Tree:
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                text = answer.read()
        except HTTPError as error:
            raise Refused(error.code, _reason(error)) from None
        except ValueError as error:
            raise URLError(str(error)) from None
        return json.loads(text) if text else {}

    def packages(self, href: str) -> Iterator[Tree]:
        """Iterate over packages of events, for ever."""
        while True:
            package = self.ask("GET", href)
            links = package["_links"]
            href = (links.get("resync") or links["next"])["href"]
            yield package


def _reason(error: HTTPError) -> str:
    """Return what an error says: the server's words, or its challenge."""
    with error:
        challenge = " ".join(error.headers.get_all("WWW-Authenticate", []))
        try:
            said = json.loads(error.read())
            return str(said.get("error_description") or said.get("message") or said["code"])
        except (ValueError, KeyError, AttributeError):
            return challenge or f"{error.code} {error.reason}"


class Watch:
    """Keeps the rows up to date. ``changed`` is called with a caption when there is news."""

    def __init__(
        self, session: Session, addresses: list[str], changed: Callable[[str], None]
    ) -> None:
        self._session = session
        self._addresses = addresses
        self._changed = changed
        self.rows: dict[str, Row] = {}

    def read(self) -> None:
        """Read everything about everybody."""
        for address in self._addresses:
            href = f"{self._session.people}/{quote(address)}"
            self.rows[address] = Row(self._session.ask("GET", href)["name"])
            for rel, facet in _FACETS.items():
                self._update(address, rel, self._session.ask("GET", f"{href}/{facet}"))

    def follow(self, events: str) -> None:
        """Follow the event channel for ever, over expired tokens and restarts of the server."""
        self._subscribe()
        while True:
            try:
                for package in self._session.packages(events):
                    self._take(package)
                    self._changed("")
            except Refused as refused:
                if refused.status not in (401, 404, 410):
                    raise
            except OSError:
                self._changed("the server cannot be reached; trying again")
                time.sleep(_RETRY)
            with suppress(OSError):
                events = self._session.sign_in()
                self._subscribe()
                self.read()

    def _subscribe(self) -> None:
        uris = [f"sip:{address}" for address in self._addresses]
        for start in range(0, len(uris), _AT_ONCE):
            some = {"duration": LEASE, "uris": uris[start : start + _AT_ONCE]}
            self._session.ask("POST", f"{self._session.people}/presenceSubscriptions", some)

    def _take(self, package: Tree) -> None:
        for event in (event for sender in package["sender"] for event in sender["events"]):
            rel, href = event["link"]["rel"], event["link"]["href"]
            if rel in _FACETS:
                address = unquote(event["in"]["href"].rpartition("/")[2])
                self._update(address, rel, self._session.ask("GET", href), time.time())
            elif (rel, event["type"]) == ("presenceSubscription", "updated"):
                self._session.ask("POST", href, {"duration": LEASE})
        if "resume" in package["_links"]:
            self._subscribe()

    def _update(self, address: str, rel: str, shown: Tree, now: float | None = None) -> None:
        row = self.rows[address]
        if rel == "contactNote":
            row.note = shown.get("message", "")
        elif rel == "contactLocation":
            row.location = shown.get("location", "")
        else:
            active = re.search(r"\d+", shown.get("lastActive", ""))
            row.since = now or (int(active[0]) / 1000 if active else None)
            row.availability, row.activity = shown["availability"], shown.get("activity", "")


@click.command()
@click.argument("user")
@click.argument("whom", nargs=-1)
@click.option("--url", help="Where the server is.  [default: as the settings say, on this machine]")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)
@click.option("--once", is_flag=True, help="Print the board once and end.")
@with_settings("server.port")
def watch(
    settings: Settings,
    user: str,
    whom: tuple[str, ...],
    *,
    url: str | None,
    password_stdin: bool,
    once: bool,
) -> None:
    """Show live who is around.

    Signs in as USER and shows WHOM: addresses, or everybody in the data folder. USER is not
    seen by others through it.
    """
    addresses = _addresses(whom) or _everybody(Path(settings.server.data))
    if password_stdin:
        password = click.get_text_stream("stdin").readline().rstrip("\r\n")
    else:
        password = click.prompt(f"Password of {user}", hide_input=True, err=True)
    session = Session(url or _here(settings), user, password)
    console = Console(emoji=False)
    try:
        events = session.sign_in()
        try:
            _show(session, addresses, console, None if once else events)
        finally:
            with suppress(Refused, OSError):
                session.ask("DELETE", session.application)
    except KeyboardInterrupt:
        return
    except (Refused, URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise click.ClickException(f"{url or _here(settings)}: {reason}") from None
