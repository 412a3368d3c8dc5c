"""Servers that know nothing: how many empty answers there can be at best."""

from __future__ import annotations

import contextlib
import sys
import urllib.request
from collections.abc import Sequence

from tools.daemons import HOST, Daemon, Nginx

from bench.field.peers import Peer, Session, pinned
from bench.field.web import request


class BareDaemon(Daemon):
    """``bench.bare`` as a process."""

    def command(self) -> Sequence[str]:
        """Run it on the server's core."""
        return pinned(sys.executable, "-u", "-m", "bench.bare")

    @property
    def url(self) -> str:
        """Where it says that it listens."""
        return self.said().rpartition("listening on ")[2].strip()

    def ready(self) -> bool:
        """Tell whether it has said where it listens."""
        return "listening on " in self.said()


class PinnedNginx(Nginx):
    """nginx on the server's core."""

    def command(self) -> Sequence[str]:
        """Run it there."""
        return pinned(*super().command())

    def ready(self) -> bool:
        """Tell whether it answers."""
        with contextlib.suppress(OSError), urllib.request.urlopen(self.url, timeout=1):
            return True
        return False


class Nobody(Session):
    """Somebody of whom the server knows nothing."""

    def drop(self) -> None:
        """There is no connection."""


class Nothing(Peer):
    """A server that answers 204."""

    only = frozenset({"beat"})

    async def session(self, number: int, device: int = 0) -> Session:
        """Return nobody."""
        del number, device
        return Nobody()

    def requests(self, kind: str, count: int) -> list[bytes]:
        """Return requests as long as a report of activity."""
        del kind, count
        return [request("POST", "/empty" + "x" * 60, "x" * 300, b"")]

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.daemons[-1].url


class BareAsgi(Nothing):
    """A bare ASGI callable on the server that OpenUCWA runs on."""

    name, title = "asgi", "bare ASGI callable"
    remarks = "answers without looking"

    def start(self, count: int, group: int, **_options: str) -> None:
        """Run it."""
        del count, group
        self.run(BareDaemon(self.clean("asgi")))


class BareNginx(Nothing):
    """nginx with ``return 204``."""

    name, title = "nginx", "nginx"
    programs = ("nginx",)
    remarks = "answers without looking, and is not written in Python"

    def start(self, count: int, group: int, **_options: str) -> None:
        """Run it."""
        del count, group
        http = f"server {{ listen {HOST}:{{port}}; keepalive_requests 100000000; "
        http += "location / { return 204; } }"
        self.run(PinnedNginx(self.clean("nginx"), http))
