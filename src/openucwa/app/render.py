"""From representations to trees: properties, links that are allowed now, embedded resources.

A tree is plain data that ``wire`` writes as JSON or XML.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, Self, cast

from msgspec import UNSET, Raw

from openucwa.app.templates import Templates
from openucwa.domain.applications import Application, Key
from openucwa.domain.channel import Channel, Event, Ref
from openucwa.domain.identity import Identity
from openucwa.domain.seen import MessageSeen
from openucwa.domain.users import User
from openucwa.hyper.catalogue import APPLICATIONS, Catalogue, escape, gaps
from openucwa.hyper.declare import Embed, Link, Linked, Representation, Spec
from openucwa.hyper.values import External
from openucwa.resources.call import Call, Services
from openucwa.resources.events import events_query
from openucwa.wire import datauris, errors, etags, json

GUID_VALUE = "please pass this in a PUT request"

Tree = dict[str, Any]
Open = dict[str, tuple[bool, ...]]
"""Which of its links a kind of representation may show to a call, by its rel."""

_NOBODY = str(uuid.uuid4())  # noqa: TID251  it never leaves this module
"""Stands for an application's id where that is not known yet; nobody can guess it."""

_EVERYBODY = Call(
    now=0.0,
    identity=Identity("", frozenset(), 0.0),
    user=User(""),
    params={},
    query={},
    services=cast("Services", None),
    application=Application(_NOBODY, Key("", "", "", ""), 0.0, 0.0, {}),
)
"""Stands for the call that something is shown to."""


def guid_name(call: Call, spec: Spec) -> str:
    """Return the name of the property that a PUT must repeat.

    It is random to clients, and the same for as long as the application lives (R4.28).
    """
    rel = spec.answered_by or spec.rel
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{call.application.id}/{rel}"))


class Place(NamedTuple):
    """Where a resource is, below an application or from the root.

    ``path`` is a format of the application's id, if it is ``below`` one, and of what ``names``
    names.
    """

    path: str
    names: tuple[str, ...]
    below: bool

    @classmethod
    @lru_cache(maxsize=1024)
    def at(cls, pattern: str) -> Self:
        """Return the place of a declared path."""
        below = not pattern.startswith("/")
        path, names = gaps(pattern)
        if below:
            path = f"{APPLICATIONS}/%s/{path}".removesuffix("/")
        return cls(path, names, below)

    def href(self, call: Call, params: Mapping[str, str], *, absolute: bool = False) -> str:
        """Return it for a call: host-relative within UCWA, absolute in discovery (R4.8)."""
        values = [escape(params[name]) for name in self.names]
        if self.below:
            values.insert(0, call.application.id)
        path = self.path % tuple(values)
        return call.origin + path if absolute else path


class Plan(NamedTuple):
    """What there is to do for a kind of representation, looked up beforehand.

    ``properties`` are names here and on the wire; ``links`` come with what they lead to;
    ``embeds`` tells of each rel whether there may be many.
    """

    properties: tuple[tuple[str, str], ...]
    place: Place
    absolute: bool
    links: tuple[tuple[Link, Spec, Place], ...]
    embeds: dict[str, bool]


