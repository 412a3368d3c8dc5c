"""The words with which a resource is declared.

``@resource`` attaches a frozen ``Spec`` to a representation class and registers nothing: a
``Catalogue`` is built from an explicit list. One declaration serves routing, links, refusals,
both formats, events, OpenAPI and the comparison with the reference.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, TypeVar, cast

import msgspec
from msgspec import UNSET, Struct, UnsetType

from openucwa.hyper.values import Words

Class = TypeVar("Class", bound=type["Representation"])
Function = TypeVar("Function", bound=Callable[..., Any])


ADMIN = "/admin"
"""Where everything is that only administrators use."""


class Priority(enum.IntEnum):
    """How long an event may wait for others (R3.17)."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Scope(enum.StrEnum):
    """What a token allows (R13.1)."""

    USER = "User.ReadWrite"
    CONTACTS = "Contacts.ReadWrite"
    INITIATE = "Conversations.Initiate"
    RECEIVE = "Conversations.Receive"
    MEETINGS = "Meetings.ReadWrite"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for an operation to be allowed, and so for its link to be shown.

    ``holds`` gets the call; ``refusal`` is what a call gets for which it does not hold.
    """

    refusal: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Link:
    """A relation to another resource, shown while that resource's conditions hold.

    ``to`` names the declaration when the rel on the wire is another one, and ``place`` the one
    whose path is linked when the rel's own is an alias; ``at`` is the alias of the rel's path that
    is linked. ``query`` is appended and may use path parameters.
    """

    rel: str
    to: str = ""
    query: str = ""
    place: str = ""
    at: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Embed:
    """A relation whose target is carried inside the representation.

    ``many`` makes it an array even for one (R4.6).
    """

    rel: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An event this resource takes part in: its sender, priority and collection (R3.26, R3.27).

    ``embed`` carries the resource itself in its latest state; otherwise a link is sent (R3.28).
    """

    type: str
    sender: str
    priority: Priority = Priority.MEDIUM
    inside: str = ""
    embed: bool = False


@dataclass(frozen=True)
class Operation:
    """One verb of a resource.

    ``given`` is the struct of its parameters (body and query, or query alone for GET). ``raw``
    says that it takes the body as it is instead, and checks what there is to check itself; ``says``
    that it takes what the body says, whatever its type.
    ``counts`` says that calling it shows that the person is at work (R7.11).
    """

    method: str
    call: Callable[..., Any]
    status: int
    given: type[Struct] | None
    counts: bool
    waits: bool
    raw: bool
    says: bool

    @cached_property
    def bare(self) -> bool:
        """Whether it takes nothing from the request but the call."""
        taking = self.given is not None or self.raw or self.says
        return not taking and self.method in {"GET", "POST"}


@dataclass(frozen=True)
class Spec:
    """Everything the server knows about one kind of resource."""

    rel: str
    at: str
    cls: type[Representation]
    also: tuple[str, ...]
    revision: int
    scopes: tuple[Scope, ...]
    requires: tuple[Condition, ...]
    events: tuple[Event, ...]
    public: bool
    etag: bool
    guid: bool
    image: bool
    alone: bool
    shared: bool
    answered_by: str
    operations: Mapping[str, Operation] = field(default_factory=dict)

    @property
    def links(self) -> tuple[Link | Embed, ...]:
        """The relations that a representation may show."""
        return self.cls.links

    @cached_property
    def administrative(self) -> bool:
        """Whether it is the operators': of no person, no application and no node of a pool."""
        return self.at.startswith(ADMIN)

    @cached_property
    def properties(self) -> tuple[msgspec.structs.FieldInfo, ...]:
        """The properties on the wire, in order."""
        fields = msgspec.structs.fields(self.cls)
        return tuple(info for info in fields if not info.name.startswith("_"))

    @property
    def allow(self) -> str:
        """The value of an Allow header."""
        methods = [*self.operations, "OPTIONS"]
        return ", ".join(["HEAD", *methods] if "GET" in methods else methods)

    def refusal(self, call: Any) -> str | None:
        """Return why a call may not use this resource now, or None if it may.

        The same answer decides whether links to the resource are shown.
        """
        if self.scopes and call.identity.scopes.isdisjoint(self.scopes):
            return "Forbidden"
        for condition in self.requires:
            if not condition.holds(call):
                return condition.refusal
        return None


Linked = Mapping[str, str] | Sequence[Mapping[str, str]]
"""The path parameters of a resource, or of each of several."""


