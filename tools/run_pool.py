"""``make run-pool``: a pool of nodes on this machine, with PostgreSQL, Redis and nginx.

It is there to be tried, and to be hurt: kill a node and see that nobody notices.
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from daemons import HOST, Daemon, Missing, Nginx, Postgres, Redis, free_port, mortal
from openucwa.app.origins import LOOPBACK
from openucwa.cli.demo import DOMAIN, PEOPLE

PROXY = Path(__file__).resolve().parent.parent / "deploy" / "nginx" / "openucwa_proxy.conf"
KEYS = "~{openucwa:* &openucwa:*"
"""What the server may touch in Redis."""

MARK = ".openucwa-pool"
COLUMNS = ("Node", "State", "Port", "Process", "Shards", "People", "Requests that wait")
GAUGES = ("openucwa_shards", "openucwa_users", "openucwa_parked_polls")
LOOKS = {"serves": "green", "does not answer": "yellow", "has ended": "red"}

_TEXT = """
A pool of {nodes} nodes. Ctrl-C stops it; what is said and who is there is kept in {data}.

  {url}      any of the nodes, by nginx

  address                      password
{people}

README.md shows how to go on: with curl, or with .venv/bin/openucwa watch, say and chat.
"""
_KEYS = "1 to {nodes}: kill -9 that node, or start it again    Ctrl-C: stop all"


class Node(Daemon):
    """A node of OpenUCWA."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        super().__init__(folder)
        self.address = f"{HOST}:{free_port()}"
        self.settings = settings

    @property
    def name(self) -> str:
        """What the node is called: as its folder."""
        return self.folder.name

    def environment(self) -> dict[str, str]:
        """URLs have passwords in them, and everybody sees the words of a command."""
        return environment() | self.settings

    def command(self) -> Sequence[str]:
        """As anybody would run a node."""
        words = ["--port", str(self.port), "--node", self.name, "--node-address", self.address]
        return [sys.executable, "-m", "openucwa", "serve", "--data", str(self.folder), *words]

    def ready(self) -> bool:
        """Tell whether it wants to be given requests."""
        return self._get("/readyz") is not None

    def looks(self) -> tuple[str, list[str]]:
        """Return how it is, and its numbers in the order of ``GAUGES``."""
        if not self.alive:
            return "has ended", []
        said = self._get("/metrics")
        if said is None:
            return "does not answer", []
        values = dict(line.split()[:2] for line in said.splitlines() if line[:1] not in {"#", ""})
        return "serves", [values[name].split(".")[0] if name in values else "" for name in GAUGES]

    def _get(self, path: str) -> str | None:
        """Return what it says if it is well."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=1)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", path)
            answer = connection.getresponse()
            said = answer.read().decode()
            return said if answer.status == 200 else None
        return None


def environment() -> dict[str, str]:
    """Return the environment without settings of whoever runs the pool."""
    own = os.environ.items()
    return {name: value for name, value in own if not name.startswith("OPENUCWA_")}


@contextlib.contextmanager
def kept(folder: Path, *, fresh: bool) -> Iterator[str]:
    """Have the folder for oneself; yield the password of everything in it.

    Others on this machine could use PostgreSQL and Redis otherwise, and through these its files.
    """
    if fresh and (folder / MARK).exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / MARK).exists():
        raise click.ClickException(f"{folder} has other things in it; choose another --data")
    folder.chmod(0o700)
    mark = folder / MARK
    mark.touch(0o600)
    with mark.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException(f"another pool runs in {folder}") from None
        if not mark.read_text():
            mark.write_text(secrets.token_urlsafe(18))
        yield mark.read_text()


def settle(folder: Path, settings: dict[str, str]) -> None:
    """Let the people of the demonstration be in the database."""
    folder.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "openucwa", "demo", "--port", "0", "--data", str(folder)]
    with (
        (folder / "log").open("ab") as log,
        subprocess.Popen(
            [*mortal(), *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment() | settings,
        ) as demo,
    ):
        there = any(line.startswith("listening on ") for line in demo.stdout)
        demo.terminate()
    if not there:
        said = (folder / "log").read_text(errors="replace")
        raise RuntimeError(f"the people of the demonstration could not be stored: {said[-2000:]}")


def balance(nodes: Sequence[Node]) -> str:
    """Return what nginx has to know."""
    servers = "".join(
        f"  server {HOST}:{node.port} max_fails=1 fail_timeout=2s;\n" for node in nodes
    )
    return (
        f"upstream openucwa {{\n  zone openucwa 64k;\n{servers}  keepalive 256;\n}}\n"
        f"server {{\n  listen {HOST}:{{port}};\n"
        f"  location / {{\n    include {PROXY};\n  }}\n}}"
    )


def board(nodes: Sequence[Node]) -> Table:
    """Return the table of nodes as they are now."""
    table = Table(*COLUMNS)
    for node in nodes:
        state, numbers = node.looks()
        process = str(node.process.pid) if node.alive else ""
        row = [Text(state, LOOKS[state]), str(node.port), process, *numbers]
        table.add_row(node.name, *row)
    return table


@contextlib.contextmanager
def keys() -> Iterator[None]:
    """Let keys that are pressed come at once, and be shown nowhere."""
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def show(nodes: Sequence[Node], console: Console) -> None:
    """Draw the board until Ctrl-C, and do what keys say."""
    below = Text(_KEYS.format(nodes=len(nodes)), "dim")
    numbered = {str(number): node for number, node in enumerate(nodes, 1)}

    def drawn() -> Group:
        return Group(board(nodes), below)

    with keys(), Live(drawn(), console=console, auto_refresh=False) as live:
        while True:
            if select.select([sys.stdin], [], [], 0.5)[0]:
                for pressed in os.read(sys.stdin.fileno(), 16).decode(errors="ignore"):
                    if pressed in numbered:
                        toggle(numbered[pressed])
            live.update(drawn(), refresh=True)


def toggle(node: Node) -> None:
    """Kill a node, or start it; why it does not start is in its log."""
    with contextlib.suppress(RuntimeError):
        (node.kill if node.alive else node.start)()


def tell(nodes: Sequence[Node]) -> None:
    """Say in lines, until a signal comes, how nodes are."""
    states = {}
    while True:
        for node in nodes:
            state, _ = node.looks()
            if states.get(node) != state:
                process = f" (process {node.process.pid})" if node.alive else ""
                print(f"{node.name} {state}{process}", flush=True)
            states[node] = state
        time.sleep(1)


@click.command()
@click.option("--port", default=8080, show_default=True, help="Where nginx listens.")
@click.option("--nodes", "count", default=3, show_default=True, type=click.IntRange(1, 9))
@click.option("--data", default=Path("openucwa-pool"), show_default=True, type=Path)
@click.option("--fresh", is_flag=True, help="Forget what earlier runs kept.")
def main(port: int, count: int, data: Path, fresh: bool) -> None:
    """Run a pool on this machine until Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    try:
        with kept(data, fresh=fresh) as password, contextlib.ExitStack() as started:
            run(started, data, password, port, count)
    except (Missing, RuntimeError) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        print("stopped")


