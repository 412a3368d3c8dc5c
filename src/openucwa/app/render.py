"""From representations to trees: properties, links that are allowed now, embedded resources.

A tree is plain data that ``wire`` writes as JSON or XML.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from msgspec import UNSET

from openucwa.domain.channel import Channel, Event, Ref
from openucwa.hyper.catalogue import APPLICATIONS, Catalogue
from openucwa.hyper.declare import Embed, Link, Representation, Spec
from openucwa.resources.call import Call
from openucwa.resources.events import events_query
from openucwa.wire import etags, json

GUID_VALUE = "please pass this in a PUT request"

Tree = dict[str, Any]


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
            if isinstance(link, Link):
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
        href = self.href(call, target.rel, params, absolute=absolute)
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
        senders = [
            {**self._ref(call, sender), "events": [self._event(call, event) for event in group]}
            for sender, group in groupby(events, key=lambda event: event.sender)
        ]
        own = {"href": events_href(call, channel, channel.number)}
        return {"_links": {"self": own, **more}, "sender": senders}

    def _ref(self, call: Call, ref: Ref) -> dict[str, str]:
        href = f"{APPLICATIONS}/{call.application.id}/{ref.path}"
        return {"rel": ref.rel, "href": href} | ({} if ref.title is None else {"title": ref.title})

    def _event(self, call: Call, event: Event) -> Tree:
        shown: Tree = {"link": self._ref(call, event.link)}
        if event.inside is not None:
            shown["in"] = self._ref(call, event.inside)
        if event.embed:
            spec = self.catalogue[event.link.rel]
            before, call.params = call.params, dict(event.params or {})
            shown["_embedded"] = {spec.rel: self.tree(call, spec.operations["GET"].call(call))}
            call.params = before
        return {**shown, "type": event.type}


def events_href(call: Call, channel: Channel, number: int) -> str:
    """Return the URL of a package."""
    query = events_query(channel, number, call.instance)
    return f"{APPLICATIONS}/{call.application.id}/events?{query}"
