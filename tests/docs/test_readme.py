"""The README does what it says: its commands are run, its outputs are looked for."""

from __future__ import annotations

import re

from docs.blocks import ROOT
from docs.demonstrated import demonstration, follow


def test_the_five_minutes(tmp_path):
    """Each ``sh`` block is run, in one shell; each line of ``text`` is in the output before it."""
    with demonstration() as demo:
        follow(ROOT / "README.md", demo, tmp_path)


def test_what_make_is_asked_for_exists():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    asked = re.findall(r"\bmake (\w+)$", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert {"run", "test"} <= {*asked} <= {*targets}
