"""XMPP over TCP, just as much of it as presence needs: Prosody and ejabberd.

Stanzas are written and found as text, since a parser would make this the slower side. TLS is off
everywhere in the field, and connections are not resumed (XEP-0198).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
import re
import socket
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tools.daemons import HOST, Daemon, free_port

from bench.field.peers import AWAY, OFFLINE, ONLINE, Heard, Peer, Session, installed, pinned
from bench.processes import CannotMeasure

BEFORE_PING = 10
"""So many changes are answered by one ping, since presence itself is not answered."""

_HEADER = (
    b"<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams'>"
)
_BIND = (
    "<iq type='set' id='bound'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<resource>d{}</resource></bind></iq>"
)
_PING = b"<iq type='get' to='localhost' id='%b'><ping xmlns='urn:xmpp:ping'/></iq>"
_SHOWN = {
    ONLINE: b"<presence/>",
    AWAY: b"<presence><show>away</show></presence>",
}
_PRESENCE = re.compile(rb"<presence\b([^>]*)(?:/>|(?<!/)>(.*?)</presence>)", re.DOTALL)
_FROM = re.compile(rb"from=['\"]g\d+-(\d+)@")


def jid(group: int, number: int) -> str:
    """Return the name of somebody; those of different groupings are different people."""
    return f"g{group}-{number}"


class Stream(asyncio.Protocol):
    """One connection: what comes is searched for news, and for what is waited for."""

    def __init__(self) -> None:
        self.heard: Heard | None = None
        self._rest = b""
        self._wanted: dict[bytes, asyncio.Future[None]] = {}
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        for waiting in self._wanted.values():
            if not waiting.done():
                waiting.set_exception(error or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """Find news and answers; what is not whole yet is kept."""
        data = self._rest + data
        for mark, waiting in list(self._wanted.items()):
            if mark in data:
                del self._wanted[mark]
                if not waiting.done():
                    waiting.set_result(None)
        end = 0
        news = []
        for found in _PRESENCE.finditer(data):
            end = found.end()
            attributes, inside = found.groups()
            if b"unavailable" in attributes:
                state = OFFLINE
            else:
                state = AWAY if inside and b"<show>away" in inside else ONLINE
            if who := _FROM.search(attributes):
                news.append((int(who[1]), state))
        if news and self.heard is not None:
            self.heard(news)
        self._rest = data[max(end, data.rfind(b"<presence"), len(data) - 200) :] if data else b""

    async def ask(self, what: bytes, mark: bytes) -> None:
        """Send something and wait for what its answer contains."""
        self._wanted[mark] = answer = asyncio.get_running_loop().create_future()
        self.transport.write(what)
        await answer


class XmppSession(Session):
    """A resource of somebody."""

    def __init__(self, peer: XmppPeer, number: int, device: int) -> None:
        self.peer, self.number, self.resource = peer, number, device
        self.stream: Stream | None = None
        self.state = ONLINE
        self.heard: Heard | None = None
        self._ids = itertools.count()
        self._sent = 0

    async def sign_in(self) -> None:
        """Open a connection, prove who it is, and be there."""
        loop = asyncio.get_running_loop()
        _, self.stream = await loop.create_connection(Stream, HOST, self.peer.port)
        self.stream.heard = self.heard
        name = jid(self.peer.group, self.number)
        plain = base64.b64encode(f"\0{name}\0pw".encode()).decode()
        auth = f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>"
        await self.stream.ask(_HEADER, b"</stream:features>")
        await self.stream.ask(auth.encode(), b"<success")
        await self.stream.ask(_HEADER, b"urn:ietf:params:xml:ns:xmpp-bind")
        await self.stream.ask(_BIND.format(self.resource).encode(), b"bound")
        self.stream.transport.write(_SHOWN[self.state])
        await self.beat()

    async def beat(self) -> None:
        """Ping the server."""
        mark = b"p%07d." % next(self._ids)
        await self.stream.ask(_PING % mark, mark)

    async def change(self, state: str) -> None:
        """Send presence; every tenth time see that it has been read."""
        self.state = state
        self._sent += 1
        self.stream.transport.write(_SHOWN[state])
        if self._sent % BEFORE_PING == 0 or self.heard is not None:
            await self.beat()

    async def watch(self, heard: Heard) -> None:
        """Be told, beginning with what a new presence brings up."""
        self.heard = self.stream.heard = heard
        self.stream.transport.write(_SHOWN[self.state])
        await self.beat()

    async def resume(self) -> None:
        """Sign in again: a stream that broke is over, and with it what it told."""
        await self.sign_in()

    def drop(self) -> None:
        """Lose the connection."""
        self.stream.transport.abort()


class XmppPeer(Peer):
    """A server of XMPP: ``port`` takes clients."""

    port = group = 0

    async def session(self, number: int, device: int = 0) -> Session:
        """Sign somebody in."""
        one = XmppSession(self, number, device)
        await one.sign_in()
        return one


class XmppDaemon(Daemon):
    """A server of XMPP as a process."""

    def __init__(self, folder: Path, command: Sequence[str], **variables: str) -> None:
        super().__init__(folder)
        self._command, self._variables = command, variables

    def command(self) -> Sequence[str]:
        """Run it on the server's core."""
        return pinned(*self._command)

    def environment(self) -> dict[str, str]:
        """Return the variables, with its own."""
        return {**os.environ, **self._variables}

    def ready(self) -> bool:
        """Tell whether it listens."""
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1) as sock:
            sock.settimeout(2)
            sock.sendall(_HEADER)
            return b"<stream:stream" in sock.recv(4096)
        return False


