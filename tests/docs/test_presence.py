"""docs/presence.md says what ``domain.presence`` does: every row of its tables is tried."""

from __future__ import annotations

import re

import pytest

from docs.blocks import ROOT
from openucwa.domain.presence import (
    ACTIVITY_OF,
    CLAIM_HOURS,
    Availability,
    Endpoint,
    Machine,
    Preferred,
    Source,
    aggregate,
    manual_claim,
)
from openucwa.resources.call import Rules

NOW = 1_790_000_000.0
TIMEOUTS = Rules().inactive_timeout, Rules().away_timeout
IDLE = {Machine.ACTIVE: 0, Machine.INACTIVE: TIMEOUTS[0], Machine.AWAY: sum(TIMEOUTS)}


def table(first: str) -> list[list[str]]:
    """Return the cells of the table whose header begins with a word."""
    text = (ROOT / "docs" / "presence.md").read_text(encoding="utf-8")
    rows = re.search(rf"^\| {first}.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)[1]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows.splitlines()]


def endpoint(idle: float) -> Endpoint:
    return Endpoint(NOW - idle, *TIMEOUTS)


@pytest.mark.parametrize(("idle", "state"), table("seconds"))
def test_one_application(idle, state):
    assert endpoint(float(idle)).state(NOW).name == state


@pytest.mark.parametrize(("choice", "shown", "activity", "ends"), table("choice .* activity"))
def test_choices(choice, shown, activity, ends):
    claim = manual_claim(Preferred(choice), NOW)
    seen = aggregate(claim, {}, [endpoint(0)], NOW)

    assert (shown, activity) == (seen.availability, seen.activity or "")
    assert (f"{CLAIM_HOURS} hours" in ends) == (claim.expires is not None)


@pytest.mark.parametrize(("choice", "machine", "seen"), table("choice .* most active"))
def test_all_of_it_together(choice, machine, seen):
    choices = [None, *Preferred] if choice == "any" else [choice]
    states = [one.name for one in Machine] if machine == "any" else [machine]
    for one in choices:
        claim = None if one in (None, "none") else manual_claim(Preferred(one), NOW)
        for state in states:
            places = [] if state == "none" else [endpoint(IDLE[Machine[state]])]
            assert aggregate(claim, {}, places, NOW).availability == seen


def test_the_tables_are_complete():
    rows = table("choice .* most active")
    named = {(choice, machine) for choice, machine, _ in rows}

    assert {"none", "any", *Preferred} == {choice for choice, _ in named}
    for choice in ("none", *Preferred):
        machines = {machine for one, machine in named if one == choice}
        assert machines in ({"any"}, {machine.name for machine in Machine})
    assert {*Availability} == {seen for *_, seen in rows}
    assert {Source(source): activity for source, activity in table("source")} == ACTIVITY_OF