class Representation(Struct, rename="camel", kw_only=True):
    """Base of all representations: fields are the properties on the wire.

    ``title`` among the path parameters of what is ``_linked`` is the name of whom it leads to.

    ``_at`` holds path parameters that differ from the request's, ``_alias`` the declared path that
    it is shown at if that is not the resource's own, ``_query`` what self carries behind ``?``,
    ``_embedded`` representations by rel, in order, ``_linked`` what is linked instead of embedded,
    ``_more`` properties of any names that somebody gave it, ``_without`` relations that its state
    does not offer now, ``_titles`` the names of those to whom relations lead, ``_foreign`` where
    relations lead that leave the pool.
    """

    links: ClassVar[tuple[Link | Embed, ...]] = ()
    spec: ClassVar[Spec]

    _at: Mapping[str, str] | UnsetType = UNSET
    _alias: str | UnsetType = UNSET
    _query: str | UnsetType = UNSET
    _embedded: Mapping[str, Any] | UnsetType = UNSET
    _linked: Mapping[str, Linked] | UnsetType = UNSET
    _more: Mapping[str, str] | UnsetType = UNSET
    _without: Collection[str] | UnsetType = UNSET
    _titles: Mapping[str, str] | UnsetType = UNSET
    _foreign: Mapping[str, str] | UnsetType = UNSET

    @classmethod
    def as_seen(cls, seen: Any) -> Representation:
        """Show a value that an event carries."""
        raise NotImplementedError(cls)


class Capability(Representation):
    """Base of resources that have no state of their own: one POST, shown as a link."""


@dataclass(frozen=True, slots=True)
class Result:
    """An answer whose status the operation chose itself."""

    status: int
    representation: Representation


@dataclass(frozen=True, slots=True)
class Started:
    """The answer to what has begun: 201 without a body; Location leads to the operation (R9.1)."""

    rel: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer or a body that is not a resource: a page or a picture.

    An answer with an ``etag`` may be kept by the client: for ``lifetime`` seconds without asking.
    """

    content_type: str
    body: bytes
    etag: str = ""
    lifetime: float = 0.0


def operation(method: str, status: int, *, counts: bool = False) -> Callable[[Function], Function]:
    """Mark a static method as the operation behind an HTTP verb."""

    def mark(function: Function) -> Function:
        bare: Any = getattr(function, "__func__", function)
        bare.__operation__ = (method, status, counts)
        return function

    return mark


def get() -> Callable[[Function], Function]:
    """Answer GET with 200 and the representation that the method returns."""
    return operation("GET", 200)


def post(status: int = 204, *, counts: bool = False) -> Callable[[Function], Function]:
    """Answer POST; a status that has a body comes with the representation returned."""
    return operation("POST", status, counts=counts)


def put(status: int = 200) -> Callable[[Function], Function]:
    """Answer PUT, after If-Match and the GUID property have been checked (R4.28, R4.30)."""
    return operation("PUT", status)


def delete() -> Callable[[Function], Function]:
    """Answer DELETE with 204."""
    return operation("DELETE", 204)


def _given(function: Callable[..., Any]) -> type[Any] | None:
    """Return the type of the operation's second parameter: a struct, ``Raw`` or ``Words``."""
    names = list(inspect.signature(function).parameters)
    if len(names) < 2:
        return None
    annotation = function.__annotations__[names[1]]
    if isinstance(annotation, str):
        annotation = function.__globals__[annotation]
    return cast("type[Any]", annotation)


def resource(
    rel: str,
    *,
    at: str,
    also: tuple[str, ...] = (),
    revision: int = 1,
    scopes: tuple[Scope, ...] = (),
    requires: tuple[Condition, ...] = (),
    events: tuple[Event, ...] = (),
    public: bool = False,
    etag: bool = False,
    guid: bool = False,
    image: bool = False,
    alone: bool = False,
    shared: bool = False,
    answered_by: str = "",
) -> Callable[[Class], Class]:
    """Declare a resource.

    ``at`` is the path below the application, or from the root if it begins with a slash;
    ``also`` are aliases that are served but never linked. ``public`` resources need no token.
    ``etag`` resources carry one, ``guid`` resources the property that PUT must repeat (R4.28).
    ``image`` resources are shown by pages without a header: the photo cookie lets them be read,
    and browsers may keep them (R2.32). ``alone`` resources, and those, cannot be in a batch (R6.7).
    The representations of a ``shared`` resource are kept and shown to many, with all that they need
    in ``_at`` and no dates; they are told apart by identity (``eq=False``).
    A resource that shares its path is ``answered_by`` another one: its operations only say what
    can be done with it.
    """

    def attach(cls: Class) -> Class:
        operations = {}
        members = [value for base in reversed(cls.__mro__) for value in vars(base).values()]
        for value in members:
            function = getattr(value, "__func__", value)
            marked = getattr(function, "__operation__", None)
            if marked is not None:
                method, status, counts = marked
                waits = inspect.iscoroutinefunction(function)
                given = _given(function)
                raw, says = given is Raw, given is Words
                own = None if raw or says else given
                operations[method] = Operation(
                    method, function, status, own, counts, waits, raw, says
                )
        cls.spec = Spec(
            rel,
            at,
            cls,
            also,
            revision,
            scopes,
            requires,
            events,
            public,
            etag,
            guid,
            image,
            alone,
            shared,
            answered_by,
            operations,
        )
        return cls

    return attach
