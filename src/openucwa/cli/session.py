"""A small UCWA client: signs in from nothing but an address, and follows links.

Everything may raise ``Refused`` (the server said no) or ``OSError`` (it could not be asked).
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from openucwa import __version__

PATIENCE = 60
"""Seconds to wait for an answer: more than the server holds a request for events."""

HOPS = 5
"""So many servers may send us to the next until one serves the user."""

Tree = dict[str, Any]


class Refused(Exception):
    """The server said no, with a status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Session:
    """One application of one person. It stays in lurker mode: nobody sees it."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._root = url
        self._form = {"grant_type": "password", "username": user, "password": password}
        self._endpoint = secrets.token_hex(16)
        self._token = self._application = self._events = ""
        self.people = ""
        """Where people are: an address without a slash at its end."""

    def sign_in(self) -> None:
        """Find the way to an application; after a loss, to the same one if it still exists."""
        try:
            self._find_application()
        except (LookupError, TypeError, ValueError) as error:
            raise OSError(f"this is not a UCWA server ({error})") from None

    def _find_application(self) -> None:
        self._token = self._application = ""
        applications = self._discover()
        body = {"culture": "en-US", "endpointId": self._endpoint}
        body["userAgent"] = f"openucwa/{__version__}"
        self._application = applications
        created = self.ask("POST", applications, body)
        self._application = urljoin(applications, created["_links"]["self"]["href"])
        self._events = created["_links"]["events"]["href"]
        self.people = created["_embedded"]["people"]["_links"]["self"]["href"]

    def _discover(self) -> str:
        """Sign in where links lead; return where applications are made."""
        href = self._root
        for _ in range(HOPS):
            links = self.ask("GET", href)["_links"]
            if "user" in links:
                self._token = self._sign_in_where(links["user"]["href"])
                links = self.ask("GET", links["user"]["href"])["_links"]
            if "applications" in links:
                return str(links["applications"]["href"])
            href = links["redirect"]["href"]
        raise LookupError("servers send us from one to the next")

    def _sign_in_where(self, user: str) -> str:
        """Get a token where the challenge of a resource says."""
        _, challenge, _ = self._send("GET", user)
        found = re.search(r'MsRtcOAuth href="(.*?)"', challenge)
        if found is None:
            raise OSError("this server does not ask who is calling")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, granted = self._send("POST", found[1], urlencode(self._form), kind)
        if status != 200:
            raise Refused(status, granted.get("error_description", f"status {status}"))
        return str(granted["access_token"])

    def ask(self, method: str, href: str, given: Mapping[str, Any] | None = None) -> Tree:
        """Send a request to a link; return the answer's body."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        body = None
        if given is not None:
            body, headers["Content-Type"] = json.dumps(given), "application/json"
        status, _, tree = self._send(method, urljoin(self._application, href), body, headers)
        if status >= 400:
            raise Refused(status, tree.get("message") or tree.get("code") or f"status {status}")
        return tree

    def _send(
        self,
        method: str,
        url: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str, Tree]:
        """Return status, challenge and body of the answer."""
        if not re.match("https?://[^/]", url):
            raise OSError(f"{url!r} is not an address like https://pool.example.com")
        where = urlsplit(url)
        kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
        connection = kind(where.netloc, timeout=PATIENCE)
        target = where._replace(scheme="", netloc="", path=where.path or "/").geturl()
        try:
            connection.request(method, target, body, dict(headers or {}))
            answer = connection.getresponse()
            text = answer.read()
        except HTTPException as error:
            raise OSError(f"the server does not speak HTTP ({error!r})") from None
        finally:
            connection.close()
        if answer.status >= 500:
            raise OSError(f"the server answers {answer.status} {answer.reason}")
        typed = "json" in answer.headers.get("Content-Type", "")
        tree = json.loads(text) if typed else {}
        return answer.status, " ".join(answer.headers.get_all("WWW-Authenticate", [])), tree

    def packages(self) -> Iterator[Tree]:
        """Iterate over packages of events, for ever."""
        while True:
            package = self.ask("GET", self._events)
            following = package["_links"].get("resync") or package["_links"]["next"]
            self._events = following["href"]
            yield package

    def sign_out(self) -> None:
        """Delete the application."""
        self.ask("DELETE", self._application)
