"""HTML of messages: cleaned before anybody sees it, or made plain text."""

from __future__ import annotations

import re
from html import unescape

import nh3

_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr)\b[^>]*>", re.IGNORECASE)


def clean(html: str) -> str:
    """Return the HTML without whatever could do harm: scripts, styles, frames, event handlers."""
    return nh3.clean(
        html,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto", "sip", "tel"},
    )


def plain(html: str) -> str:
    """Return the text of HTML, with a line for each paragraph."""
    return unescape(nh3.clean(_BREAK.sub("\n", html), tags=set())).strip("\n")
