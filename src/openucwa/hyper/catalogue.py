"""All declared resources, checked as a whole: routing in, paths out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import quote

from openucwa.hyper.declare import Event, Link, Spec

APPLICATIONS = "/ucwa/oauth/v1/applications"
"""Where applications live: exactly these 27 characters (R1.11)."""

APPLICATIONS_ALIASES = (APPLICATIONS, "/ucwa/v1/applications")

_BELOW = f"{APPLICATIONS}/"
_NAME = re.compile(r"\{(\w+)\}")
_UNRESERVED = "@:!$'()*+,;=~"


class CatalogueError(Exception):
    """The declarations contradict each other; raised when the server starts."""


_SHORT = 400
"""Paths that are longer, and parts of them, are not remembered: clients choose what they are."""


def escape(text: str) -> str:
    """Percent-encode a path segment with lower-case digits, ``@`` and the like left (R1.15)."""
    return _escape(text) if len(text) <= _SHORT else _escape.__wrapped__(text)


@lru_cache(maxsize=8192)
def _escape(text: str) -> str:
    return _lowered(quote(text, safe=_UNRESERVED))


def escape_query(text: str) -> str:
    """Percent-encode a value behind ``?`` with lower-case digits, ``=`` and all (R1.15)."""
    return _lowered(quote(text, safe="@"))


def _lowered(encoded: str) -> str:
    first, *parts = encoded.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in parts)])


def gaps(pattern: str) -> tuple[str, tuple[str, ...]]:
    """Return a declared path as a format, and the names of its parameters in order."""
    return _NAME.sub("%s", pattern.replace("%", "%%")), tuple(_NAME.findall(pattern))


class Catalogue:
    """The declared resources of a list of modules.

    Raises ``CatalogueError`` if a rel is declared twice, two paths collide, or a link, a sender
    or a collection is not declared.
    """

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._specs: dict[str, Spec] = {}
        self._plain: dict[str, Spec] = {}
        self._tree: dict[str | None, Any] = {}  # None leads to what a parameter may be
        self._below = lru_cache(maxsize=8192)(self._find_below)
        self._events: dict[tuple[str, str, str], Event] = {}
        for module in modules:
            for value in vars(module).values():
                spec = getattr(value, "spec", None)
                if isinstance(spec, Spec) and value.__module__ == module.__name__:
                    if spec.rel in self._specs:
                        raise CatalogueError(f"{spec.rel} is declared twice")
                    self._specs[spec.rel] = spec
        self._paths = {spec.rel: gaps(spec.at) for spec in self}
        self._list_events()
        for spec in self:
            self._check(spec)
            if spec.answered_by:
                continue
            if "{" not in spec.at and not spec.at.startswith("/"):
                self._plain[spec.at] = spec
            for path in (spec.at, *spec.also):
                self._route(path, spec)

    def __iter__(self) -> Iterator[Spec]:
        """Iterate over the declarations."""
        return iter(self._specs.values())

    def __getitem__(self, rel: str) -> Spec:
        """Return the declaration of a rel. Raises ``KeyError``."""
        return self._specs[rel]

    def __contains__(self, rel: str) -> bool:
        """Tell whether a rel is declared."""
        return rel in self._specs

    def linked(self, path: str) -> tuple[Spec, dict[str, str]] | None:
        """Find a resource below an application by its path as we link it.

        None if there is none, or if it takes a closer look (``match``): this is only quick.
        """
        if path.startswith(_BELOW):
            identifier, _, rest = path[len(_BELOW) :].partition("/")
            if identifier.isdecimal():
                spec = self._plain.get(rest)
                if spec is not None:
                    return spec, {"application": identifier}
                found = self._below(rest) if len(rest) <= _SHORT else None
                if found is not None:
                    return found[0], {"application": identifier, **found[1]}
        return None

    def _find_below(self, rest: str) -> tuple[Spec, dict[str, str]] | None:
        """Find a resource by its path below an application if that is as plain as we write it."""
        segments = rest.split("/")
        if "%" in rest or "" in segments or not rest.isprintable():
            return None
        found = self.match([*_BELOW.strip("/").split("/"), "application", *segments])
        if found is not None:
            del found[1]["application"]
        return found

    def match(self, segments: list[str]) -> tuple[Spec, dict[str, str]] | None:
        """Find the resource at a path: its declaration and the path's parameters.

        Segments are percent-decoded; literals match in any case (R1.14).
        """
        node = self._tree
        params: dict[str, str] = {}
        for segment in segments:
            following = node.get(segment.lower())
            if following is None:
                variable = node.get(None)
                if variable is None:
                    return None
                name, following = variable
                params[name] = segment
            node = following
        spec = node.get("")
        return None if spec is None else (spec, params)

    def path(self, rel: str, params: Mapping[str, str]) -> str:
        """Return a resource's path below its application (or from the root)."""
        path, names = self._paths[rel]
        return path % tuple([escape(params[name]) for name in names])

    def event(self, rel: str, kind: str, inside: str = "") -> Event:
        """Return the declaration of an event; ``inside`` tells those of several collections apart.

        Raises ``KeyError`` if the resource declares none.
        """
        return self._events[rel, kind, inside]

    def _list_events(self) -> None:
        """List events by what they are about; without a collection the first one is meant."""
        for spec in self:
            for event in spec.events:
                self._events.setdefault((spec.rel, event.type, ""), event)
                self._events.setdefault((spec.rel, event.type, event.inside), event)

    def _check(self, spec: Spec) -> None:
        if spec.answered_by:
            other = self._specs.get(spec.answered_by)
            if other is None or other.at != spec.at or other.answered_by:
                text = f"{spec.answered_by} cannot answer for {spec.rel} at {spec.at}"
                raise CatalogueError(text)
        for link in spec.links:
            named = (link.to or link.rel, link.place) if isinstance(link, Link) else (link.rel,)
            for target in filter(None, named):
                if target not in self._specs:
                    raise CatalogueError(f"{spec.rel} links to {target}, which is not declared")
        for event in spec.events:
            for rel in filter(None, (event.sender, event.inside)):
                if rel not in self._specs:
                    raise CatalogueError(f"an event of {spec.rel} names {rel}: not declared")
            if event.embed and spec.operations["GET"].waits:
                raise CatalogueError(f"{spec.rel} is embedded in events, so its GET may not wait")

    def _route(self, path: str, spec: Spec) -> None:
        prefixes = ("",) if path.startswith("/") else APPLICATIONS_ALIASES
        for prefix in prefixes:
            below = path if prefix == "" else f"{prefix}/{{application}}/{path}"
            node = self._tree
            for segment in filter(None, below.split("/")):
                if segment.startswith("{"):
                    name = segment[1:-1]
                    known, node = node.setdefault(None, (name, {}))
                    if known != name:
                        raise CatalogueError(f"{path}: {{{name}}} is called {{{known}}} elsewhere")
                else:
                    node = node.setdefault(segment.lower(), {})
            if node.setdefault("", spec) is not spec:
                raise CatalogueError(f"{path} leads to {node[''].rel} and to {spec.rel}")
