"""Measure OpenUCWA beside others: ``python -m bench.field [--quick] [PEER ...] [MEASURE ...]``.

Without names all peers and all measures. ``--quick`` makes one short run with small crowds, and
keeps it apart from the results.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from tools.daemons import Missing

from bench import page
from bench.field import compared
from bench.field.matrix import Synapse
from bench.field.measures import FULL, MEASURES, QUICK, perform
from bench.field.mqtt import Mosquitto
from bench.field.nothing import BareAsgi, BareNginx
from bench.field.ours import Node, OpenUcwa, Reading
from bench.field.peers import Peer, installed
from bench.field.xmpp import Ejabberd, Prosody
from bench.processes import CannotMeasure, prepare

PEERS: list[type[Peer]] = [
    *(OpenUcwa, Reading, Node, Synapse, Prosody, Ejabberd, Mosquitto, BareAsgi, BareNginx),
]
FAILURES = (CannotMeasure, Missing, OSError, RuntimeError, subprocess.SubprocessError)
"""What one measure with one peer may end with, while the others go on."""


def main() -> int:
    """Measure, keep, and write the page."""
    names = {peer.name: peer for peer in PEERS}
    parser = argparse.ArgumentParser(prog="python -m bench.field", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=0, help="of which the median counts (5)")
    parser.add_argument(
        "--place", type=Path, metavar="FOLDER", help="keep the accounts of other servers there"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join([*names, *MEASURES]))
    given = parser.parse_args()
    if unknown := set(given.names) - set(names) - set(MEASURES):
        parser.error(f"neither a peer nor a measure: {', '.join(sorted(unknown))}")
    peers = [names[name] for name in given.names if name in names] or PEERS
    wanted = [name for name in MEASURES if name in given.names] or MEASURES
    plan = QUICK if given.quick else FULL
    plan = plan._replace(rounds=given.rounds or plan.rounds)
    console = Console(stderr=True)
    failed = 0
    prepare()
    with tempfile.TemporaryDirectory(prefix="openucwa-field-") as temporary:
        place = (given.place or Path(temporary)).resolve()
        those = [kind(place) for kind in peers]
        # One after the other with the same measure, so that the machine is as busy for all.
        for name, peer in itertools.product(wanted, those):
            if peer.only is not None and name not in peer.only:
                continue
            console.print(f"{peer.title}: {name} ...", highlight=False)
            try:
                for program in peer.programs:
                    installed(program)
                found, failure = perform(peer, name, plan), ""
            except FAILURES as error:
                found, failure = {}, str(error) or repr(error)
                console.print(failure, style="red", markup=False)
                failed += 1
            compared.keep(peer, name, found, failure, quick=given.quick)
            for line in compared.lines(found):
                console.print(f"  {line}", highlight=False)
    if not given.quick:
        compared.draw(PEERS)
        page.write()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
