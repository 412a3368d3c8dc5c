"""Privacy: what people of each level see, resource by resource (R8.15)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.people import Level, Person
from openucwa.domain.presence import OFFLINE, Aggregate, Availability, DeviceType
from openucwa.domain.privacy import GIVEN, VIEWS, View, card_seen, presence_seen

# What each level may see and do; oneself is Unknown.
MAY = """
               Blocked  External  Colleagues  Workgroup  FriendsAndFamily  Unknown
availability   no       yes       yes         yes        yes               yes
detail         no       no        yes         yes        yes               yes
card           no       no        yes         yes        yes               yes
note           no       no        yes         yes        yes               yes
location       no       no        yes         yes        yes               yes
modalities     no       yes       yes         yes        yes               yes
photo          no       no        yes         yes        yes               yes
titles         no       no        no          no         yes               yes
interrupts     no       no        no          yes        no                yes
calls          no       yes       yes         yes        yes               yes
"""

# What is shown, with activity and device, and what is seen of it. All other levels see all of it.
SEEN = """
shown                                      Blocked  External      Workgroup
Online PC                                  Offline  Online        Online PC
IdleOnline Mobile                          Offline  IdleOnline    IdleOnline Mobile
Busy PC                                    Offline  Busy          Busy PC
Busy on-the-phone PC                       Offline  Busy          Busy on-the-phone PC
IdleBusy in-a-meeting Web                  Offline  IdleBusy      IdleBusy in-a-meeting Web
DoNotDisturb Web                           Offline  DoNotDisturb  Busy urgent-interruptions-only Web
DoNotDisturb presenting PC                 Offline  DoNotDisturb  Busy urgent-interruptions-only PC
DoNotDisturb urgent-interruptions-only PC  Offline  DoNotDisturb  Busy urgent-interruptions-only PC
BeRightBack PC                             Offline  BeRightBack   BeRightBack PC
Away PC                                    Offline  Away          Away PC
Away off-work PC                           Offline  Away          Away off-work PC
Offline                                    Offline  Offline       Offline
"""

LENE = Person(
    "lenea@contoso.test",
    "sip:LeneA@contoso.test",
    "Lene Aaling",
    "Engineer",
    "Research",
    "Contoso",
    "1/2",
    ("lene@contoso.test",),
    "tel:+4755500101",
    "tel:+4755500102",
    "tel:+4755500103",
    "tel:+4755500104",
    "boss@contoso.test",
)
NAME_ONLY = ("address", "uri", "name", "emails")
LITTLE = (Level.BLOCKED, Level.EXTERNAL)

shown = st.builds(
    Aggregate,
    st.sampled_from(Availability),
    st.none() | st.sampled_from(["on-the-phone", "presenting"]),
    st.sampled_from(DeviceType),
)


def cells():
    heads, *rows = (line.split() for line in MAY.strip().splitlines())
    return [
        (Level(level), facet, may == "yes")
        for facet, *row in rows
        for level, may in zip(heads, row, strict=True)
    ]


def aggregate(cell):
    """Read availability, activity and device, as far as they are given."""
    availability, *rest = cell.split()
    devices = [DeviceType(word) for word in rest if word in list(DeviceType)]
    activities = [word for word in rest if word not in list(DeviceType)]
    return Aggregate(Availability(availability), *(activities or [None]), *devices)


def sights():
    """Yield level, what is shown and what is seen of it."""
    rows = [line.split("  ") for line in SEEN.strip().splitlines()]
    heads, *rows = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    for first, *others in rows:
        known = dict(zip(heads[1:], others, strict=True))
        for level in Level:
            yield level, aggregate(first), aggregate(known.get(level, first))


@pytest.mark.parametrize(("level", "facet", "may"), cells())
def test_r8_15_what_a_level_may_see_and_do(level, facet, may):
    assert may is getattr(VIEWS[level], facet)


def test_the_table_is_complete():
    assert {(level, facet) for level in Level for facet in View._fields} == {
        (level, facet) for level, facet, _ in cells()
    }
    assert list(Availability) == list(dict.fromkeys(shown.availability for _, shown, _ in sights()))


@pytest.mark.parametrize(("level", "shown", "seen"), [*sights()])
def test_r8_15_what_a_level_sees_of_the_presence(level, shown, seen):
    assert seen == presence_seen(level, shown)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("field", Person.__dataclass_fields__)
def test_r8_15_what_a_level_sees_of_the_card(level, field):
    """Those who see little see name and addresses, as Blocked must."""
    seen = level not in LITTLE or field in NAME_ONLY
    empty = type(getattr(LENE, field))()

    assert getattr(LENE, field)
    assert (getattr(LENE, field) if seen else empty) == getattr(card_seen(level, LENE), field)


def test_everything_but_unknown_may_be_given_to_somebody():
    assert {*Level} - {Level.UNKNOWN} == {*GIVEN}


@given(shown)
def test_who_is_blocked_cannot_tell_whether_anybody_is_there(shown):
    assert OFFLINE == presence_seen(Level.BLOCKED, shown)


@given(shown, shown)
def test_external_people_cannot_tell_what_one_does_or_where(one, other):
    same = one.availability is other.availability

    assert same is (presence_seen(Level.EXTERNAL, one) == presence_seen(Level.EXTERNAL, other))


@given(st.sampled_from(Level), shown)
def test_offline_looks_the_same_to_all_and_nobody_else_does_but_to_the_blocked(level, shown):
    there = shown.availability is not Availability.OFFLINE and level is not Level.BLOCKED

    assert there is (presence_seen(level, shown).availability is not Availability.OFFLINE)
