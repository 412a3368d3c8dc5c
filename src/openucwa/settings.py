"""Every option: its type, default, bounds and meaning, and how it is written.

``cli.configuration`` finds the effective values. In Python durations are seconds, sizes bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Meta

PREFIX = "OPENUCWA_"
"""What the variables begin with that set options."""

_MINUTE = 60.0
_HOUR = 3600.0
_DURATIONS = {"ms": 0.001, "s": 1.0, "m": _MINUTE, "h": _HOUR, "d": 24 * _HOUR}
_SIZES = {"B": 1, "KB": 1024, "MB": 1024**2}
_QUANTITIES = {
    "duration": "a duration such as 500ms, 90s, 5m or 8h,",
    "size": "a size such as 256KB or 1MB,",
}
_QUANTITY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?) ?([A-Za-z]+)")


_PASSWORD = re.compile(r"(?<=:)[^/]*(?=@)|(?<=password=)[^&]*")
"""What of a URL is nobody's business."""

_ORIGIN = (
    r"^(?i:null|[a-z][a-z0-9+.-]*://"
    r"((\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:([0-9]{1,5}|\*))?)\Z"
)


_DESTINATION = r"^(?i:(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]+(/[0-9]{1,3})?)\Z"


def _duration(description: str, *, zero: bool = False) -> Meta:
    least, most = 0 if zero else _DURATIONS["ms"], 366 * _DURATIONS["d"]
    return Meta(ge=least, le=most, description=description, extra={"unit": "duration"})


def _count(description: str, least: int = 1, most: int = 1_000_000) -> Meta:
    return Meta(ge=least, le=most, description=description)


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server listens, what it serves and how it names itself."""

    host: Annotated[
        str, Meta(min_length=1, description="Address to listen on; `0.0.0.0` for all.")
    ] = "127.0.0.1"
    port: Annotated[int, _count("Port to listen on; 0 takes any free one.", 0, 65535)] = 8080
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


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """How presence follows activity."""

    inactive_timeout: Annotated[
        float, _duration("Without activity for so long, an endpoint is inactive.")
    ] = 5 * _MINUTE
    away_timeout: Annotated[float, _duration("Inactive for so long, an endpoint is away.")] = (
        5 * _MINUTE
    )
    show_last_active: Annotated[
        bool, Meta(description="Tell others when an absent person was last active.")
    ] = True


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """The event channel."""

    low: Annotated[float, _duration("Longest wait of a low-priority event.", zero=True)] = 15.0
    medium: Annotated[float, _duration("Longest wait of a medium one.", zero=True)] = 5.0
    timeout: Annotated[
        float,
        _duration(
            "How long to hold a poll that states no timeout. Some clients give up at 30 s.",
            zero=True,
        ),
    ] = 25.0
    queue_limit: Annotated[
        int,
        _count("Events kept for an application that does not poll; then it has to start afresh."),
    ] = 1000


class Applications(msgspec.Struct, frozen=True, kw_only=True):
    """How many applications a person may have, and when they end."""

    per_user: Annotated[int, _count("Applications of one person at the same time.")] = 20
    poll_grace: Annotated[
        float, _duration("Without a poll for so long, an application that polled ends.")
    ] = 15 * _MINUTE
    idle: Annotated[
        float, _duration("Without any request for so long, an application that never polled ends.")
    ] = _HOUR
    activity_grace: Annotated[
        float, _duration("Without reported activity for so long, an application ends.")
    ] = 8 * _HOUR
    remember_gone: Annotated[
        float,
        _duration("How long to tell latecomers that an application has expired.", zero=True),
    ] = 30 * _MINUTE


class Subscriptions(msgspec.Struct, frozen=True, kw_only=True):
    """Presence subscriptions."""

    per_application: Annotated[int, _count("Subscriptions of one application.")] = 100
    contacts: Annotated[int, _count("Contacts in one subscription.")] = 250
    warning: Annotated[
        float, _duration("How long before its end a subscription says so.", zero=True)
    ] = 2 * _MINUTE


class Contacts(msgspec.Struct, frozen=True, kw_only=True):
    """Contact lists and groups."""

    per_user: Annotated[int, _count("Contacts of one person.")] = 250
    groups: Annotated[int, _count("Groups of one person, beside those that everybody has.")] = 64
    expand_limit: Annotated[
        int, _count("Members up to which a distribution group is shown.", most=10_000)
    ] = 1000
    migration_in_progress: Annotated[
        bool, Meta(description="Contact lists are being moved: they can be read, not changed.")
    ] = False


class Privacy(msgspec.Struct, frozen=True, kw_only=True):
    """What people may see of each other."""

    default_level: Annotated[
        Literal["External", "Colleagues", "Workgroup", "FriendsAndFamily"],
        Meta(description="The privacy relationship of people who chose no other."),
    ] = "Colleagues"


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Conversations and their history."""

    ring: Annotated[float, _duration("How long an invitation waits for an answer.")] = 30.0
    longest: Annotated[int, _count("Characters of a message.", most=100_000)] = 8000
    conversations: Annotated[int, _count("Conversations of one person at the same time.")] = 100
    participants: Annotated[int, _count("People in one conversation.", most=1000)] = 250
    follow_forwarding: Annotated[
        bool,
        Meta(description="Invitations go where a person forwards her calls to at once."),
    ] = False
    retention: Annotated[
        int,
        _count("Days for which conversations are kept after their last message.", most=36_500),
    ] = 365


