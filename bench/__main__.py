"""Measure what OpenUCWA promises: ``python -m bench [--quick] [NAME ...]``; all without a name.

Five runs of each, of which the median counts; ``--quick`` makes one short run to try it out and
keeps it apart from the results. Exits with 1 if an aim is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench import (
    batch,
    changes,
    fanout,
    growth,
    idle,
    joins,
    memory,
    messages,
    page,
    people,
    pool,
    report,
    restart,
    search,
    simulate,
    sizes,
    tail,
)
from bench.figures import Result, keep
from bench.processes import CannotMeasure, prepare
from bench.simulation import scaling

MEASUREMENTS: dict[str, Callable[[int, Path, bool], Result]] = {
    "report": lambda rounds, _, quick: report.measure(rounds, quick=quick),
    "growth": lambda rounds, place, quick: growth.measure(rounds, place, quick=quick),
    "memory": lambda rounds, _, quick: memory.measure(rounds, quick=quick),
    "idle": lambda rounds, place, quick: idle.measure(rounds, place, quick=quick),
    "fanout": lambda rounds, _, quick: fanout.measure(rounds, quick=quick),
    "tail": lambda rounds, _, quick: tail.measure(rounds, quick=quick),
    "messages": lambda rounds, _, quick: messages.measure(rounds, quick=quick),
    "joins": lambda rounds, _, quick: joins.measure(rounds, quick=quick),
    "batch": lambda rounds, _, quick: batch.measure(rounds, quick=quick),
    "restart": lambda rounds, place, quick: restart.measure(rounds, place, quick=quick),
    "people": lambda rounds, place, quick: people.measure(rounds, place, quick=quick),
    "search": lambda rounds, place, quick: search.measure(rounds, place, quick=quick),
    "pool": lambda rounds, _, quick: pool.measure(rounds, quick=quick),
    "changes": lambda rounds, _, quick: changes.measure(rounds, quick=quick),
    "sizes": lambda rounds, _, quick: sizes.measure(rounds, quick=quick),
    "simulate": lambda rounds, _, quick: simulate.measure(rounds, quick=quick),
}


def main() -> int:
    """Measure, show, keep the figures; tell whether all aims were met."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--place", type=Path, metavar="FOLDER", help="keep crowds there, and use those it has"
    )
    parser.add_argument("--rounds", type=int, default=5, help="of which the median counts (5)")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"there is no measurement {unknown[0]}; there are: {', '.join(MEASUREMENTS)}")
    met = True
    try:
        if given.names != ["simulate"]:  # which measures nothing
            prepare()
        with tempfile.TemporaryDirectory(prefix="openucwa-bench-") as temporary:
            place = given.place or Path(temporary)
            for name in given.names or MEASUREMENTS:
                result = MEASUREMENTS[name](1 if given.quick else given.rounds, place, given.quick)
                keep(result)
                met = met and result.met
    except (CannotMeasure, OSError, subprocess.SubprocessError) as error:
        Console(stderr=True, style="red").print(str(error) or repr(error), markup=False)
        return 2
    if not given.quick:
        page.write()
        scaling.write()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