def run(started: contextlib.ExitStack, data: Path, password: str, port: int, count: int) -> None:
    """Start everything, each before what needs it."""

    def start(daemon: Daemon, what: str) -> None:
        print(f"starting {what} ...", flush=True)
        started.callback(daemon.stop)
        daemon.start()

    postgres = Postgres(data / "postgresql", durable=True, password=password)
    redis = Redis(data / "redis", appendonly=True, password=password, account="openucwa", keys=KEYS)
    settings = {
        "OPENUCWA_SERVER_DATABASE": postgres.url,
        "OPENUCWA_SERVER_LIVE": redis.url,
        "OPENUCWA_SERVER_DOMAINS": DOMAIN,
        "OPENUCWA_WEB_ALLOWED_ORIGINS": ",".join(LOOPBACK),
    }
    start(postgres, "PostgreSQL")
    start(redis, "Redis")
    settled = data / "settled"
    if not settled.exists():
        settle(data / "settling", settings)
        settled.touch()
    nodes = [Node(data / f"node-{number}", settings) for number in range(1, count + 1)]
    for node in nodes:
        start(node, node.name)
    nginx = Nginx(data / "nginx", balance(nodes), port=port)
    start(nginx, "nginx")

    people = "\n".join(f"  {f'{user}@{DOMAIN}':<28} {user}-demo" for user, *_ in PEOPLE)
    print(_TEXT.format(nodes=count, data=data, url=nginx.url, people=people))
    print(f"listening on {nginx.url}", flush=True)
    if sys.stdin.isatty() and sys.stdout.isatty():
        show(nodes, Console())
    else:
        tell(nodes)


if __name__ == "__main__":
    main()
