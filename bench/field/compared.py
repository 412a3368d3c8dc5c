"""What was found in the field: kept as JSON for each peer, drawn, and set in one table."""

from __future__ import annotations

import statistics
import subprocess
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import gettempdir

import msgspec

from bench.field.measures import Found
from bench.field.peers import Peer
from bench.figures import RESULTS, machine, number

FOLDER = RESULTS / "field"

UNITS = {
    "heartbeats": "/s",
    "changes": "/s",
    "deliveries": "/s",
    "heard of": "ms",
    "memory": "KB",
    "correct": "s",
    "lost": "",
    "false Offline": "",
    "events while": "",
    "busiest": "%",
    "steady": "s",
    "processor": "s",
    "said to be": "",
}


class Kept(msgspec.Struct):
    """Everything of one peer, by measure and figure: the runs."""

    name: str
    title: str
    remarks: str
    version: str = ""
    machine: str = msgspec.field(default_factory=machine)
    found: dict[str, Found] = {}
    failed: dict[str, str] = {}
    """Measures that did not come to an end, and why."""


def version(peer: Peer) -> str:
    """Return which version of the server is measured; nothing for what is ours."""
    from bench.field.matrix import HOME, Synapse

    if isinstance(peer, Synapse):
        words = [str(HOME / "bin" / "pip"), "show", "matrix-synapse"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.stdout.partition("Version: ")[2].partition("\n")[0]
    if not peer.programs or peer.name.startswith("openucwa"):
        return ""
    words = ["dpkg-query", "-W", "-f", "${Version}", peer.programs[0].removesuffix("ctl")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.partition("-")[0]


def read(folder: Path, name: str) -> Kept | None:
    """Return what is kept of a peer."""
    path = folder / f"{name}.json"
    return msgspec.json.decode(path.read_bytes(), type=Kept) if path.exists() else None


def keep(peer: Peer, measure: str, found: Found, failed: str, *, quick: bool) -> None:
    """Keep what one measure found; a quick one is kept apart."""
    folder = Path(gettempdir(), "openucwa-bench-quick", "field") if quick else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    kept = read(folder, peer.name) or Kept(peer.name, peer.title, "")
    kept.title, kept.remarks, kept.version = peer.title, peer.remarks, version(peer)
    kept.machine = machine()
    kept.found.pop(measure, None)
    kept.failed.pop(measure, None)
    if failed:
        kept.failed[measure] = failed.splitlines()[0]
    else:
        kept.found[measure] = {what: [float(f"{x:.6g}") for x in found[what]] for what in found}
    text = msgspec.json.format(msgspec.json.encode(kept), indent=1)
    (folder / f"{peer.name}.json").write_bytes(text + b"\n")


def lines(found: Found) -> Iterator[str]:
    """Yield a line for each figure, with its spread."""
    for what, runs in found.items():
        yield f"{what}: {cell(runs)}"


def unit(what: str) -> str:
    """Return what a figure counts in."""
    return next(unit for begin, unit in UNITS.items() if what.startswith(begin))


def cell(runs: Sequence[float]) -> str:
    """Write the median with the spread of the runs."""
    middle = number(statistics.median(runs))
    low, high = number(min(runs)), number(max(runs))
    return middle if low == high else f"{middle} ({low} to {high})"


def everybody(peers: Sequence[type[Peer]] | None = None) -> list[Kept]:
    """Return what is kept, in the order in which they are measured."""
    names = (
        [peer.name for peer in peers] if peers else sorted(p.stem for p in FOLDER.glob("*.json"))
    )
    order = [
        "openucwa",
        "openucwa-read",
        "openucwa-node",
        "synapse",
        "prosody",
        "ejabberd",
        "mosquitto",
    ]
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    return [kept for name in names if (kept := read(FOLDER, name)) is not None]


def figures(kept: Sequence[Kept]) -> list[str]:
    """Return the figures that anybody has, in order."""
    found: dict[str, None] = {}
    for measure in ("beat", "change", "fan", "soon", "memory", "kill", "devices", "return"):
        for one in kept:
            found |= dict.fromkeys(one.found.get(measure, {}))
    return list(found)


def runs(one: Kept, what: str) -> list[float]:
    """Return the runs of a figure; none if it was not measured."""
    return next((found[what] for found in one.found.values() if what in found), [])


def table(kept: Sequence[Kept]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| | " + " | ".join(one.title for one in kept) + " |"
    yield "|---|" + "---|" * len(kept)
    for what in figures(kept):
        cells = [cell(found) if (found := runs(one, what)) else "" for one in kept]
        shown = f"{what} ({unit(what)})" if unit(what) else what
        yield f"| {shown} | " + " | ".join(cells) + " |"


LIKE = """\
Not all of this can be compared as it stands:

- Whoever speaks XMPP or MQTT pays no HTTP, and is not asked who it is with each request.
- TLS is off everywhere, and so is the resumption of XMPP streams (XEP-0198), with which a lost
  connection is not told to others for some minutes.
- A heartbeat is `reportMyActivity`, `PUT presence` with the same, a ping, or the same publication
  again; only the first two say that somebody is active.
- Two devices each say every five seconds how they are. In XMPP clients need not repeat
  themselves; a server passes on what they repeat.
- Whoever comes back to a server of XMPP or MQTT knows nothing, and says anew how she is. Until all
  are back those who are not are shown as offline, which counts as a false Offline.
- Five changes a second, for 200 watchers each, are more than Synapse keeps up with, and nearly more
  than OpenUCWA does when values are read: what they take is mostly waiting.
- Load that is written in Python may be slower than what it loads; then figures on the clock say
  how fast the load is. Those of processor time are right all the same.
"""


def section() -> Iterator[str]:
    """Yield the lines about the field on the page of results."""
    kept = everybody()
    yield from (
        "## Field",
        "",
        "OpenUCWA beside servers of others, on one machine, one measure after the other.",
        "",
    )
    if not kept:
        yield "There is no result yet: `make bench-field`."
        return
    text = (
        "Each server has one core, with all that it consists of, and the load has the other. Rates "
        "are per second of the server's processor time, user and system, unless they are on the "
        "clock: the machine has other work, too. Each figure is the median of five runs after one "
        "to get warm, with the least and the most; less often what takes long: a kill, a return "
        "and changes of Synapse that many watch three times or once, memory once or five times. "
        "Pairs are somebody and one who watches her. To repeat it, on Debian: `make "
        'bench-field`; in part: `make bench-field ARGS="prosody openucwa fan"`.'
    )
    yield from (*textwrap.wrap(text, 100), "", *table(kept), "", LIKE)
    for one in kept:
        name = f"{one.title} {one.version}".strip()
        yield f"- {name}: {one.remarks}." if one.remarks else f"- {name}."
    for one in kept:
        yield from (
            f"- {one.title} could not be measured: {measure} ({why})."
            for measure, why in one.failed.items()
        )
    drawn = "![OpenUCWA beside servers of others.](../bench/results/field.svg)"
    yield from ("", drawn, "", f"Measured on {kept[0].machine}.")


def draw(peers: Sequence[type[Peer]]) -> None:
    """Draw each figure as a panel: medians as bars, runs as ticks."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "field"
    from matplotlib import pyplot as plt

    kept = everybody(peers)
    shown = [what for what in figures(kept) if not what.endswith("on the clock")]
    rows = -(-len(shown) // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(11, 2.3 * rows), squeeze=False)
    for place, what in zip(axes.flat, shown, strict=False):
        those = [one for one in kept if runs(one, what)]
        for row, one in enumerate(those):
            found = runs(one, what)
            colour = "#4c72b0" if one.name.startswith("openucwa") else "#999999"
            place.barh(row, statistics.median(found), color=colour, alpha=0.8)
            place.plot(found, [row] * len(found), "k|", markersize=8)
        place.set_yticks(range(len(those)), [one.title for one in those], fontsize=7)
        place.set_title(f"{what} ({unit(what)})" if unit(what) else what, fontsize=8)
        place.tick_params(axis="x", labelsize=7)
        medians = [statistics.median(runs(one, what)) for one in those]
        if min(medians) > 0 and max(medians) > 20 * min(medians):
            place.set_xscale("log")
        place.invert_yaxis()
    for place in axes.flat[len(shown) :]:
        place.axis("off")
    figure.tight_layout()
    figure.savefig(FOLDER.with_suffix(".svg"), metadata={"Date": None})
    plt.close(figure)
