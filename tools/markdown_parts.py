"""Tables, and pages of which only parts are made from the code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return the lines of a Markdown table, with an empty one after it."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in (heads, *rows)]
    return [lines[0], "|---" * len(tuple(heads)) + "|", *lines[1:], ""]


def renewed(page: str, parts: Mapping[str, Iterable[str]]) -> str:
    """Return a page with the lines of each part between its marks.

    Raises ``ValueError`` if the page does not have exactly these parts.
    """
    if sorted(parts) != sorted(name for _, name, _ in PART.findall(page)):
        raise ValueError(f"the parts of the page are not: {', '.join(parts)}")
    return PART.sub(lambda found: "\n".join([found[1], *parts[found[2]], found[3]]), page)
