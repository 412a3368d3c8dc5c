"""Fenced blocks of Markdown pages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return language and text of each block of a page."""
    return _FENCE.findall(page.read_text(encoding="utf-8"))


def marked(language: str) -> list[tuple[str, str]]:
    """Return all blocks in a language: the page's name and the text."""
    return [(page.name, text) for page in PAGES for kind, text in blocks(page) if kind == language]
