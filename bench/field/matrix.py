"""Matrix's client-server API, as much of it as presence needs: Synapse."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import re
import subprocess
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import msgspec
from tools.daemons import HOST, Daemon

from bench.field.peers import AWAY, OFFLINE, ONLINE, Heard, Peer, Session, pinned
from bench.field.web import Connection, connect, request

HOME = Path(__file__).parent.parent.parent / ".field" / "synapse"
"""Its virtual environment, which has nothing to do with the project's."""

_SECRET = "field"
_SAID = {ONLINE: "online", AWAY: "unavailable"}
_MEANT = {"online": ONLINE, "busy": ONLINE, "unavailable": AWAY, "offline": OFFLINE}
_ONLY_PRESENCE = quote(
    json.dumps({"room": {"rooms": []}, "account_data": {"not_types": ["*"]}, "presence": {}})
)
_BODIES = {state: json.dumps({"presence": said}).encode() for state, said in _SAID.items()}
_NUMBER = re.compile(r"@g\d+-(\d+):")

_CONFIG = """\
server_name: localhost
report_stats: false
pid_file: {folder}/pid
signing_key_path: {folder}/signing.key
media_store_path: {folder}/media
log_config: {folder}/log.yaml
database: {{name: sqlite3, args: {{database: {folder}/homeserver.db}}}}
listeners: [{{port: {port}, type: http, bind_addresses: ['127.0.0.1'], resources: [{{names: [client]}}]}}]
registration_shared_secret: {secret}
bcrypt_rounds: 4
trusted_key_servers: []
presence: {{enabled: true}}
rc_presence: {{per_user: {much}}}
rc_message: {much}
rc_registration: {much}
rc_login: {{address: {much}, account: {much}, failed_attempts: {much}}}
rc_joins: {{local: {much}, remote: {much}}}
rc_joins_per_room: {much}
rc_room_creation: {much}
rc_invites: {{per_room: {much}, per_user: {much}}}
"""  # noqa: E501  a limit to a line

_LOG = """\
version: 1
handlers: {console: {class: logging.StreamHandler, level: ERROR}}
root: {level: ERROR, handlers: [console]}
"""


class _Content(msgspec.Struct):
    presence: str = "offline"


class _Event(msgspec.Struct):
    sender: str
    content: _Content


class _Presence(msgspec.Struct):
    events: list[_Event] = []


class _Sync(msgspec.Struct):
    next_batch: str
    presence: _Presence = msgspec.field(default_factory=_Presence)


_DECODER = msgspec.json.Decoder(_Sync)


class SynapseDaemon(Daemon):
    """Synapse as a process."""

    def command(self) -> Sequence[str]:
        """Run it on the server's core."""
        program = str(HOME / "bin" / "python")
        config = str(self.folder / "homeserver.yaml")
        return pinned(program, "-m", "synapse.app.homeserver", "-c", config)

    def ready(self) -> bool:
        """Tell whether it answers."""
        url = f"http://{HOST}:{self.port}/health"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return True
        return False


