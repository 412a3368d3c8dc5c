"""Real servers for tests and for ``make run-pool``: PostgreSQL, Redis or Valkey, nginx.

Each runs in a folder, on free ports of the loopback address, and ends with the process that
started it, however that ends. Programs come from the system; ``Missing`` says which package.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

PACKAGES = {
    "initdb": "postgresql",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "postgres": "postgresql",
    "psql": "postgresql",
    "redis-cli": "redis-tools",
    "redis-server": "redis-server",
    "systemd-analyze": "systemd",
    "valkey-cli": "redis-tools",
    "valkey-server": "redis-server",
}
"""Programs, and the packages of Debian that have them."""

HOST = "127.0.0.1"
READY_WITHIN = 30
"""Seconds until a server must answer; machines that are shared stall."""


class Missing(Exception):
    """A program is not installed; the text says how to change that."""


def program(*names: str) -> str:
    """Return the path of the first of these programs that is installed. Raises ``Missing``."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    # The ``psql`` that Debian has in PATH is a slow script that looks for these.
    path = os.pathsep.join([*map(str, homes), os.environ.get("PATH", ""), "/usr/sbin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    package = PACKAGES[names[0]]
    raise Missing(f"{names[0]} is not installed; on Debian: apt install {package}")


def _version(home: Path) -> float:
    return float(home.parent.name)


def _ports() -> list[int]:
    """Return ports that no outgoing connection is given by chance, in any order.

    Each worker of pytest has its own: what is down for a moment finds its port as it was.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = list(range(20_000 + worker % 8, 32_000, 8))
    random.shuffle(ports)
    return ports


_left = _ports()


def free_port() -> int:
    """Return a port that nobody uses, and not the same again while there are others."""
    while True:
        if not _left:
            _left.extend(_ports())
        port = _left.pop()
        with socket.socket() as sock, contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((HOST, port))
            return port


def ask(*words: str, **variables: str) -> str:
    """Run a program to its end and return what it says. Raises ``RuntimeError``."""
    env = os.environ | variables
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr or done.stdout}")
    return done.stdout.strip()


def mortal(ends_with: signal.Signals = signal.SIGTERM, *, user: str = "") -> list[str]:
    """Return the words before a command that let it get a signal when its parent has ended.

    It then runs as a ``user`` of the system, if one is named.
    """
    setpriv = shutil.which("setpriv")  # part of every Linux, and of nothing else
    if setpriv is None:
        return []
    words = [setpriv, "--pdeathsig", ends_with.name.removeprefix("SIG")]
    if user:
        # Folders of root may be above its own, so it keeps the right to pass through those.
        rights = ("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override")
        words += ["--reuid", user, "--regid", user, "--init-groups", *rights]
    return [*words, "--"]


class Daemon:
    """A server in a folder. A subclass says how it is run and when it is ready."""

    stops_with = signal.SIGTERM
    user = ""
    """Who runs it, if not the one who asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        """Return the command that runs the server in the foreground."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Tell whether the server answers."""
        raise NotImplementedError

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def environment(self) -> dict[str, str]:
        """Return the variables that it is given."""
        return dict(os.environ)

    def start(self) -> None:
        """Run the server, on the port and with the data that it had. Returns when it answers."""
        began = time.monotonic()
        while True:
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    [*mortal(self.stops_with, user=self.user), *self.command()],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self.environment(),
                    start_new_session=True,  # Ctrl-C is for who started it
                )
            while self.alive and time.monotonic() < began + READY_WITHIN:
                if self.ready():
                    return
                time.sleep(0.02)
            self.kill()
            # What is left of one that was killed may be in the way for a moment.
            if time.monotonic() > began + 5:
                raise RuntimeError(f"{self.command()[0]}: {self.said()}")
            time.sleep(0.2)

    def said(self) -> str:
        """Return the end of the server's log."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """Stop in order, as when a machine is shut down."""
        if self.process is not None:
            self._send(self.stops_with)
            try:
                self.process.wait(READY_WITHIN)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Let it end at once, as when a machine burns."""
        if self.process is not None:
            self._send(signal.SIGKILL)
            self.process.wait()

    def _send(self, number: signal.Signals) -> None:
        """Send a signal to all its processes; the server itself is not reaped yet if it ended."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                if number is self.stops_with:
                    self.process.send_signal(number)
                else:
                    os.killpg(self.process.pid, number)


class Postgres(Daemon):
    """PostgreSQL. As root it runs as ``postgres``, since it refuses to run as root.

    ``durable`` waits for the disk. With a ``password`` it is asked for; else everybody is trusted.
    """

    stops_with = signal.SIGINT  # "fast": connections are ended
    user = "postgres" if os.geteuid() == 0 else ""

    def __init__(self, folder: Path, *, durable: bool = False, password: str = "") -> None:
        super().__init__(folder)
        self.durable, self.password = durable, password
        self.data = self.folder / "data"
        if not self.data.exists():
            self._make()

    def _make(self) -> None:
        if self.user:
            shutil.chown(self.folder, self.user, self.user)
        words = ["--username", "openucwa", "--no-locale", "--encoding", "UTF8", "--no-sync"]
        if self.password:
            secret = self.folder / "password"
            secret.write_text(self.password)
            secret.chmod(0o600)
            if self.user:
                shutil.chown(secret, self.user)
            words += ["--auth", "scram-sha-256", "--pwfile", str(secret)]
        else:
            words += ["--auth", "trust"]
        ask(*mortal(user=self.user), program("initdb"), "--pgdata", str(self.data), *words)
        (self.folder / "password").unlink(missing_ok=True)

    def command(self) -> Sequence[str]:
        """Listen on the loopback address only."""
        said = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "32MB",
        }
        if not self.durable:
            said |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in said.items() for word in ("-c", f"{name}={value}")]
        return [program("postgres"), "-D", str(self.data), *options]

    def address(self, database: str) -> str:
        """Return a database's URL."""
        secret = f":{self.password}" if self.password else ""
        return f"postgresql://openucwa{secret}@{HOST}:{self.port}/{database}"

    @property
    def url(self) -> str:
        """The URL of a database that is always there."""
        return self.address("postgres")

    def database(self, name: str = "", template: str = "template1") -> str:
        """Make a database, empty or like another one, and return its URL."""
        name = name or f"db{random.getrandbits(64):x}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    def ask(self, statement: str, url: str = "") -> str:
        """Run a statement of SQL; return the rows, with ``|`` between columns."""
        where = (url or self.url).replace(f":{self.password}@", "@")
        words = ("-X", "-q", "-A", "-t", "-c", statement)
        return ask(program("psql"), where, *words, PGPASSWORD=self.password, PGCONNECT_TIMEOUT="5")

    def ready(self) -> bool:
        """Tell whether it takes connections."""
        with contextlib.suppress(RuntimeError):
            return self.ask("SELECT 1") == "1"
        return False


class Redis(Daemon):
    """Redis or Valkey, whichever is installed.

    ``appendonly`` waits for the disk. ``account`` is a user of Redis with only the rights that
    OpenUCWA needs, and only to some ``keys``. With ``tls``, ``url`` names the certificate.
    """

    RIGHTS = "+@all -@admin -@dangerous +info"

    def __init__(
        self,
        folder: Path,
        *,
        password: str = "",
        account: str = "",
        keys: str = "~* &*",
        tls: bool = False,
        appendonly: bool = False,
        options: Sequence[str] = (),
    ) -> None:
        super().__init__(folder)
        self.password, self.account, self.keys, self.tls = password, account, keys, tls
        self.options = [*options, "--appendonly", "yes" if appendonly else "no"]
        self.options += ["--appendfsync", "always"] if appendonly else []
        if tls:
            _certify(self.folder)

    def command(self) -> Sequence[str]:
        """Listen on the loopback address only; a password is told in a file, which nobody reads."""
        words = ["--bind", HOST, "--dir", str(self.folder), "--save", "", *self.options]
        if self.tls:
            files = ("--tls-cert-file", "cert.pem"), ("--tls-key-file", "key.pem")
            words += ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no"]
            words += [word for name, file in files for word in (name, str(self.folder / file))]
        else:
            words += ["--port", str(self.port)]
        return [program("redis-server", "valkey-server"), str(self._accounts()), *words]

    def _accounts(self) -> Path:
        file = self.folder / "accounts.conf"
        file.touch(0o600)
        if self.account:
            own = f"user {self.account} on >{self.password} {self.keys} {self.RIGHTS}"
            # Redis reads its own file as ``default``: without rights it would drop transactions.
            file.write_text(f"{own}\nuser default off ~* &* +@all\n")
        elif self.password:
            file.write_text(f"requirepass {self.password}\n")
        return file

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The address, with the account, and the certificate to trust."""
        secret = f"{self.account}:{self.password}@" if self.password else ""
        scheme, trust = "redis", ""
        if self.tls:
            scheme, trust = "rediss", f"?ssl_ca_certs={self.folder / 'cert.pem'}"
        return f"{scheme}://{secret}{self.address}/0{trust}"

    def ask(self, *words: str) -> str:
        """Give it a command; return the answer as redis-cli writes it."""
        how = ["-h", HOST, "-p", str(self.port), "-e"]
        how += ["--user", self.account] if self.account else []
        how += ["--tls", "--cacert", str(self.folder / "cert.pem")] if self.tls else []
        secret = {"REDISCLI_AUTH": self.password} if self.password else {}
        return ask(program("redis-cli", "valkey-cli"), *how, *words, **secret)

    def clear(self) -> None:
        """Forget everything."""
        self.ask("FLUSHALL")

    def offset(self, role: str) -> int:
        """Return how many bytes of the stream of commands it has, as "master" or "slave"."""
        said = dict(line.split(":", 1) for line in self.ask("INFO").splitlines() if ":" in line)
        return int(said[f"{role}_repl_offset"])

    def ready(self) -> bool:
        """Tell whether it has read its data."""
        with contextlib.suppress(RuntimeError):
            return self.ask("PING") == "PONG"
        return False

    def pause(self) -> None:
        """Let it hang: connections stay, and nothing is answered until ``resume``."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        """Stop in order, even while it hangs."""
        self.resume()
        super().stop()


class RedisCluster:
    """A cluster of three primaries, which have the slots between them."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [Redis(folder / f"node{number}", options=_CLUSTERED) for number in range(3)]
        for node in self.nodes:
            node.options += ["--cluster-port", str(free_port())]

    @property
    def url(self) -> str:
        """The addresses of all; each knows the others, too."""
        return f"redis+cluster://{','.join(node.address for node in self.nodes)}"

    def start(self) -> None:
        """Run all; return when each slot is served."""
        for node in self.nodes:
            node.start()
        if self.nodes[0].ask("CLUSTER", "SLOTS") == "":
            self._make()
        _wait_until(lambda: all(map(self._whole, self.nodes)), "the cluster's slots")

    def _make(self) -> None:
        """Give each its slots, and make them known to each other."""
        first, *others = self.nodes
        for number, node in enumerate(self.nodes):
            low, high = (16384 * edge // len(self.nodes) for edge in (number, number + 1))
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
            node.ask("CLUSTER", "ADDSLOTSRANGE", str(low), str(high - 1))
        for node in others:
            bus = node.options[-1]
            first.ask("CLUSTER", "MEET", HOST, str(node.port), bus)

    def _whole(self, node: Redis) -> bool:
        said = node.ask("CLUSTER", "INFO")
        return "cluster_state:ok" in said and f"cluster_known_nodes:{len(self.nodes)}" in said

    def clear(self) -> None:
        """Forget everything but who has which slots."""
        for node in self.nodes:
            node.clear()

    def stop(self) -> None:
        """Stop all."""
        for node in self.nodes:
            node.stop()


_CLUSTERED = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")


class Sentinel(Daemon):
    """A primary and a replica of Redis, and a Sentinel that promotes the replica at need."""

    service = "openucwa"

    def __init__(self, folder: Path, *, down_after: float = 1.0) -> None:
        super().__init__(folder)
        self.primary = Redis(self.folder / "primary")
        follow = ("--replicaof", f"{HOST} {self.primary.port}", "--repl-diskless-sync-delay", "0")
        self.replica = Redis(self.folder / "replica", options=follow)
        self.primary.options += ["--repl-diskless-sync-delay", "0"]
        (self.folder / "sentinel.conf").write_text(
            f"port {self.port}\nbind {HOST}\ndir {self.folder}\n"
            f"sentinel monitor {self.service} {HOST} {self.primary.port} 1\n"
            f"sentinel down-after-milliseconds {self.service} {down_after * 1000:.0f}\n"
            f"sentinel failover-timeout {self.service} 5000\n"
        )

    @property
    def address(self) -> str:
        """Host and port of the Sentinel."""
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The address of the Sentinel, and the name of what it watches."""
        return f"redis+sentinel://{self.address}/{self.service}/0"

    def command(self) -> Sequence[str]:
        """Sentinel is Redis in another mode."""
        server = program("redis-server", "valkey-server")
        return [server, str(self.folder / "sentinel.conf"), "--sentinel"]

    def ask(self, *words: str) -> str:
        """Give the Sentinel a command."""
        return ask(program("redis-cli", "valkey-cli"), "-p", str(self.port), "-e", *words)

    def ready(self) -> bool:
        """Tell whether it knows both."""
        with contextlib.suppress(RuntimeError):
            return self.ask("SENTINEL", "REPLICAS", self.service) != ""
        return False

    def start(self) -> None:
        """Run all three; return when the replica has what the primary has."""
        self.primary.start()
        self.replica.start()
        synchronised = "master_link_status:up"
        _wait_until(lambda: synchronised in self.replica.ask("INFO"), "the replica")
        super().start()

    def replicated(self) -> None:
        """Return when the replica has all that was written so far.

        ``WAIT`` speaks only of what its own connection wrote, so it does not serve here.
        """
        written = self.primary.offset("master")
        _wait_until(lambda: self.replica.offset("slave") >= written, "the replica")

    def stop(self) -> None:
        """Stop all three."""
        super().stop()
        self.replica.stop()
        self.primary.stop()


class Nginx(Daemon):
    """nginx as a balancer before nodes, with the configuration that the caller gives it.

    The configuration is that of ``http { … }``, with ``{port}`` where it shall listen.
    """

    def __init__(self, folder: Path, http: str, *, port: int = 0) -> None:
        super().__init__(folder)
        self.port = port or self.port
        self.http = http

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def command(self) -> Sequence[str]:
        """Run in the foreground, with everything in the folder."""
        user = "user root;" if os.geteuid() == 0 else ""
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        places = "".join(
            f"{kind}_temp_path {self.folder / kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        file = self.folder / "nginx.conf"
        file.write_text(
            f"{user}\ndaemon off;\nworker_processes 1;\n"
            f"worker_rlimit_nofile {files};\npid {self.folder / 'pid'};\n"
            f"events {{ worker_connections {min(files, 20_000)}; }}\n"
            f"http {{\naccess_log off;\n{places}{self.http.replace('{port}', str(self.port))}\n}}\n"
        )
        return [program("nginx"), "-p", str(self.folder), "-e", "stderr", "-c", str(file)]

    def ready(self) -> bool:
        """Tell whether it listens."""
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.port), timeout=1).close()
            return True
        return False


def _certify(folder: Path) -> None:
    """Make a certificate for the loopback address, signed by itself, and its key."""
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    words += ["-days", "30", "-subj", "/CN=localhost"]
    words += ["-addext", f"subjectAltName=DNS:localhost,IP:{HOST}"]
    words += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    ask(program("openssl"), *words)


def _wait_until(true, what: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while not true():
        if time.monotonic() > until:
            raise RuntimeError(f"{what}: not ready within {READY_WITHIN} seconds")
        time.sleep(0.05)


@contextlib.contextmanager
def running(*daemons) -> Iterator[None]:
    """Start servers one after the other, and stop them in the opposite order."""
    with contextlib.ExitStack() as stack:
        for daemon in daemons:
            stack.callback(daemon.stop)
            daemon.start()
        yield
