"""What is said in the body of a request, whatever its type claims (R9.20, R9.21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openucwa.hyper.values import Words
from openucwa.wire import datauris, lenient, markup, xml
from openucwa.wire.malformed import Malformed


def words(content_type: str | None, body: bytes) -> Words:
    """Read a message: text as it is, or the ``message`` of a JSON or XML body that has one.

    What is not UTF-8 becomes U+FFFD. HTML is cleaned.
    """
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind == "text/html":
        return Words(markup.clean(_text(body)), html=True)
    if kind != "text/plain":
        for read in (lenient.decode, xml.decode):
            try:
                found = parameter(read(body))
            except Malformed:
                continue
            if found is not None:
                return found
    return Words(_text(body))


def parameter(given: Mapping[str, Any]) -> Words | None:
    """Return the ``message`` among parameters, a property or a link (R4.18), if it is there."""
    value = {name.lower(): value for name, value in lifted(dict(given)).items()}.get("message")
    return of(value) if isinstance(value, str) else None


def lifted(given: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with those that came as links that carry them (R4.18)."""
    links = given.get("_links")
    if not isinstance(links, Mapping):
        return given
    carried = {
        rel: link["href"]
        for rel, link in links.items()
        if isinstance(link, Mapping) and str(link.get("href"))[:5].lower() == "data:"
    }
    return {**carried, **{name: value for name, value in given.items() if value is not None}}


def of(text: str) -> Words:
    """Return what a parameter says: what a data URI carries, or the text itself."""
    found = datauris.decode(text) if text[:5].lower() == "data:" else None
    if found is None:
        return Words(_kept(text))
    return Words(markup.clean(found.text), html=True) if found.html else Words(_kept(found.text))


def _text(body: bytes) -> str:
    return _kept(body.decode(errors="replace").removeprefix("\ufeff"))


def _kept(text: str) -> str:
    """Return a text without what not every database keeps and XML cannot show."""
    return text.replace("\0", "\ufffd")
