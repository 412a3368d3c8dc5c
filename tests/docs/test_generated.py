from __future__ import annotations

import runpy
from pathlib import Path

GENERATE = Path(__file__).resolve().parents[2] / "tools" / "generate_docs.py"


def test_generated_pages_are_up_to_date():
    """If this fails, run ``make docs``."""
    assert [] == runpy.run_path(str(GENERATE))["stale"]()
