"""What administrators do and look at: acts, sessions and figures, and the ports for them.

Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from openucwa.domain.ports import Accounts, Directory, Groups, Policies, Pools, Registry
from openucwa.domain.webhooks import Registrations, Target, Webhook

DONE = "Done"
"""The outcome of what was done; all others are the names of refusals."""


class Act(NamedTuple):
    """Something that somebody did to others, or tried.

    The ``actor`` is an administrator's address, or ``cli:`` and who ran a command. It is ``about``
    an address, or what else was changed. ``details`` never have secrets. Later ones have higher
    numbers.
    """

    time: float
    actor: str
    act: str
    about: str = ""
    details: tuple[str, ...] = ()
    outcome: str = DONE
    number: int = 0


class Audit(Protocol):
    """What administrators did; what they do with a ``Hand`` is noted by itself."""

    async def note(self, act: Act) -> None:
        """Keep an act."""
        ...

    async def acts(self, limit: int, before: int = 0, person: str = "") -> Sequence[Act]:
        """Return the newest acts, or those before one, or those by or about a person."""
        ...

    async def purge(self, before: float, most: int) -> None:
        """Forget what is older than a time, and all but the newest so many."""
        ...


class PolicyRegistry(Policies, Protocol):
    """The administrator's hand on policies."""

    async def set(self, address: str, name: str, value: str) -> None:
        """Give a policy a value, for a person or ``EVERYBODY``. Raises ``KeyError`` if unknown."""
        ...

    async def unset(self, address: str, name: str) -> bool:
        """Let a policy be what it is without this one; return whether there was one."""
        ...


class PoolRegistry(Pools, Protocol):
    """The administrator's hand on pools."""

    async def drain(self, name: str, draining: bool, now: float) -> None:
        """Drain a pool, or let it serve again. Raises ``KeyError`` if there is no such pool."""
        ...

    async def population(self) -> Mapping[str, int]:
        """Return how many people are at home in each pool, by its name; 0 may be missing."""
        ...


class WebhookRegistry(Registrations, Protocol):
    """The administrator's hand on webhooks."""

    async def add_webhook(
        self, url: str, subjects: Sequence[str] = (), *, everybody: bool = False
    ) -> Webhook:
        """Register where changes of presence go. Raises ``KeyError`` with who is unknown."""
        ...

    async def remove(self, target: Target) -> None:
        """Delete a webhook; nothing happens if it is no more."""
        ...


class Hand(NamedTuple):
    """Everything that is looked after, past all that is remembered of it."""

    registry: Registry
    accounts: Accounts
    directory: Directory
    groups: Groups
    policies: PolicyRegistry
    pools: PoolRegistry
    webhooks: WebhookRegistry


class Session(NamedTuple):
    """One application of somebody who is signed in, and the ``node`` where it lives.

    ``active`` is when she was last active in it, if it is ``available`` and not in lurker mode.
    It is ``parked`` while one of its ``instances`` waits for events. ``availability`` and
    ``activity`` are what others see of the person.
    """

    address: str
    application: str
    user_agent: str
    culture: str
    device: str
    since: float
    last_request: float
    active: float | None
    availability: str
    activity: str | None
    available: bool
    parked: bool
    instances: int
    node: str


class Figures(NamedTuple):
    """How much there is now, and from ``requests`` on how much there was ``since`` the start."""

    since: float = 0.0
    signed_in: int = 0
    applications: int = 0
    available: int = 0
    parked: int = 0
    conversations: int = 0
    requests: int = 0
    sign_ins: int = 0
    transitions: int = 0
    messages: int = 0
    deliveries: int = 0
    ended: int = 0
    dropped: int = 0

    def added(self, other: Figures) -> Figures:
        """Return the figures of two nodes as one, since the earlier start."""
        since, *sums = (one + two for one, two in zip(self, other, strict=True))
        return Figures(min(self.since, other.since) if self.since else since, *map(int, sums))


class Sample(NamedTuple):
    """How it was in one interval, by its number since 1970: numbers, and rates by the second.

    ``latencies`` counts deliveries by how long they took.
    """

    interval: int
    signed_in: int
    available: int
    parked: int
    transitions: float
    deliveries: float
    requests: float
    messages: float
    latencies: tuple[int, ...] = ()


class Question(NamedTuple):
    """What a node is asked of those who live there.

    Of sessions, those ``after`` the application of an address, ``limit`` at most; of samples the
    latest ``limit``.
    """

    what: Literal["sessions", "figures", "samples"]
    limit: int = 0
    after: tuple[str, str] = ("", "")


class Finding(NamedTuple):
    """What a node answers."""

    sessions: Sequence[Session] = ()
    figures: Figures = Figures()
    samples: Sequence[Sample] = ()


class Findings(NamedTuple):
    """What the nodes answer, by their names, and which of them are ``silent``."""

    found: Mapping[str, Finding]
    silent: Sequence[str] = ()


class Overview(Protocol):
    """Who is signed in, and how much goes on."""

    async def ask(self, question: Question) -> Findings:
        """Ask all nodes."""
        ...

    def sessions_of(self, address: str) -> Sequence[Session]:
        """Return somebody's sessions. Raises ``Elsewhere``."""
        ...

    async def end(self, address: str, application: str, now: float) -> None:
        """End a session; return when that is stored.

        Raises ``Elsewhere``, and ``Refused``: NotFound or ServiceUnavailable.
        """
        ...


class Administration(NamedTuple):
    """What the operators' API reaches.

    ``pool`` is the name of the server's own. ``hand`` does everything as part of an act, which is
    kept with it or not at all; ``look`` is for reading. ``check_url`` raises ``ValueError`` for
    where nothing may be sent.
    """

    pool: str
    look: Hand
    hand: Callable[[Act], Hand]
    audit: Audit
    overview: Overview
    hash_password: Callable[[str], Awaitable[str]]
    notice: Callable[[], Awaitable[None]]
    """Does at once what follows from changes."""
    check_url: Callable[[str], None]