class Renderer:
    """Builds trees from representations, by the catalogue's declarations."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._places = {spec.rel: Place.at(spec.at) for spec in catalogue}
        self._plans = {spec.rel: self._plan(spec) for spec in catalogue}
        self._shared = lru_cache(maxsize=8192)(self._pieces)
        self._templates = Templates(_NOBODY, self._message)

    def _plan(self, spec: Spec) -> Plan:
        links = [link for link in spec.links if isinstance(link, Link) and not link.many]
        targets = [self.catalogue[link.to or link.rel] for link in links]
        places = [
            Place.at(link.at) if link.at else self._places[link.place or target.rel]
            for link, target in zip(links, targets, strict=True)
        ]
        return Plan(
            tuple((info.name, info.encode_name) for info in spec.properties),
            self._places[spec.rel],
            spec.public or spec.at.startswith("/Autodiscover"),
            tuple(zip(links, targets, places, strict=True)),
            {link.rel: link.many for link in spec.links if isinstance(link, Embed)},
        )

    def tree(self, call: Call, shown: Representation) -> Tree:
        """Build the tree of a representation (R4.5)."""
        return self._tree(call, shown, {})

    def _tree(self, call: Call, shown: Representation, known: Open) -> Tree:
        """Build a tree; what is embedded may show the same links to the call."""
        spec = type(shown).spec
        plan = self._plans[spec.rel]
        allowed = self._allowed(call, spec, known)
        params = {**call.params, **shown._at} if shown._at else call.params
        tree: Tree = {}
        carried: Tree = {}
        for name, wire_name in plan.properties:
            value = getattr(shown, name)
            if isinstance(value, External):
                carried[wire_name] = {"href": datauris.encode(value.words)}
            elif value is not UNSET:
                tree[wire_name] = value
            if spec.guid and len(tree) == 1:
                # One client reads it as communication's second property (R4.29).
                tree[guid_name(call, spec)] = GUID_VALUE
        if shown._more:
            tree = {**shown._more, **tree}
        place = Place.at(shown._alias) if shown._alias else plan.place
        own = place.href(call, params, absolute=plan.absolute)
        links: Tree = {"self": {"href": f"{own}?{shown._query}" if shown._query else own}}
        if spec.guid and spec.revision > 1:
            links["self"]["revision"] = str(spec.revision)  # R12.3
        for (link, target, place), is_allowed in zip(plan.links, allowed, strict=True):
            if is_allowed and link.rel not in (shown._without or ()):
                href = place.href(call, params, absolute=plan.absolute)
                if link.query:
                    href += "?" + link.query.format_map(params)
                links[link.rel] = {"href": href}
                if target.revision > 1:
                    links[link.rel]["revision"] = str(target.revision)
                if shown._titles and link.rel in shown._titles:
                    links[link.rel]["title"] = shown._titles[link.rel]
        links |= carried
        if shown._foreign:
            links |= {rel: {"href": href} for rel, href in shown._foreign.items()}
        if shown._linked:
            links |= self._linked(call, params, shown._linked)
        tree["_links"] = links
        if shown._embedded:
            tree["_embedded"] = {
                rel: [self._embedded(call, one, known) for one in found]
                if plan.embeds[rel]
                else self._embedded(call, found, known)
                for rel, found in shown._embedded.items()
            }
        tree["rel"] = spec.rel
        if spec.etag:
            bare = {name: value for name, value in tree.items() if name != "_embedded"}
            identifier = call.application.id.encode()
            tree["etag"] = etags.digest(json.encode(bare).replace(identifier, b""))
        return tree

    def _allowed(self, call: Call, spec: Spec, known: Open) -> tuple[bool, ...]:
        allowed = known.get(spec.rel)
        if allowed is None:
            links = self._plans[spec.rel].links
            allowed = tuple(target.refusal(call) is None for _, target, _ in links)
            known[spec.rel] = allowed
        return allowed

    def _embedded(self, call: Call, shown: Representation, known: Open) -> Tree | Raw:
        """Build the tree of what is embedded; of what is shared, its JSON."""
        spec = type(shown).spec
        if not spec.shared:
            return self._tree(call, shown, known)
        pieces = self._shared(shown, self._allowed(call, spec, known))
        return Raw(call.application.id.encode().join(pieces))

    def _pieces(self, shown: Representation, allowed: tuple[bool, ...]) -> list[bytes]:
        """Return JSON in pieces, between which the application's id stands."""
        tree = self._tree(_EVERYBODY, shown, {type(shown).spec.rel: allowed})
        return json.encode(tree).split(_NOBODY.encode())

    def _linked(self, call: Call, params: Tree, given: Mapping[str, Linked]) -> Tree:
        """Link what is not embedded, as far as it may be seen."""
        links: Tree = {}
        for rel, found in given.items():
            place, target = self._places[rel], self.catalogue[rel]
            if target.refusal(call) is not None:
                continue
            more = {"revision": str(target.revision)} if target.revision > 1 else {}

            def link(
                one: Mapping[str, str], place: Place = place, more: dict[str, str] = more
            ) -> Tree:
                title = {"title": one["title"]} if "title" in one else {}
                return {"href": place.href(call, {**params, **one}), **more, **title}

            links[rel] = link(found) if isinstance(found, Mapping) else [link(one) for one in found]
        return links

    def package(self, call: Call, channel: Channel, events: Iterable[Event], more: Tree) -> Tree:
        """Build a package of events; a new sender block begins whenever the sender changes (R3.25).

        ``more`` are links beside self, such as next.
        """
        name = call.application.id.encode()
        known: Open = {}
        senders = [
            {
                **_ref(call.application.id, sender),
                "events": [
                    self._embedding(call, event, known)
                    if event.embed or event.shown or event.succeeded is not None or event.reason
                    else Raw(name.join(_pieces(event)))
                    for event in group
                ],
            }
            for sender, group in groupby(events, key=lambda event: event.sender)
        ]
        own = {"href": events_href(call, channel, channel.number)}
        return {"_links": {"self": own, **more}, "sender": senders}

    def _message(self, seen: MessageSeen, allowed: tuple[bool, ...]) -> bytes:
        """Return the JSON of the event of a message that has arrived."""
        spec = self.catalogue["message"]
        tree = self._tree(_EVERYBODY, spec.cls.as_seen(seen), {spec.rel: allowed})
        own = {"rel": spec.rel, **tree["_links"]["self"]}
        embedded = {spec.rel: tree}
        return json.encode(
            {"link": own, "status": "Success", "_embedded": embedded, "type": "completed"}
        )

    def _embedding(self, call: Call, event: Event, known: Open) -> Tree | Raw:
        """Show an event with the resource, as it was or in its latest state (R3.28)."""
        if isinstance(event.shown, MessageSeen) and event.reason is None and not event.shown.failed:
            allowed = self._allowed(call, self.catalogue["message"], known)
            return Raw(self._templates.fill(event.shown, allowed, call.application.id))
        tree = _event(call.application.id, event.link, event.inside)
        spec = self.catalogue[event.link.rel]
        if event.succeeded is not None:
            tree["status"] = "Success" if event.succeeded else "Failure"
        if event.reason is not None:
            tree["reason"] = errors.outcome(event.reason)
        if event.shown is not None:
            shown = spec.cls.as_seen(event.shown)
            tree["_embedded"] = {spec.rel: self._embedded(call, shown, known)}
        elif event.embed:
            before, call.params = call.params, dict(event.params or {})
            shown = spec.operations["GET"].call(call)
            tree["_embedded"] = {spec.rel: self.tree(call, shown)}
            call.params = before
        tree["type"] = event.type
        return tree