_PROSODY = """\
run_as_root = true
pidfile = "{folder}/pid"
data_path = "{folder}/data"
modules_enabled = {{ "roster", "saslauth", "ping", "groups" }}
modules_disabled = {{ "s2s", "offline", "c2s_limits" }}
groups_file = "{folder}/groups"
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
authentication = "internal_plain"
network_backend = "epoll"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
log = {{ warn = "*console" }}
VirtualHost "localhost"
"""


class Prosody(XmppPeer):
    """Prosody, with what its presence needs and nothing else."""

    name, title = "prosody", "Prosody"
    programs = ("prosody",)
    remarks = (
        "presence is not answered: a ping after it is, and one in ten changes has one where "
        "nobody watches; nothing is stored"
    )

    def start(self, count: int, group: int, **_options: str) -> None:
        """Write accounts and groups as its own files, and run it."""
        folder, self.group = self.clean("prosody"), group
        accounts = folder / "data" / "localhost" / "accounts"
        accounts.mkdir(parents=True)
        lines = []
        for number in range(count):
            if group > 1 and number % group == 0:
                lines.append(f"[{number // group}]")
            (accounts / f"{jid(group, number).replace('-', '%2d')}.dat").write_text(
                'return { ["password"] = "pw"; };'
            )
            lines += [f"{jid(group, number)}@localhost=p{number}"] if group > 1 else []
        (folder / "groups").write_text("\n".join(lines) + "\n")
        config = folder / "prosody.cfg.lua"
        daemon = XmppDaemon(folder, [installed("prosody"), "--config", str(config), "-F"])
        self.port = daemon.port
        config.write_text(_PROSODY.format(folder=folder, port=self.port))
        self.run(daemon)


_EJABBERD = """\
loglevel: warning
hosts: [localhost]
auth_method: internal
auth_password_format: plain
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, shaper: none}}
  - {{port: {http}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
acl: {{loopback: {{ip: [127.0.0.0/8]}}}}
api_permissions: {{all: {{from: mod_http_api, who: {{access: {{allow: {{acl: loopback}}}}}}, what: "*"}}}}
registration_timeout: infinity
modules: {{mod_admin_extra: {{}}, mod_ping: {{}}, mod_roster: {{}}, mod_shared_roster: {{}}}}
"""  # noqa: E501  an URL and a port to a line


class Ejabberd(XmppPeer):
    """ejabberd, with one scheduler, since it has one core."""

    name, title = "ejabberd", "ejabberd"
    programs = ("ejabberdctl",)
    remarks = Prosody.remarks

    def start(self, count: int, group: int, **_options: str) -> None:
        """Run it, on the accounts that it has; add those that it does not have."""
        folder, self.group = self.place / "ejabberd", group
        folder.mkdir(parents=True, exist_ok=True)
        config, self.http = folder / "ejabberd.yml", free_port()
        home = max(Path("/usr/lib").glob("*/ejabberd-*/ebin"), default=None)
        if home is None:
            raise CannotMeasure("ejabberd's programs are not where Debian has them")
        libraries = home.parent.parent
        # fmt: off
        words = [
            installed("erl"), "-pa", str(home), "-noinput", "-smp", "+S", "1:1", "+P", "250000",
            "+Q", "32000", "+K", "true", "-mnesia", "dir", f'"{folder / "mnesia"}"',
            "-s", "ejabberd",
        ]
        # fmt: on
        variables = {
            "EJABBERD_CONFIG_PATH": str(config),
            "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
            "ERL_LIBS": str(libraries),
            "ERL_CRASH_DUMP": "/dev/null",
            "ERL_CRASH_DUMP_SECONDS": "0",
            "HOME": str(folder),
        }
        daemon = XmppDaemon(folder, words, **variables)
        self.port = daemon.port
        config.write_text(_EJABBERD.format(port=self.port, http=self.http))
        self.run(daemon)
        made = folder / f"made-{group}"
        first = int(made.read_text()) if made.exists() else 0
        for number in range(first, count):
            name = jid(group, number)
            self._ask("register", user=name, host="localhost", password="pw")
            if group > 1:
                shared = f"s{group}-{number // group}"
                if number % group == 0:
                    self._ask("srg_create", group=shared, host="localhost", label=shared,
                              description="", display=shared)  # fmt: skip
                self._ask("srg_user_add", user=name, host="localhost", group=shared,
                          grouphost="localhost")  # fmt: skip
        made.write_text(str(max(first, count)))

    def _ask(self, command: str, **words: str) -> None:
        call = urllib.request.Request(
            f"http://{HOST}:{self.http}/api/{command}", json.dumps(words).encode()
        )
        call.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(call, timeout=30) as answer:
            answer.read()
