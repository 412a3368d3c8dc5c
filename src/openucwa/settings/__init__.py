"""Every option: its type, default, bounds and meaning, and how it is written.

``cli.configuration`` finds the effective values. In Python durations are seconds, sizes bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Meta

from openucwa.settings.rules import (
    Applications,
    Contacts,
    Events,
    Meetings,
    Messages,
    Photos,
    Presence,
    Privacy,
    Subscriptions,
    Telephony,
)
from openucwa.settings.server import (
    Audit,
    Limits,
    Logging,
    Node,
    Pool,
    Server,
    Tokens,
    Web,
    Webhooks,
)
from openucwa.settings.units import DURATIONS, SIZES, quantity, spelled

PREFIX = "OPENUCWA_"
"""What the variables begin with that set options."""

_QUANTITIES = {
    "duration": "a duration such as 500ms, 90s, 5m or 8h,",
    "size": "a size such as 256KB or 1MB,",
}

_PASSWORD = re.compile(r"(?<=:)[^/]*(?=@)|(?<=password=)[^&]*")
"""What of a URL is nobody's business."""


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
            raw = quantity(raw, DURATIONS if self.kind == "duration" else SIZES)
            raw = round(raw) if self.kind == "size" else raw
        elif isinstance(raw, str) and isinstance(self.default, tuple) and not strict:
            raw = [part.strip() for part in raw.split(",") if part.strip()]
        return msgspec.convert(raw, self.hint, strict=strict)

    def spell(self, value: Any) -> str:
        """Return the value as one would write it in a variable."""
        if self.kind == "duration":
            return spelled(value, DURATIONS)
        if self.kind == "size":
            return spelled(value, SIZES)
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