class MatrixSession(Session):
    """A device: one connection for what it says, one for its syncs."""

    keeps = True

    def __init__(self, peer: Synapse, number: int, device: int) -> None:
        self.peer, self.number, self.device_number = peer, number, device
        self.token = peer.tokens[number]
        self.says: Connection | None = None
        self.asks: Connection | None = None
        self.heard: Heard | None = None
        self.state = ONLINE
        self._since = ""
        self._follows: asyncio.Task[None] | None = None
        self._own: asyncio.Task[None] | None = None

    async def sign_in(self) -> None:
        """Be online; whoever has a token is signed in."""
        self.says = await connect(HOST, self.peer.port)
        await self.change(ONLINE)

    async def beat(self) -> None:
        """Say again that she is online."""
        await self.change(ONLINE)

    async def change(self, state: str) -> None:
        """Put it."""
        self.state = state
        path = self.peer.status(self.number)
        await self.says.ask(request("PUT", path, self.token, _BODIES[state]))

    async def device(self, active: bool) -> None:
        """Sync as an active or as an idle device, which is how devices differ in Matrix."""
        if self._own is not None:
            return
        said = _SAID[ONLINE if active else AWAY]
        name = f"device{self.device_number}"
        token = await self.peer.login(self.number, name)

        async def sync() -> None:
            connection = await connect(HOST, self.peer.port)
            since = ""
            while True:
                path = f"/_matrix/client/v3/sync?timeout=5000&set_presence={said}{since}"
                answer = _DECODER.decode(await connection.ask(request("GET", path, token)))
                since = f"&since={answer.next_batch}"

        self._own = asyncio.create_task(sync())

    async def watch(self, heard: Heard) -> None:
        """Sync, and go on to."""
        self.heard = heard
        self.asks = await connect(HOST, self.peer.port)
        await self._sync()
        self._follows = asyncio.create_task(self._follow())

    async def _sync(self) -> None:
        timeout = 600_000 if self._since else 0
        path = f"/_matrix/client/v3/sync?filter={_ONLY_PRESENCE}&set_presence={_SAID[self.state]}"
        path += f"&timeout={timeout}{self._since}"
        answer = _DECODER.decode(await self.asks.ask(request("GET", path, self.token)))
        self._since = f"&since={answer.next_batch}"
        if answer.presence.events:
            self.heard([
                (int(_NUMBER.match(one.sender)[1]), _MEANT[one.content.presence])
                for one in answer.presence.events
            ])  # fmt: skip

    async def _follow(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                await self._sync()

    async def resume(self) -> None:
        """Connect again; the next sync goes on where the last one ended."""
        if self._follows is not None:
            self._follows.cancel()
        self.says = await connect(HOST, self.peer.port)
        await self.change(self.state)
        if self.heard is not None:
            self.asks = await connect(HOST, self.peer.port)
            self._follows = asyncio.create_task(self._follow())

    def rest(self) -> None:
        """Keep the connection for syncs."""
        self.says.transport.abort()

    def drop(self) -> None:
        """Lose the connections."""
        for connection in (self.says, self.asks):
            if connection is not None:
                connection.transport.abort()
        for task in (self._follows, self._own):
            if task is not None:
                task.cancel()


class Synapse(Peer):
    """Synapse with SQLite; limits of rates are lifted, or presence would be refused."""

    name, title = "synapse", "Synapse"
    remarks = (
        "a watcher is told what has changed since the last time, so changes that come quickly "
        "reach it together; presence is stored once a minute; the accounts share a room"
    )

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.port = self.group = 0
        self.tokens: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def status(self, number: int) -> str:
        """Return the path of somebody's presence."""
        return f"/_matrix/client/v3/presence/@g{self.group}-{number}:localhost/status"

    def start(self, count: int, group: int, **_options: str) -> None:
        """Run it, on the accounts and rooms that it has; add those that it does not have."""
        if not (HOME / "bin" / "python").exists():
            raise FileNotFoundError("Synapse is not installed: make bench-field does that")
        folder, self.group = (self.place / "synapse").resolve(), group
        fresh = not folder.exists()
        daemon = SynapseDaemon(folder)
        self.port = daemon.port
        much = "{per_second: 1000000, burst_count: 1000000}"
        config = _CONFIG.format(folder=folder, port=self.port, secret=_SECRET, much=much)
        (folder / "homeserver.yaml").write_text(config)
        (folder / "log.yaml").write_text(_LOG)
        if fresh:
            subprocess.run([*daemon.command(), "--generate-keys"], check=True, capture_output=True)
        self.run(daemon)
        kept = folder / f"tokens-{group}"
        self.tokens = kept.read_text().split() if kept.exists() else []
        numbers = range(len(self.tokens), count)
        with ThreadPoolExecutor(8) as threads:
            self.tokens += threads.map(self._register, numbers)
            if group > 1:
                firsts = [number for number in numbers if number % group == 0]
                for _ in threads.map(self._room, firsts):
                    pass
                for _ in threads.map(self._join, [one for one in numbers if one % group]):
                    pass
        kept.write_text("\n".join(self.tokens))

    def _ask(self, path: str, token: str = "", body: dict[str, object] | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        call = urllib.request.Request(f"{self.url}{path}", data)
        if token:
            call.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(call, timeout=60) as answer:
            return json.loads(answer.read())

    def _register(self, number: int) -> str:
        path, name = "/_synapse/admin/v1/register", f"g{self.group}-{number}"
        nonce = self._ask(path)["nonce"]
        words = f"{nonce}\0{name}\0pw\0notadmin".encode()
        mac = hmac.new(_SECRET.encode(), words, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "pw", "admin": False, "mac": mac}
        return self._ask(path, body=body)["access_token"]

    def _room(self, number: int) -> None:
        alias = f"r{self.group}-{number // self.group}"
        body = {"preset": "public_chat", "room_alias_name": alias}
        self._ask("/_matrix/client/v3/createRoom", self.tokens[number], body)

    def _join(self, number: int) -> None:
        alias = quote(f"#r{self.group}-{number // self.group}:localhost")
        self._ask(f"/_matrix/client/v3/join/{alias}", self.tokens[number], {})

    async def login(self, number: int, device: str) -> str:
        """Return a token of another device."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": f"g{self.group}-{number}"},
            "password": "pw",
            "device_id": device,
        }
        answer = await asyncio.to_thread(self._ask, "/_matrix/client/v3/login", "", body)
        return answer["access_token"]

    async def session(self, number: int, device: int = 0) -> Session:
        """Sign somebody in."""
        one = MatrixSession(self, number, device)
        await one.sign_in()
        return one

    def requests(self, kind: str, count: int) -> list[bytes]:
        """Return requests that change nothing, or something each time."""
        states = [ONLINE] if kind == "beat" else [AWAY, ONLINE]
        return [
            request("PUT", self.status(number), self.tokens[number], _BODIES[state])
            for state in states
            for number in range(count)
        ]
