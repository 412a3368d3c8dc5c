"""The pytest plugin: ``ucwa_server``, a real server for tests of your own app.

The server is a process of its own in test mode. All tests of a session share it; each of them
finds it as if it had just started.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

DOMAIN = "contoso.test"
_PATIENCE = 60
_END_WITHIN = 5


@dataclass(frozen=True, slots=True)
class UcwaPerson:
    """Somebody who may sign in. No two tests get the same address."""

    address: str
    name: str
    password: str

    @property
    def uri(self) -> str:
        """The SIP URI, as in ``reportMyActivity`` and everywhere in UCWA."""
        return f"sip:{self.address}"


@dataclass(slots=True)
class UcwaServer:
    """A server under way. Requests that it refuses raise ``ValueError`` with its words."""

    url: str
    _passwords: dict[str, str] = field(default_factory=dict)

    def person(self, user: str, name: str = "", *, admin: bool = False) -> UcwaPerson:
        """Add a person; ``lene`` gets an address such as ``lene1@contoso.test``.

        An ``admin`` may use the operators' API.
        """
        address = f"{user.lower()}{len(self._passwords) + 1}@{DOMAIN}"
        person = UcwaPerson(address, name or user.title(), f"{user}-secret")
        card = {"address": address, "name": person.name, "password": person.password}
        self._ask("POST", "people", card | ({"admin": True} if admin else {}))
        self._passwords[address] = person.password
        return person

    def sign_in(self, who: UcwaPerson | str) -> str:
        """Return a token, ``cwt=...``, for a person or her address."""
        address = who.address if isinstance(who, UcwaPerson) else who
        form = {
            "grant_type": "password",
            "username": address,
            "password": self._passwords[address],
        }
        body = urllib.parse.urlencode(form).encode()
        return str(_send("POST", f"{self.url}/WebTicket/oauthtoken", body)["access_token"])

    def now(self) -> datetime:
        """Return what time it is for the server."""
        return datetime.fromtimestamp(self._ask("GET", "clock")["seconds"], UTC)

    def advance(self, duration: str) -> None:
        """Let time pass, such as ``"90s"`` or ``"5m"``: all that falls due has then happened."""
        self._ask("POST", "clock", {"advance": duration})

    def freeze(self) -> None:
        """Stop the clock: time passes by ``advance`` only."""
        self._ask("POST", "clock", {"frozen": True})

    def thaw(self) -> None:
        """Let the clock go on."""
        self._ask("POST", "clock", {"frozen": False})

    def fail(
        self,
        rel: str | None = None,
        error: str | None = None,
        *,
        count: int = 1,
        user: UcwaPerson | str | None = None,
        delay: str | None = None,
        drop: bool = False,
    ) -> None:
        """Let the next ``count`` calls go wrong, of all rels and users unless they are named.

        ``error`` is a subcode such as ``CallbackChannelError``, or a code if there is none;
        ``delay`` keeps the answer back; ``drop`` closes the connection without an answer.
        """
        whose = user.address if isinstance(user, UcwaPerson) else user
        fault = {"rel": rel, "error": error, "count": count, "delay": delay, "drop": drop}
        self._ask("POST", "faults", fault | {"user": whose})

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults that are still to come."""
        return list(self._ask("GET", "faults")["faults"])

    def reset(self) -> None:
        """Forget everybody, what goes on and the faults; the clock runs on."""
        self._ask("POST", "reset")

    def _ask(self, method: str, page: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        return _send(method, f"{self.url}/test/{page}", content)


def _send(method: str, url: str, body: bytes | None) -> dict[str, Any]:
    """Send a request past all proxies. Raises ``ValueError`` if it is refused."""
    request = urllib.request.Request(url, body, method=method)  # noqa: S310  our own server
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_PATIENCE) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        raise ValueError(error.read().decode()) from None


@pytest.fixture(scope="session")
def _ucwa_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UcwaServer]:
    """The process that all tests share."""
    folder = tmp_path_factory.mktemp("openucwa")
    process, url = _start(folder)
    yield UcwaServer(url)
    process.terminate()
    try:
        process.wait(_END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a server without settings of whoever runs the tests, and wait until it listens."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("OPENUCWA_")}
    command = [sys.executable, "-m", "openucwa", "serve", "--test-mode", "--port", "0"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603  our own command
            [*command, "--data", str(folder / "data")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=own | {"OPENUCWA_SERVER_DOMAINS": DOMAIN},
        )
    said = process.stdout.readline() if process.stdout is not None else ""
    if not said.startswith("listening on "):
        raise RuntimeError(f"the server did not start: {(folder / 'log').read_text()}")
    return process, said.split()[-1]


@pytest.fixture
def ucwa_server(_ucwa_process: UcwaServer) -> UcwaServer:
    """A UCWA server in test mode, as if it had just started."""
    _ucwa_process.reset()
    return _ucwa_process