AccessLevel = Literal["None", "SameEnterprise", "Locked", "Invited", "Everyone"]
LeaderAssignment = Literal["Disabled", "SameEnterprise", "Everyone"]

_URL = r"^(https?://[^\s<>\"]{1,2000})?\Z"


def _url(description: str) -> Meta:
    return Meta(pattern=_URL, description=description, extra={"allowed": "http:// or https://"})


class Meetings(msgspec.Struct, frozen=True, kw_only=True):
    """Online meetings that people arrange."""

    join_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s/?#@]+)?\Z",
            description="What the addresses begin with at which people join; `{domain}` is the "
            "organizer's. Apps find the meeting again if the host is one label before the domain. "
            "Empty: `server.public_url` where it is like that, else `https://meet.{domain}`.",
            extra={"allowed": "http:// or https:// with a host; no path"},
        ),
    ] = ""
    assigned: Annotated[
        bool,
        Meta(
            description="Give everybody a permanent meeting, unless the policy "
            "`assignedMeeting` says otherwise."
        ),
    ] = False
    per_user: Annotated[int, _count("Meetings that one person may have arranged.")] = 1000
    access: Annotated[
        AccessLevel, Meta(description="Who enters without waiting, if nothing else is said.")
    ] = "SameEnterprise"
    access_allowed: Annotated[
        tuple[AccessLevel, ...],
        Meta(
            description="What people may choose instead. Without `Everyone` all guests wait.",
            extra={"allowed": "a list of None, SameEnterprise, Locked, Invited, Everyone"},
        ),
    ] = ("None", "SameEnterprise", "Locked", "Invited", "Everyone")
    leaders: Annotated[
        LeaderAssignment, Meta(description="Who leads beside those named, if nothing else is said.")
    ] = "Disabled"
    leaders_allowed: Annotated[
        tuple[LeaderAssignment, ...],
        Meta(
            description="What people may choose instead.",
            extra={"allowed": "a list of Disabled, SameEnterprise, Everyone"},
        ),
    ] = ("Disabled", "SameEnterprise", "Everyone")
    warning: Annotated[int, _count("Participants from which apps warn that there are many.")] = 100
    lobby: Annotated[float, _duration("How long somebody waits in the lobby.")] = 1800.0
    guests: Annotated[
        bool, Meta(description="People without an account join meetings whose address they have.")
    ] = True
    dial_in: Annotated[
        tuple[
            Annotated[
                str, Meta(pattern=r"^[^|,]{1,100}\|\+[0-9 ()-]{3,30}(\|[A-Za-z -]{0,200})?\Z")
            ],
            ...,
        ],
        Meta(
            description="Numbers of a conference bridge of yours: region, number, languages. "
            "The first one is the default. Empty: nobody can dial in.",
            extra={"allowed": "a list such as `Denmark|+45 70 12 34 56|da-DK en-GB`"},
        ),
    ] = ()
    dial_in_page: Annotated[str, _url("Page with all numbers to dial in with.")] = ""
    enterprise_help: Annotated[str, _url("Page with help, for people of this organisation.")] = ""
    invitation_help: Annotated[str, _url("Page with help that invitations link.")] = ""
    invitation_legal: Annotated[str, _url("Page with legal notes that invitations link.")] = ""
    invitation_logo: Annotated[str, _url("Picture that invitations show.")] = ""
    invitation_footer: Annotated[
        str,
        Meta(
            max_length=1000,
            description="Text at the end of invitations.",
            extra={"allowed": "up to 1000 characters"},
        ),
    ] = ""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """How long a sign-in lasts."""

    lifetime: Annotated[float, _duration("Life of a person's token.")] = 8 * _HOUR
    anonymous_lifetime: Annotated[float, _duration("Life of a meeting guest's token.")] = _HOUR


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one client may ask of the server."""

    body: Annotated[
        int,
        Meta(ge=1024, le=1024**3, description="Longest request body.", extra={"unit": "size"}),
    ] = 1024**2
    passwords_at_once: Annotated[
        int, _count("Passwords checked at the same time; more wait.", most=64)
    ] = 4
    failed_sign_ins: Annotated[
        int, _count("Wrong passwords per account and minute; then sign-in is refused.")
    ] = 10
    failed_guests: Annotated[
        int, _count("Wrong addresses of meetings per minute; then no guest gets in.")
    ] = 300
    batched_requests: Annotated[
        int, _count("Requests of one person under way in batches; a batch with more is refused.")
    ] = 100


class Photos(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures of people."""

    upload: Annotated[bool, Meta(description="People may replace their own pictures.")] = False


