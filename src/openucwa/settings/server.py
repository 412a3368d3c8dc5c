"""How and where the server runs, what it keeps out and what it tells of itself."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from openucwa.settings.units import HOUR, MINUTE, count, duration

_ORIGIN = (
    r"^(?i:null|[a-z][a-z0-9+.-]*://"
    r"((\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:([0-9]{1,5}|\*))?)\Z"
)


_DESTINATION = r"^(?i:(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]+(/[0-9]{1,3})?)\Z"


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server listens, what it serves and how it names itself."""

    host: Annotated[
        str, Meta(min_length=1, description="Address to listen on; `0.0.0.0` for all.")
    ] = "127.0.0.1"
    port: Annotated[int, count("Port to listen on; 0 takes any free one.", 0, 65535)] = 8080
    public_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s/?#@]+)?\Z",
            description="What clients call the server, when a proxy stands before it. "
            "Empty: the request's own host.",
            extra={"allowed": "http:// or https:// with host and, if any, port; no path"},
        ),
    ] = ""
    data: Annotated[
        str, Meta(min_length=1, description="Folder for everything that must outlive a restart.")
    ] = "openucwa-data"
    database: Annotated[
        str,
        Meta(
            pattern=r"^(postgres(ql)?://.*)?\Z",
            description="PostgreSQL for what must outlive a restart, such as "
            "`postgresql://user:password@host/name`. Empty: SQLite in the folder `data`.",
            extra={"allowed": "a URL that begins with postgresql://", "unit": "url"},
        ),
    ] = ""
    live: Annotated[
        str,
        Meta(
            description="Redis or Valkey for what is going on, shared by all nodes of a pool: "
            "`redis://`, `rediss://`, `redis+cluster://` or `redis+sentinel://`. "
            "Empty: this process alone has it.",
        ),
    ] = ""
    tls_cert: Annotated[
        str, Meta(description="PEM file with the certificate chain; with `tls_key`. Empty: HTTP.")
    ] = ""
    tls_key: Annotated[str, Meta(description="PEM file with the certificate's private key.")] = ""
    version: Annotated[
        str,
        Meta(
            pattern=r"^[!-~]{1,64}\Z",
            description="What the `X-MS-UcwaVersion` header says.",
            extra={"allowed": "1 to 64 visible ASCII characters"},
        ),
    ] = "2.0"
    domains: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?\Z")], ...],
        Meta(
            description="SIP domains served. Empty: those of the people.",
            extra={"allowed": "a list of domain names in lower case"},
        ),
    ] = ()
    draining: Annotated[
        bool,
        Meta(description="Serve nobody and answer 410, whatever is known of the pool's backup."),
    ] = False

    @property
    def place(self) -> str:
        """Where the database is: a URL, or the folder that has it."""
        return self.database or self.data


_POOL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """The pool that this server belongs to, where several pools share a database."""

    name: Annotated[
        str,
        Meta(
            pattern=rf"^{_POOL}\Z",
            description="Name of the pool, the same on all of its servers.",
            extra={"allowed": "letters in lower case, digits and hyphens"},
        ),
    ] = "main"
    backup: Annotated[
        str,
        Meta(
            pattern=rf"^({_POOL})?\Z",
            description="Name of the pool that serves its people while it is drained. "
            "Empty: nobody does.",
            extra={"allowed": "the name of a pool"},
        ),
    ] = ""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """This process as one of several that are a pool; it needs `server.live`."""

    name: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9._-]{0,63}\Z",
            description="What the node is called in the pool. Empty: its address.",
            extra={"allowed": "up to 63 letters, digits, dots, hyphens and underscores"},
        ),
    ] = ""
    address: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}\Z",
            description="Where the other nodes reach this one, in a network of their own; "
            "port 0 takes any free one.",
            extra={"allowed": "host and port, such as 10.0.0.7:7400"},
        ),
    ] = "127.0.0.1:0"
    listen: Annotated[
        str,
        Meta(description="Address to listen on for other nodes. Empty: that of `node.address`."),
    ] = ""


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """The server's own console, and web apps of other origins."""

    console: Annotated[
        bool, Meta(description="Show the presence board at `/` to whoever comes with a browser.")
    ] = True
    allowed_origins: Annotated[
        tuple[Annotated[str, Meta(pattern=_ORIGIN)], ...],
        Meta(
            description="Origins whose pages may use the server. A host may begin with `*.`, "
            "a port may be `*`, and `null` stands for pages that have no origin.",
            extra={"allowed": "a list of origins such as https://intranet.example.com"},
        ),
    ] = ()


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """How long a sign-in lasts."""

    lifetime: Annotated[float, duration("Life of a person's token.")] = 8 * HOUR
    anonymous_lifetime: Annotated[float, duration("Life of a meeting guest's token.")] = HOUR


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one client may ask of the server."""

    body: Annotated[
        int,
        Meta(ge=1024, le=1024**3, description="Longest request body.", extra={"unit": "size"}),
    ] = 1024**2
    passwords_at_once: Annotated[
        int, count("Passwords checked at the same time; more wait.", most=64)
    ] = 4
    failed_sign_ins: Annotated[
        int, count("Wrong passwords per account and minute; then sign-in is refused.")
    ] = 10
    failed_guests: Annotated[
        int, count("Wrong addresses of meetings per minute; then no guest gets in.")
    ] = 300
    batched_requests: Annotated[
        int, count("Requests of one person under way in batches; a batch with more is refused.")
    ] = 100


class Webhooks(msgspec.Struct, frozen=True, kw_only=True):
    """Pushing of events and presence to servers of others."""

    allowed: Annotated[
        tuple[Annotated[str, Meta(pattern=_DESTINATION)], ...],
        Meta(
            description="Where messages may go: host names, also `*.example.com`, and networks. "
            "Empty: any public address. Private ones only if a network here has them.",
            extra={"allowed": "a list of host names, addresses and networks such as 10.1.0.0/16"},
        ),
    ] = ()
    insecure: Annotated[bool, Meta(description="Allow URLs that begin with http://, too.")] = False
    ca: Annotated[
        str, Meta(description="PEM file with certificates to trust beside those of the system.")
    ] = ""
    timeout: Annotated[float, duration("A receiver has to answer within so long.")] = 10.0
    failures: Annotated[
        int, count("After so many failures in a row a callback counts as unreachable.")
    ] = 5
    patience: Annotated[
        float, duration("Failing for so long, a callback counts as unreachable, too.")
    ] = 30.0
    longest_pause: Annotated[float, duration("Longest pause between attempts.")] = MINUTE
    queue_limit: Annotated[
        int, count("People whose presence waits to be sent to one webhook; then the oldest goes.")
    ] = 10_000


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of the acts of administrators."""

    retention: Annotated[float, duration("What is older is forgotten.")] = 365 * 24 * HOUR
    entries: Annotated[
        int, count("Of more acts than this the oldest are forgotten, however new.", 1000)
    ] = 100_000


class Logging(msgspec.Struct, frozen=True, kw_only=True):
    """What is logged."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="Least severity logged.")
    ] = "info"
    format: Annotated[
        Literal["auto", "json", "console"],
        Meta(description="`auto` is `console` on a terminal, else `json`."),
    ] = "auto"
