"""docs/admin.md does what it says."""

from __future__ import annotations

from docs.blocks import ROOT
from docs.demonstrated import demonstration, follow

PAGE = ROOT / "docs" / "admin.md"


def test_the_tour(tmp_path):
    with demonstration() as demo:
        follow(PAGE, demo, tmp_path)