class Telephony(msgspec.Struct, frozen=True, kw_only=True):
    """Phone numbers."""

    region: Annotated[
        str,
        Meta(
            pattern=r"^([A-Z]{2})?\Z",
            description="Where numbers without a country code are, such as `US` or `GB`. "
            "Empty: only international numbers can be given.",
            extra={"allowed": "two capital letters (ISO 3166)"},
        ),
    ] = ""


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
    timeout: Annotated[float, _duration("A receiver has to answer within so long.")] = 10.0
    failures: Annotated[
        int, _count("After so many failures in a row a callback counts as unreachable.")
    ] = 5
    patience: Annotated[
        float, _duration("Failing for so long, a callback counts as unreachable, too.")
    ] = 30.0
    longest_pause: Annotated[float, _duration("Longest pause between attempts.")] = _MINUTE
    queue_limit: Annotated[
        int, _count("People whose presence waits to be sent to one webhook; then the oldest goes.")
    ] = 10_000


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of the acts of administrators."""

    retention: Annotated[float, _duration("What is older is forgotten.")] = 365 * 24 * _HOUR
    entries: Annotated[
        int, _count("Of more acts than this the oldest are forgotten, however new.", 1000)
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


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All options, and where each that is not a default comes from (``server.port``: place)."""

    server: Server = Server()
    pool: Pool = Pool()
    node: Node = Node()
    web: Web = Web()
    presence: Presence = Presence()
    events: Events = Events()
    applications: Applications = Applications()
    subscriptions: Subscriptions = Subscriptions()
    contacts: Contacts = Contacts()
    privacy: Privacy = Privacy()
    messages: Messages = Messages()
    meetings: Meetings = Meetings()
    tokens: Tokens = Tokens()
    limits: Limits = Limits()
    photos: Photos = Photos()
    telephony: Telephony = Telephony()
    webhooks: Webhooks = Webhooks()
    audit: Audit = Audit()
    logging: Logging = Logging()
    origins: Mapping[str, str] = msgspec.field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield each option's name, its value as one would write it, and its origin."""
        for name, option in OPTIONS.items():
            value = getattr(getattr(self, option.section), option.key)
            text = option.spell(value)
            shown = _PASSWORD.sub("***", text) if option.kind == "url" else text
            yield name, shown, self.origins.get(name, "default")


