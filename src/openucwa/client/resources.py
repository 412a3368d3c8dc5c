"""Resources and packages of events, as they come from the server in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from openucwa.client.errors import Reason, Unreachable

Tree = dict[str, Any]


class Resource:
    """An answer of the server: properties, links and embedded resources.

    What a server leaves out is empty here; what has another shape than JSON of UCWA has, too.
    """

    def __init__(self, tree: Any) -> None:
        self._tree: Tree = tree if isinstance(tree, dict) else {}

    def text(self, name: str) -> str:
        """Return a property, or "" if there is none."""
        value = self._tree.get(name)
        return value if isinstance(value, str) else ""

    def hrefs(self, rel: str) -> list[str]:
        """Return where the links of a relation lead."""
        return [str(link["href"]) for link in _every(self._part("_links"), rel) if "href" in link]

    def has(self, rel: str) -> bool:
        """Tell whether there is a link, and so whether what it stands for can be done now."""
        return bool(self.hrefs(rel))

    def href(self, rel: str) -> str:
        """Return where a link leads. Raises ``Unreachable`` if there is no such link."""
        found = self.hrefs(rel)
        if not found:
            raise Unreachable(f"the server does not offer {rel!r} now")
        return found[0]

    def title(self, rel: str) -> str:
        """Return the title of a link: a person's name."""
        return next((str(link.get("title", "")) for link in _every(self._part("_links"), rel)), "")

    def embedded(self, rel: str) -> Resource:
        """Return an embedded resource, or an empty one."""
        return next(iter(self.every(rel)), Resource({}))

    def every(self, rel: str) -> list[Resource]:
        """Return all embedded resources of a relation."""
        return [Resource(tree) for tree in _every(self._part("_embedded"), rel)]

    @property
    def reason(self) -> Reason:
        """What it says as the body of an error, or as the reason of an event."""
        return Reason(self.text("code"), self.text("subcode"), self.text("message"))

    def _part(self, name: str) -> Tree:
        part = self._tree.get(name)
        return part if isinstance(part, dict) else {}


def _every(part: Tree, rel: str) -> list[Tree]:
    """Return what there is of a relation: it may be one object or a list of them."""
    found = part.get(rel, [])
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


class Event(NamedTuple):
    """Something that happened to the resource at ``href``, whose relation is ``rel``.

    ``sender`` is the href of what tells it; ``inside`` and ``place`` are relation and href of the
    collection that it happened in. ``resource`` is how it was then, empty if it is not embedded.
    ``succeeded`` and ``reason`` are those of an operation that is completed.
    """

    type: str
    rel: str
    href: str
    title: str
    sender: str
    inside: str
    place: str
    resource: Resource
    succeeded: bool
    reason: Reason


class Package(NamedTuple):
    """Events that came together.

    ``name`` tells it from other packages, ``following`` is where the next is. ``lost`` tells that
    the server has dropped what it kept for this application.
    """

    name: str
    following: str
    lost: bool
    events: tuple[Event, ...]


def package_of(resource: Resource, tree: Any) -> Package:
    """Read a package. Raises ``Unreachable`` if it does not say where the next one is."""
    ways = ("resync", "resume", "next")
    following = next((href for rel in ways for href in resource.hrefs(rel)), None)
    if following is None:
        raise Unreachable("a package of events does not say where the next one is")
    name = "" if resource.has("resync") else next(iter(resource.hrefs("self")), "")
    return Package(name, following, resource.has("resume"), tuple(_events(tree)))


def _events(tree: Any) -> Iterator[Event]:
    for sender in _every(tree, "sender"):
        for event in _every(sender, "events"):
            link, inside = (_every(event, name) or [{}] for name in ("link", "in"))
            rel = str(link[0].get("rel", ""))
            yield Event(
                type=str(event.get("type", "")),
                rel=rel,
                href=str(link[0].get("href", "")),
                title=str(link[0].get("title", "")),
                sender=str(sender.get("href", "")),
                inside=str(inside[0].get("rel", "")),
                place=str(inside[0].get("href", "")),
                resource=Resource(event).embedded(rel),
                succeeded=event.get("status") == "Success",
                reason=Resource(event.get("reason")).reason,
            )
