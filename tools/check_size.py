"""Warn about modules above 400 lines and fail above 600: a long module holds two ideas."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WARN, STOP = 400, 600


def long_modules(above: int) -> Iterator[tuple[str, int]]:
    """Yield path and length of each module of src and tests that has more lines than that."""
    for folder in ("src", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > above:
                yield str(path.relative_to(ROOT)), lines


if __name__ == "__main__":
    for name, lines in long_modules(WARN):
        print(f"{name}: {lines} lines (aim below {WARN}, never above {STOP})")
    sys.exit(any(long_modules(STOP)))