@dataclass(frozen=True, slots=True)
class Option:
    """One option as declared above."""

    section: str
    key: str
    hint: Any
    default: Any

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"{PREFIX}{self.section}_{self.key}".upper()

    @property
    def meta(self) -> Meta:
        """What its declaration says about it."""
        meta: Meta = get_args(self.hint)[1]
        return meta

    @property
    def kind(self) -> Any:
        """``"duration"``, ``"size"`` or the Python type."""
        return (self.meta.extra or {}).get("unit", get_args(self.hint)[0])

    def read(self, raw: Any, *, strict: bool) -> Any:
        """Return the value that ``raw`` states. Raises ``ValueError``.

        Not ``strict``, everything may be text, as in variables; lists are then split at commas.
        """
        if self.kind in {"duration", "size"}:
            raw = _quantity(raw, _DURATIONS if self.kind == "duration" else _SIZES)
            raw = round(raw) if self.kind == "size" else raw
        elif isinstance(raw, str) and isinstance(self.default, tuple) and not strict:
            raw = [part.strip() for part in raw.split(",") if part.strip()]
        return msgspec.convert(raw, self.hint, strict=strict)

    def spell(self, value: Any) -> str:
        """Return the value as one would write it in a variable."""
        if self.kind == "duration":
            return _spelled(value, _DURATIONS)
        if self.kind == "size":
            return _spelled(value, _SIZES)
        if isinstance(value, tuple):
            return ",".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def allowed(self) -> str:
        """Say in words which values are allowed."""
        meta, kind = self.meta, self.kind
        if "allowed" in (meta.extra or {}):
            return str(meta.extra["allowed"])  # type: ignore[index]
        if meta.ge is not None:
            what = _QUANTITIES.get(kind, "a whole number")
            return f"{what} from {self.spell(meta.ge)} to {self.spell(meta.le)}"
        if kind is bool:
            return "true or false"
        return "text" if kind is str else "one of " + ", ".join(get_args(kind))


_DEFAULTS = Settings()
SECTIONS = Settings.__struct_fields__[:-1]
OPTIONS = {
    f"{section}.{key}": Option(section, key, hint, getattr(getattr(_DEFAULTS, section), key))
    for section in SECTIONS
    for key, hint in get_type_hints(type(getattr(_DEFAULTS, section)), include_extras=True).items()
}
"""Every option by its dotted name, in the order of declaration."""


def document() -> str:
    """Return ``docs/settings.md``'s tables: one per section, in Markdown."""
    lines: list[str] = []
    for section in SECTIONS:
        lines += [f"## {section}", "", str(getattr(_DEFAULTS, section).__doc__), ""]
        lines += ["| key | default | meaning | allowed | variable |", "|---|---|---|---|---|"]
        for option in OPTIONS.values():
            if option.section != section:
                continue
            default = f"`{text}`" if (text := option.spell(option.default)) else ""
            cells = [f"`{option.key}`", default, option.meta.description, option.allowed()]
            lines.append(f"| {' | '.join(map(str, cells))} | `{option.variable}` |")
        lines.append("")
    return "\n".join(lines)


def _quantity(raw: Any, units: Mapping[str, float]) -> float:
    """Read a number with its unit."""
    match = _QUANTITY.fullmatch(raw) if isinstance(raw, str) else None
    if match is None or match[2] not in units:
        raise ValueError(raw)
    return float(match[1]) * units[match[2]]


def _spelled(value: float, units: Mapping[str, float]) -> str:
    """Write a number in the largest unit that gives a whole one."""
    for unit, factor in reversed(list(units.items())):
        if value >= factor and value % factor == 0:
            return f"{value / factor:.0f}{unit}"
    return f"{value * 1000:.12g}ms" if value else "0s"
