"""Who is told of a change: each level of each facet of what a person shows (R7.32, R8.15)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openucwa.domain.modalities import Modality
from openucwa.domain.people import Level
from openucwa.domain.presence import URGENT_ONLY, Aggregate, Availability, DeviceType, Note
from openucwa.domain.privacy import GIVEN
from openucwa.domain.users import FACETS, Change, Shown

LENE, SARA, JOHN = "lenea@contoso.test", "sarad@contoso.test", "johnd@contoso.test"
NOTHING = Shown()
EVERYTHING = Shown(
    Aggregate(Availability.DO_NOT_DISTURB, URGENT_ONLY, DeviceType.PC),
    Note("back soon"),
    "Oslo",
    (Modality.MESSAGING,),
)
OTHERWISE = Shown(
    Aggregate(Availability.ONLINE, None, DeviceType.WEB),
    Note("here"),
    "Bergen",
    (Modality.AUDIO,),
)

# Of what somebody is told whose level changes from that of the row to that of the column: of
# presence (P), note (N), location (L) or modalities (M).
TOLD = """
level             Blocked  External  Colleagues  Workgroup  FriendsAndFamily
Blocked           -        PM        PNLM        PNLM       PNLM
External          PM       -         PNL         PNL        PNL
Colleagues        PNLM     PNL       -           P          -
Workgroup         PNLM     PNL       P           -          P
FriendsAndFamily  PNLM     PNL       -           P          -
"""

# And if everything changes at the same time.
TOLD_ALL = """
level             Blocked  External  Colleagues  Workgroup  FriendsAndFamily
Blocked           -        PM        PNLM        PNLM       PNLM
External          PM       PM        PNLM        PNLM       PNLM
Colleagues        PNLM     PNLM      PNLM        PNLM       PNLM
Workgroup         PNLM     PNLM      PNLM        PNLM       PNLM
FriendsAndFamily  PNLM     PNLM      PNLM        PNLM       PNLM
"""

# What somebody is told whose level stays, by what changed.
FACET_TOLD = """
changed       Blocked  External  Colleagues  Workgroup  FriendsAndFamily
availability  -        P         P           P          P
activity      -        -         P           P          P
device        -        -         P           P          P
urgency       -        -         P           -          P
note          -        -         N           N          N
location      -        -         L           L          L
modalities    -        M         M           M          M
"""
AT_A_CALL = Aggregate(Availability.BUSY, "on-the-phone", DeviceType.PC)
FACET_CHANGES = {
    "availability": (NOTHING, NOTHING._replace(presence=Aggregate(Availability.AWAY))),
    "activity": (
        NOTHING._replace(presence=replace(AT_A_CALL, activity=None)),
        NOTHING._replace(presence=AT_A_CALL),
    ),
    "device": (
        NOTHING._replace(presence=AT_A_CALL),
        NOTHING._replace(presence=replace(AT_A_CALL, device=DeviceType.WEB)),
    ),
    "urgency": (
        EVERYTHING,
        EVERYTHING._replace(presence=replace(EVERYTHING.presence, activity="presenting")),
    ),
    "note": (NOTHING, NOTHING._replace(note=Note("here"))),
    "location": (NOTHING, NOTHING._replace(location="Oslo")),
    "modalities": (NOTHING, NOTHING._replace(modalities=(Modality.AUDIO,))),
}


def told(change, watcher=SARA, default=Level.COLLEAGUES):
    """Return the resources that somebody is told of who watches Lene."""
    return change.seen_by(*change.levels_of(watcher, LENE, default))


def matrix(text):
    """Return row, level of the column, and the resources that a cell's letters stand for."""
    letters = dict(zip("PNLM", FACETS, strict=True))
    heads, *rows = (line.split() for line in text.strip().splitlines())
    return [
        (row, Level(head), tuple(letters[letter] for letter in cell.strip("-")))
        for row, *cells in rows
        for head, cell in zip(heads[1:], cells, strict=True)
    ]


def by_levels(text, before, after):
    return [(Level(was), now, before, after, facets) for was, now, facets in matrix(text)]


@pytest.mark.parametrize(
    ("was", "now", "before", "after", "facets"),
    [*by_levels(TOLD, EVERYTHING, EVERYTHING), *by_levels(TOLD_ALL, EVERYTHING, OTHERWISE)],
)
def test_r7_32_r8_15_who_gets_another_level_is_told_of_what_looks_otherwise(
    was, now, before, after, facets
):
    """The level may also be the default before or after."""
    for default in GIVEN:
        for levels in ({SARA: was}, {}) if was is default else ({SARA: was},):
            for later in ({SARA: now}, {}) if now is default else ({SARA: now},):
                assert facets == told(Change(before, after, levels, later), SARA, default)


@pytest.mark.parametrize(("changed", "level", "facets"), matrix(FACET_TOLD))
def test_r7_32_r8_15_nobody_is_told_of_what_they_cannot_see(changed, level, facets):
    before, after = FACET_CHANGES[changed]

    assert facets == told(Change(before, after, {SARA: level}, {SARA: level}))
    assert facets == told(Change(after, before, {}, {}), JOHN, level)


@pytest.mark.parametrize("was", GIVEN)
@pytest.mark.parametrize("now", GIVEN)
def test_a_level_towards_who_shows_nothing_is_no_news(was, now):
    assert () == told(Change(NOTHING, NOTHING, {SARA: was}, {SARA: now}))


@pytest.mark.parametrize("default", GIVEN)
def test_oneself_sees_everything_whatever_the_default(default):
    levels = {LENE: Level.BLOCKED}

    assert FACETS == told(Change(NOTHING, EVERYTHING, levels, levels), LENE, default)
    assert () == told(Change(EVERYTHING, EVERYTHING, {}, levels), LENE, default)


@pytest.mark.parametrize("level", Level)
def test_each_level_sees_of_what_is_shown_what_it_is_told_of(level):
    """Who was told nothing of a change would read the same as before."""
    for before, after in [*FACET_CHANGES.values(), (EVERYTHING, OTHERWISE), (NOTHING, EVERYTHING)]:
        change = Change(before, after, {}, {})

        assert (before.seen_by(level) == after.seen_by(level)) is (() == told(change, SARA, level))
