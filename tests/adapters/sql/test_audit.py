"""The audit log in either engine, and that an act is kept with what it changes or not at all."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.audit import Signed, SqlAudit, hand_on
from openucwa.adapters.sql.database import Database
from openucwa.domain.administration import Act
from openucwa.domain.people import Account, DistributionGroup, Person
from openucwa.domain.ports import EVERYBODY

LENE = Person("lenea@contoso.test", "sip:lenea@contoso.test", "Lene")
BOSS = "boss@contoso.test"


@pytest.fixture
async def database(place):
    opened = await Database.open(place)
    yield opened
    await opened.close()


@pytest.fixture
def audit(database):
    return SqlAudit(database)


def act(number: int, **more) -> Act:
    return Act(float(number), BOSS, f"act {number}", **more)


def shown(acts) -> list[str]:
    return [one.act for one in acts]


async def test_acts_are_kept_as_they_are_and_come_newest_first(audit):
    first = act(1, about=LENE.address, details=("a", "b\0\ud800"), outcome="Conflict")
    await audit.note(first)
    await audit.note(act(2))
    second, one = await audit.acts(10)

    assert first._replace(details=one.details, number=one.number) == one
    assert ("a", "b") == (one.details[0], one.details[1][0])
    assert one.number < second.number
    assert [second] == await audit.acts(1)
    assert [one] == await audit.acts(10, before=second.number)
    assert [one] == await audit.acts(10, person=LENE.address)
    assert [second, one] == await audit.acts(10, person=BOSS)


async def test_what_is_old_or_too_much_is_forgotten(audit):
    for number in range(10):
        await audit.note(act(number))
    last = (await audit.acts(1))[0].number
    await audit.purge(3.0, 100)
    assert [f"act {number}" for number in range(9, 2, -1)] == shown(await audit.acts(100))
    await audit.purge(0.0, 2)
    assert ["act 9", "act 8"] == shown(await audit.acts(100))
    await audit.purge(100.0, 2)
    assert [] == await audit.acts(100)
    await audit.note(act(10))
    assert last < (await audit.acts(1))[0].number  # so that pages never mix old and new


async def test_everything_that_a_hand_does_is_noted_with_it(database, audit):
    def hand(name):
        return hand_on(Signed(database, Act(1.0, BOSS, name)))

    team = DistributionGroup("team@contoso.test", "Team")
    await hand("add").registry.add([(LENE, "hash")])
    await hand("admin").registry.set_admin(LENE.address, admin=True)
    await hand("group").groups.add(team, [LENE.address])
    await hand("change").groups.change(team.address, lambda listed: (listed[0], []))
    await hand("policy").policies.set(EVERYBODY, "photos", "Disabled")
    await hand("webhook").webhooks.add_webhook("https://x.test/", everybody=True)

    assert ["webhook", "policy", "change", "group", "admin", "add"] == shown(await audit.acts(9))
    assert Account(LENE.address, "hash", admin=True) == await hand_on(database).accounts.account(
        LENE.address
    )


async def test_what_is_refused_is_not_noted_as_done(database, audit):
    hand = hand_on(Signed(database, act(1)))
    for refused in (
        hand.registry.set_admin("x@y.z", admin=True),
        hand.registry.remove("x@y.z"),
        hand.groups.change("x@y.z", lambda listed: listed),
        hand.pools.drain("nothing", True, 1.0),
    ):
        with pytest.raises(KeyError):
            await refused

    assert [] == await audit.acts(10)


async def test_reading_notes_nothing(database, audit):
    hand = hand_on(Signed(database, act(1)))
    await hand.registry.page("", 10)
    await hand.groups.page("", 10)

    assert [] == await audit.acts(10)