def _ref(application: str, ref: Ref) -> dict[str, str]:
    href = f"{APPLICATIONS}/{application}/{ref.path}"
    return {"rel": ref.rel, "href": href} | ({} if ref.title is None else {"title": ref.title})


def _event(application: str, link: Ref, inside: Ref | None) -> Tree:
    shown: Tree = {"link": _ref(application, link)}
    if inside is not None:
        shown["in"] = _ref(application, inside)
    return shown


def _pieces(event: Event) -> tuple[bytes, ...]:
    """Return an event's JSON in pieces; what happens once would only drive others out."""
    around = _around.__wrapped__ if event.once and not event.many else _around
    return around(event.link, event.inside, event.type)


@lru_cache(maxsize=1 << 14)
def _around(link: Ref, inside: Ref | None, kind: str) -> tuple[bytes, ...]:
    """Return an event's JSON in pieces, between which the application's id stands.

    What one application is told many others are told too, so this is most of the work of
    making a package, done once.
    """
    encoded = json.encode({**_event(_NOBODY, link, inside), "type": kind})
    return tuple(encoded.split(_NOBODY.encode()))


def events_href(call: Call, channel: Channel, number: int) -> str:
    """Return the URL of a package."""
    query = events_query(channel, number, call.instance)
    return f"{APPLICATIONS}/{call.application.id}/events?{query}"
