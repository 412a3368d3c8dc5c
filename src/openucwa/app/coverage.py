"""How much of the reference is built: its pages compared with the catalogue.

Whether what is built is right is for the contract test to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from openucwa.hyper.catalogue import Catalogue
from openucwa.hyper.declare import Link


@dataclass(frozen=True, slots=True)
class Row:
    """One page of the reference.

    ``through`` is the rel whose declaration serves it, or "" if there is none; ``operations``
    tells of each documented verb whether it is built.
    """

    page: str
    area: str
    through: str
    operations: Mapping[str, bool]

    @property
    def built(self) -> bool:
        """Whether there is such a resource; some of its operations may still be missing."""
        return self.through != ""


def rows(catalogue: Catalogue, contract: Mapping[str, Any]) -> list[Row]:
    """Compare every page with the catalogue, in the order of the reference.

    A resource serves the pages of its rel up to its own revision.
    """
    targets = {
        link.rel: link.to
        for spec in catalogue
        for link in spec.links
        if isinstance(link, Link) and link.to
    }
    return [_row(name, page, catalogue, targets) for name, page in contract["resources"].items()]


def _row(
    name: str, page: Mapping[str, Any], catalogue: Catalogue, targets: Mapping[str, str]
) -> Row:
    rel = targets.get(page["rel"], page["rel"])
    methods = [operation["method"] for operation in page["operations"]]
    if rel not in catalogue or catalogue[rel].revision < page["revision"]:
        return Row(name, page["area"], "", dict.fromkeys(methods, False))
    answered = {*catalogue[rel].operations, "OPTIONS"}  # which is answered everywhere (16.15)
    return Row(name, page["area"], rel, {method: method in answered for method in methods})


def markdown(table: Iterable[Row]) -> str:
    """Return the totals by area, then one table for each area."""
    ordered = sorted(table, key=lambda row: row.area)
    areas = {area: list(group) for area, group in groupby(ordered, key=lambda row: row.area)}
    lines = ["| area | pages built | operations built |", "|---|---|---|"]
    lines += [f"| {area} | {_totals(group)} |" for area, group in areas.items()]
    lines.append(f"| **all** | {_totals(ordered)} |")
    for area, group in areas.items():
        lines += ["", f"## {area}", "", "| page | built | operations built | operations missing |"]
        lines += ["|---|---|---|---|", *map(_line, group)]
    return "\n".join(lines) + "\n"


def _totals(group: list[Row]) -> str:
    pages = sum(row.built for row in group)
    operations = [done for row in group for done in row.operations.values()]
    return f"{pages} of {len(group)} | {sum(operations)} of {len(operations)}"


def _line(row: Row) -> str:
    name = row.page.removesuffix("2")
    built = "yes" if row.built else "no"
    if row.through not in ("", name):
        built += f", as {row.through}"
    done = ", ".join(verb for verb, answered in row.operations.items() if answered)
    missing = ", ".join(verb for verb, answered in row.operations.items() if not answered)
    return f"| {row.page} | {built} | {done} | {missing} |"
