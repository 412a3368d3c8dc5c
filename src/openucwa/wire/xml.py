"""Resources, events and reasons as XML (R4.13-R4.16, R3.30, R5.2).

The trees are the ones that ``wire.json`` writes; what is embedded may be JSON already. Nothing is
indented: clients cut values out of the text (R4.15).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from lxml import etree
from msgspec import Raw

from openucwa.hyper.values import Date
from openucwa.wire import dates, json
from openucwa.wire.malformed import Malformed

_SPACE = "http://schemas.microsoft.com/rtc/2012/03/ucwa"
_SPACES = cast("dict[str, str]", {None: _SPACE})  # the stubs forget the default namespace
_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>'

_MOMENTS = {"created", "expirationTime", "timeStamp"}
"""Properties of what is kept as JSON, in events, that are moments."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Depth and size keep libxml2's own limits, which is what ``huge_tree=False`` says.
_PARSER = etree.XMLParser(
    huge_tree=False,
    load_dtd=False,
    no_network=True,
    remove_comments=True,
    remove_pis=True,
    resolve_entities=False,
)


def encode(tree: Mapping[str, Any]) -> bytes:
    """Write a resource; its self link becomes the ``href`` of the root."""
    root = _root("resource", rel=tree.get("rel"), href=_self(tree))
    _fill(root, tree)
    return _write(root)


def encode_events(tree: Mapping[str, Any]) -> bytes:
    """Write a package of events, given in its JSON shape (R3.22); an event's type is its tag."""
    root = _root("events", href=_self(tree))
    _add_links(root, tree)
    for sender in tree.get("sender", ()):
        block = _add(root, "sender", rel=sender["rel"], href=sender["href"])
        for event in sender["events"]:
            entry = _add(block, event["type"], **event["link"], status=event.get("status"))
            if "in" in event:
                _add(entry, "in", **event["in"])
            if "reason" in event:
                _fill_reason(_add(entry, "reason"), event["reason"])
            _add_embedded(entry, event)
    return _write(root)


def encode_reason(tree: Mapping[str, Any]) -> bytes:
    """Write the body of an error."""
    root = _root("reason")
    _fill_reason(root, tree)
    return _write(root)


def decode(body: bytes) -> dict[str, Any]:
    """Read a request's parameters from ``<input>`` or a ``<resource>`` sent back (R4.16).

    Values are text and lists of text; embedded resources and unknown elements are ignored.
    Raises Malformed, also for any document type declaration: nobody needs one here, and it
    is the way to entity bombs.
    """
    if not body or body.isspace():
        return {}
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Malformed(f"The body is not XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("A document type declaration is not allowed.")
    if _tag(root) not in ("input", "resource"):
        raise Malformed("The root element must be <input> or <resource>.")
    tree: dict[str, Any] = {}
    links: dict[str, list[dict[str, str]]] = {}
    for child in root:
        tag, name = _tag(child), child.get("name")
        if tag == "property" and name is not None:
            tree[name] = child.text or ""
        elif tag == "propertyList" and name is not None:
            tree[name] = [item.text or "" for item in child]
        elif tag == "link":
            link = {str(key): str(text) for key, text in child.items()}
            links.setdefault(link.pop("rel", ""), []).append(link)
    if links:
        tree["_links"] = {rel: found if found[1:] else found[0] for rel, found in links.items()}
    return tree


def _fill(element: etree._Element, tree: Mapping[str, Any]) -> None:
    _add_links(element, tree)
    for name, value in tree.items():
        if name in ("_links", "_embedded", "rel"):
            continue
        if isinstance(value, list | tuple):
            items = _add(element, "propertyList", name=name)
            for item in value:
                _add(items, "item").text = _text(item)
        else:
            moment = name in _MOMENTS and isinstance(value, str)
            _add(element, "property", name=name).text = _text(
                dates.parse(value) if moment else value
            )
    _add_embedded(element, tree)


def _add_links(element: etree._Element, tree: Mapping[str, Any]) -> None:
    for rel, links in tree.get("_links", {}).items():
        if rel != "self":
            for link in _each(links):
                _add(element, "link", rel=rel, **link)


def _add_embedded(element: etree._Element, tree: Mapping[str, Any]) -> None:
    for rel, resources in tree.get("_embedded", {}).items():
        for shown in _each(resources):
            resource = json.decode(bytes(shown)) if isinstance(shown, Raw) else shown
            # The key names the relation, which is what a client looks for (R3.24).
            _fill(_add(element, "resource", rel=rel, href=_self(resource)), resource)


def _fill_reason(element: etree._Element, reason: Mapping[str, Any]) -> None:
    for name, value in reason.items():
        if name == "parameters":
            parameters = _add(element, name)
            for parameter in value:
                entry = _add(parameters, "property", name=parameter["name"])
                entry.text = _text(parameter["reason"])
        else:
            _add(element, name).text = _text(value)


def _root(tag: str, **attributes: object) -> etree._Element:
    root = etree.Element(f"{{{_SPACE}}}{tag}", nsmap=_SPACES)
    return _describe(root, attributes)


def _add(parent: etree._Element, tag: str, **attributes: object) -> etree._Element:
    return _describe(etree.SubElement(parent, f"{{{_SPACE}}}{tag}"), attributes)


def _describe(element: etree._Element, attributes: Mapping[str, object]) -> etree._Element:
    for name, value in attributes.items():
        if value is not None:
            element.set(name, _text(value))
    return element


def _write(root: etree._Element) -> bytes:
    return _DECLARATION + etree.tostring(root, encoding="utf-8")


def _text(value: object) -> str:
    """Print a value: booleans and dates as Microsoft's serializer did (R4.14).

    Characters that XML cannot carry become U+FFFD.
    """
    if isinstance(value, Date):
        return dates.iso(value)
    if value is None:  # in a list, where JSON has null
        return ""
    return _ILLEGAL.sub("\ufffd", str(value))


def _self(tree: Mapping[str, Any]) -> str | None:
    href: str | None = tree.get("_links", {}).get("self", {}).get("href")
    return href


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname
