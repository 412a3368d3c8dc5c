"""docs/presence.md says what the domain does: each row of its tables is tried, each arrow gone."""

from __future__ import annotations

import re
from itertools import product
from xml.etree import ElementTree as ET

import pytest

import generate_docs
from docs.blocks import ROOT, blocks
from openucwa.domain import presence
from openucwa.domain.people import Level, Person
from openucwa.domain.presence import (
    ACTIVITY_OF,
    CLAIM_HOURS,
    Aggregate,
    Availability,
    Claim,
    Endpoint,
    Machine,
    Preferred,
    Source,
    aggregate,
    manual_claim,
)
from openucwa.domain.privacy import VIEWS, View, card_seen, presence_seen
from openucwa.resources.call import Rules
from openucwa.settings import Presence

NOW = 1_790_000_000.0
PAGE = ROOT / "docs" / "presence.md"
DRAWING = ROOT / "docs" / "images" / "presence.svg"
TIMEOUTS = Rules().inactive_timeout, Rules().away_timeout
IDLE = {Machine.ACTIVE: 0, Machine.INACTIVE: TIMEOUTS[0], Machine.AWAY: sum(TIMEOUTS)}


def table(first: str) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of the table whose header begins with some words."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"^(\| {first}.*\n)\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    cells = [
        [cell.strip() for cell in row.split("|")[1:-1]]
        for row in "".join(found.groups()).splitlines()
    ]
    return cells[0], cells[1:]


def rows(first: str) -> list[list[str]]:
    return table(first)[1]


def endpoint(idle: float) -> Endpoint:
    return Endpoint(NOW - idle, *TIMEOUTS)


def shown(choice: str, claims: dict[Source, Claim], idle: float | None) -> Aggregate:
    """Return what is shown an hour after a choice, with an endpoint or none."""
    claim = None if choice == "none" else manual_claim(Preferred(choice), NOW - 3600)
    return aggregate(claim, claims, [] if idle is None else [endpoint(idle)], NOW)


# ---------------------------------------------------------------------- tables


@pytest.mark.parametrize(("since", "state", "seen"), rows("since"))
def test_one_application(since, state, seen):
    minutes, seconds = map(int, since.split(":"))
    idle = minutes * 60 + seconds

    assert (state, seen) == (endpoint(idle).state(NOW).name, shown("none", {}, idle).availability)


def test_each_span_is_told_from_its_first_second_to_its_last():
    spans = {
        machine: [row[0] for row in rows("since") if row[1] == machine.name] for machine in Machine
    }

    assert [2, 2, 1] == [len(spans[machine]) for machine in Machine]
    assert {machine: f"{idle / 60:.0f}:00" for machine, idle in IDLE.items()} == {
        machine: span[0] for machine, span in spans.items()
    }


@pytest.mark.parametrize(("choice", "seen", "activity", "ends"), rows("choice .* shown"))
def test_choices(choice, seen, activity, ends):
    found = shown(choice, {}, 0)

    assert (seen, activity) == (found.availability, found.activity or "")
    expires = manual_claim(Preferred(choice), NOW).expires
    assert (f"after {CLAIM_HOURS} hours" in ends) is (expires is not None)


def claimed(automatic: str) -> list[Claim | None]:
    """Return the claims that a cell names, made before or after a choice of an hour ago."""
    if automatic == "any":
        automatic = "none, later Busy, earlier Busy, later DoNotDisturb, earlier DoNotDisturb"
    times = {"earlier": NOW - 7200, "later": NOW - 60}
    found = []
    for name in automatic.split(", "):
        when, _, preferred = name.rpartition(" ")
        found += [
            None if preferred == "none" else Claim(Preferred(preferred), since)
            for since in ([times[when]] if when else times.values())
        ]
    return found


@pytest.mark.parametrize("row", rows("choice .* automatic"), ids=" ".join)
def test_all_of_it_together(row):
    choice, automatic, *availabilities, activity = row
    seen = dict(zip((*IDLE.values(), None), availabilities, strict=True))
    for claim, source, idle in product(claimed(automatic), ACTIVITY_OF, seen):
        found = shown(choice, {source: claim} if claim else {}, idle)
        said = ACTIVITY_OF[source] if activity == "that of the source" else activity

        assert (seen[idle], "" if idle is None else said) == (
            found.availability,
            found.activity or "",
        )


def test_the_table_of_all_together_is_complete():
    """Each choice with each claim is there once, and each availability comes of something."""
    heads, found = table("choice .* automatic")
    combinations = [(choice, claim) for choice, claims, *_ in found for claim in claims.split(", ")]
    claims = product(("later", "earlier"), ("Busy", "DoNotDisturb"))
    every = {"none", *map(" ".join, claims)}

    assert [machine.name for machine in Machine] == heads[2:5]
    assert len(combinations) == len(set(combinations))
    for choice in ("none", *Preferred):
        claims = {claim for one, claim in combinations if one == choice}
        assert claims in ({"any"}, every, {"none", "Busy", "DoNotDisturb"})
    assert {*Availability} <= {cell for row in found for cell in row}
    assert {Source(source): activity for source, activity in rows("source")} == ACTIVITY_OF


# ---------------------------------------------------------------------- levels

LEVELS = dict(zip(table("shown")[0][1:], VIEWS, strict=True))
FULL = Person("a", "a", "n", "t", "d", "c", "o", ("e",), "1", "2", "3", "4", "m")


def test_the_columns_are_the_levels():
    named = [Level.UNKNOWN if head == "oneself" else head for head in LEVELS]

    assert table("what")[0][1:] == [*LEVELS]
    assert {*Level} == {*named}
    assert named == [*LEVELS.values()]


@pytest.mark.parametrize("column", LEVELS)
def test_what_a_level_may_see_and_do(column):
    """The rows are the facets of a view, in their order."""
    heads, found = table("what")
    cells = [row[heads.index(column)] for row in found]
    view, seen = VIEWS[LEVELS[column]], card_seen(LEVELS[column], FULL)

    for facet, cell in zip(View._fields, cells, strict=True):
        if facet == "card":
            assert ("everything" == cell) is (seen == FULL)
            assert seen == FULL or cell == "address, name, e-mail addresses"
        else:
            assert {"yes": True, "no": False}[cell] is getattr(view, facet)
    assert seen in (FULL, Person("a", "a", "n", emails=("e",)))


@pytest.mark.parametrize("column", LEVELS)
@pytest.mark.parametrize("row", rows("shown"), ids=lambda row: row[0])
def test_what_a_level_sees_of_what_is_shown(column, row):
    availability, _, activity = row[0].partition(", ")
    seen = presence_seen(LEVELS[column], Aggregate(Availability(availability), activity or None))
    cell = row[1 + [*LEVELS].index(column)]

    assert cell == ", ".join(filter(None, (seen.availability, seen.activity)))


def test_every_availability_is_among_what_is_shown():
    assert [*Availability] == list(dict.fromkeys(row[0].partition(",")[0] for row in rows("shown")))


# ---------------------------------------------------------------------- drawings


def arrows() -> list[tuple[str, str, str]]:
    [diagram] = [text for kind, text in blocks(PAGE) if kind == "mermaid"]
    return re.findall(r"^    (\S+) --> (\S+): ([^:;\n]+)$", diagram, re.MULTILINE)


@pytest.mark.parametrize(("start", "end", "label"), arrows())
def test_each_arrow_can_be_gone(start, end, label):
    if start == "[*]":
        assert ("makeMeAvailable", endpoint(0).state(NOW).name) == (label, end)
    elif end == "[*]":
        assert "the application ends" == label
    elif label == "inactivity":
        active = endpoint(0)
        assert active.leave(NOW)
        assert [start, end] == [endpoint(0).state(NOW).name, active.state(NOW).name]
    elif label == "activity":
        asleep = endpoint(IDLE[Machine[start]])
        assert asleep.report(NOW)
        assert end == asleep.state(NOW).name
    else:
        minutes = float(label.removesuffix(" minutes without activity"))
        moments = minutes * 60 - 0.001, minutes * 60
        assert [start, end] == [endpoint(idle).state(NOW).name for idle in moments]


def test_each_state_is_drawn_with_all_that_can_follow():
    names = [machine.name for machine in Machine]
    known = {(start, end) for start, end, _ in arrows()}

    assert known == {
        ("[*]", "ACTIVE"),
        ("ACTIVE", "INACTIVE"),
        ("INACTIVE", "AWAY"),
        ("INACTIVE", "ACTIVE"),
        ("AWAY", "ACTIVE"),
        *((name, "[*]") for name in names),
    }


def test_the_drawing_tells_when_what_is_shown_changes():
    svg = ET.fromstring(DRAWING.read_text(encoding="utf-8"))
    said = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    spans = [f"+{idle / 60:.0f}:00" for idle in (IDLE[Machine.INACTIVE], IDLE[Machine.AWAY])]

    assert ["● Online", "◐ IdleOnline", "◔ Away", "● Online", "■ Busy"] == [
        one for one in said if one.split()[-1] in [*Availability] and one.split()[0] != "chooses"
    ]
    assert spans == [one for one in said if one.startswith("+")]


def test_the_drawing_can_be_read_by_day_and_by_night():
    text = DRAWING.read_text(encoding="utf-8")
    by_day, by_night = text.split("@media (prefers-color-scheme: dark)")
    used = set(re.findall(r'class="(\w+)"', by_night))

    assert used == set(re.findall(r"\.(\w+) {", by_day))
    assert used - {"line", "state"} == set(re.findall(r"\.(\w+) {", by_night))


# ---------------------------------------------------------------------- the check


@pytest.mark.parametrize(
    ("table", "key", "value", "files"),
    [
        (VIEWS, Level.EXTERNAL, View(), ["presence.md"]),
        (presence._STICKY, Preferred.AWAY, (Availability.BUSY, None), ["presence.md"]),
        (ACTIVITY_OF, Source.CALL, "in-a-call", ["presence.md"]),
        (
            presence._IDLE,
            (False, Machine.INACTIVE),
            Availability.AWAY,
            ["presence.md", "images/presence.svg"],
        ),
    ],
    ids=["privacy", "choices", "claims", "idleness"],
)
def test_the_check_fails_when_the_code_says_something_else(monkeypatch, table, key, value, files):
    before = generate_docs.stale()
    monkeypatch.setitem(table, key, value)

    assert files == [name for name in generate_docs.stale() if name not in before]
    assert 1 == generate_docs.main(["--check"])


def test_the_check_fails_when_a_default_is_another_one(monkeypatch):
    monkeypatch.setattr(generate_docs.presence_page, "DEFAULTS", Presence(inactive_timeout=360))

    assert "presence.md" in generate_docs.stale()


def test_a_page_has_exactly_the_parts_that_are_generated():
    page = "<!-- generated: states -->\nold\n<!-- end -->"

    assert "<!-- generated: states -->\n\nnew\n<!-- end -->" == generate_docs.renewed(
        page, {"states": ["new"]}
    )
    for parts in ({}, {"states": [], "seen": []}, {"seen": []}):
        with pytest.raises(ValueError, match="parts of the page"):
            generate_docs.renewed(page, parts)
