"""From representations to trees: properties, links that are allowed now, embedded resources.

A tree is plain data that ``wire`` writes as JSON or XML.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from msgspec import UNSET, Raw

from openucwa.domain.channel import Channel, Event, Ref
from openucwa.hyper.catalogue import APPLICATIONS, Catalogue
from openucwa.hyper.declare import Embed, Link, Representation, Spec
from openucwa.resources.call import Call
from openucwa.resources.events import events_query
from openucwa.wire import etags, json

GUID_VALUE = "please pass this in a PUT request"

Tree = dict[str, Any]

_NOBODY = str(uuid.uuid4())  # noqa: TID251  it never leaves this module
"""Stands for an application's id where that is not known yet; nobody can guess it."""


def guid_name(call: Call, spec: Spec) -> str:
    """Return the name of the property that a PUT must repeat.

    It is random to clients, and the same for as long as the application lives (R4.28).
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{call.application.id}/{spec.rel}"))


class Renderer:
    """Builds trees from representations, by the catalogue's declarations."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def href(self, call: Call, rel: str, params: Mapping[str, str], *, absolute: bool) -> str:
        """Return where a resource is: host-relative within UCWA, absolute in discovery (R4.8)."""
        path = self.catalogue.path(rel, params)
        if not path.startswith("/"):
            path = f"{APPLICATIONS}/{call.application.id}/{path}".removesuffix("/")
        return call.origin + path if absolute else path

    def tree(self, call: Call, shown: Representation) -> Tree:
        """Build the tree of a representation (R4.5)."""
        spec = type(shown).spec
        params = {**call.params, **(shown._at or {})}
        absolute = spec.public or spec.at.startswith("/Autodiscover")
        tree: Tree = {}
        for info in spec.properties:
            value = getattr(shown, info.name)
            if value is not UNSET:
                tree[info.encode_name] = value
            if spec.guid and len(tree) == 1:
                # One client reads it as communication's second property (R4.29).
                tree[guid_name(call, spec)] = GUID_VALUE
        own = self.href(call, spec.rel, params, absolute=absolute)
        tree["_links"] = {"self": {"href": f"{own}?{shown._query}" if shown._query else own}}
        for link in spec.links:
            if isinstance(link, Link) and link.rel not in (shown._without or ()):
                self._link(call, tree, link, params, absolute=absolute)
        embedded = self._embedded(call, shown)
        if embedded:
            tree["_embedded"] = embedded
        tree["rel"] = spec.rel
        if spec.etag:
            bare = {name: value for name, value in tree.items() if name != "_embedded"}
            tree["etag"] = etags.digest(json.encode(bare))
        return tree

    def _link(
        self, call: Call, tree: Tree, link: Link, params: Mapping[str, str], *, absolute: bool
    ) -> None:
        target = self.catalogue[link.to or link.rel]
        if target.refusal(call) is not None:
            return
        href = self.href(call, link.place or target.rel, params, absolute=absolute)
        if link.query:
            href += "?" + link.query.format_map(params)
        shown: dict[str, str] = {"href": href}
        if target.revision > 1:
            shown["revision"] = str(target.revision)
        tree["_links"][link.rel] = shown

    def _embedded(self, call: Call, shown: Representation) -> Tree:
        given = shown._embedded or {}
        found: Tree = {}
        for link in type(shown).spec.links:
            if isinstance(link, Embed) and link.rel in given:
                value = given[link.rel]
                found[link.rel] = (
                    [self.tree(call, one) for one in value] if link.many else self.tree(call, value)
                )
        return found

    def package(self, call: Call, channel: Channel, events: Iterable[Event], more: Tree) -> Tree:
        """Build a package of events; a new sender block begins whenever the sender changes (R3.25).

        ``more`` are links beside self, such as next.
        """
        name = call.application.id.encode()
        senders = [
            {
                **_ref(call.application.id, sender),
                "events": [
                    self._embedding(call, event)
                    if event.embed
                    else Raw(name.join(_around(event.link, event.inside, event.type)))
                    for event in group
                ],
            }
            for sender, group in groupby(events, key=lambda event: event.sender)
        ]
        own = {"href": events_href(call, channel, channel.number)}
        return {"_links": {"self": own, **more}, "sender": senders}

    def _embedding(self, call: Call, event: Event) -> Tree:
        """Show an event with the resource in its latest state (R3.28)."""
        shown = _event(call.application.id, event.link, event.inside)
        spec = self.catalogue[event.link.rel]
        before, call.params = call.params, dict(event.params or {})
        shown["_embedded"] = {spec.rel: self.tree(call, spec.operations["GET"].call(call))}
        call.params = before
        return {**shown, "type": event.type}


def _ref(application: str, ref: Ref) -> dict[str, str]:
    href = f"{APPLICATIONS}/{application}/{ref.path}"
    return {"rel": ref.rel, "href": href} | ({} if ref.title is None else {"title": ref.title})


def _event(application: str, link: Ref, inside: Ref | None) -> Tree:
    shown: Tree = {"link": _ref(application, link)}
    if inside is not None:
        shown["in"] = _ref(application, inside)
    return shown


@lru_cache(maxsize=8192)
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
