"""The contract of stored meetings: found by id, changed by one at a time, forgotten in time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from openucwa.domain.meetings import (
    AccessLevel,
    AutomaticLeaderAssignment,
    EntryExitAnnouncement,
    Extension,
    LobbyBypassForPhoneUsers,
    Meeting,
    OnlineMeetingExtensionType,
    PhoneUserAdmission,
)
from openucwa.domain.people import Person
from openucwa.domain.ports import Appointment
from openucwa.domain.refusals import Refusal, Refused

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture(autouse=True)
async def people(store):
    await store.add([(Person(one, f"sip:{one}", one), "") for one in (LENE, SARA)])


def meeting(identifier="AAAA1111", organizer=LENE, **more):
    return Meeting(identifier, organizer, **{"expires": 1000.0} | more)


FULL = meeting(
    subject="Plans",
    description="For the year",
    access=AccessLevel.INVITED,
    leaders=(SARA,),
    attendees=("z@fabrikam.test", SARA, "a@fabrikam.test"),
    promotion=AutomaticLeaderAssignment.EVERYONE,
    announcement=EntryExitAnnouncement.ENABLED,
    lobby_bypass=LobbyBypassForPhoneUsers.ENABLED,
    phone=PhoneUserAdmission.ENABLED,
    expires=5000.0,
    starts=1000.5,
    ends=2000.0,
    used=7.0,
    version=3,
    extensions=(
        Extension("b", OnlineMeetingExtensionType.PARTICIPANT, {"key": "value", "Kéy": ""}, 2),
        Extension("a"),
    ),
)


async def test_what_is_added_comes_back(meetings):
    assert await meetings.add(FULL, 10)

    assert FULL == await meetings.meeting("AAAA1111")
    assert FULL == await meetings.meeting("aaaa1111")
    assert [FULL] == await meetings.of(LENE)
    assert await meetings.meeting("BBBB2222") is None
    assert [] == await meetings.of(SARA)


async def test_the_assigned_meeting_comes_first_and_there_is_but_one(meetings):
    later, first = meeting("BBBB2222"), meeting("ZZZZ9999", assigned=True)
    for one in (later, first, meeting(), meeting("DDDD4444", expires=None)):
        assert await meetings.add(one, 10)

    assert ["ZZZZ9999", "AAAA1111", "BBBB2222"] == [one.id for one in await meetings.of(LENE)]
    assert not await meetings.add(meeting("CCCC3333", assigned=True), 10)
    assert await meetings.add(meeting("CCCC3333", SARA, assigned=True), 10)


async def test_an_id_that_is_taken_is_not_given_again(meetings):
    await meetings.add(meeting(subject="Hers"), 10)

    assert not await meetings.add(meeting(organizer=SARA), 10)
    assert "Hers" == (await meetings.meeting("AAAA1111")).subject


async def test_nobody_has_more_meetings_than_allowed(meetings):
    await meetings.add(meeting(assigned=True), 0)
    await meetings.add(meeting("BBBB2222"), 1)

    with pytest.raises(Refused) as refused:
        await meetings.add(meeting("CCCC3333"), 1)
    assert Refusal.TOO_MANY_ONLINE_MEETINGS is refused.value.refusal
    assert await meetings.add(meeting("CCCC3333", SARA), 1)
    assert await meetings.add(meeting("DDDD4444", expires=None), 1), "it was begun at once"
    with pytest.raises(Refused):
        await meetings.add(meeting("EEEE5555", expires=None), 1)


async def test_of_many_at_once_no_more_than_allowed_are_added(meetings):
    names = [f"AAAA{number:04}" for number in range(10)]
    tries = (meetings.add(meeting(name), 3) for name in names)
    outcomes = await asyncio.gather(*tries, return_exceptions=True)

    assert 3 == outcomes.count(True)
    assert 3 == len(await meetings.of(LENE))


async def test_who_is_not_in_the_directory_has_no_meetings(meetings):
    with pytest.raises(Refused) as refused:
        await meetings.add(meeting(organizer="nobody@contoso.test"), 10)
    assert Refusal.APPLICATION_NOT_FOUND is refused.value.refusal


async def test_a_change_is_stored_and_returned(meetings):
    await meetings.add(FULL, 10)

    def other(known):
        return replace(known, subject="New", leaders=(), attendees=(SARA,), extensions=())

    changed = await meetings.change("aaaa1111", other)
    assert other(FULL) == changed
    assert changed == await meetings.meeting("AAAA1111")


async def test_a_change_that_is_refused_changes_nothing(meetings):
    await meetings.add(FULL, 10)

    def refuse(known):
        raise Refused(Refusal.PRECONDITION_FAILED)

    with pytest.raises(Refused):
        await meetings.change("AAAA1111", refuse)
    assert FULL == await meetings.meeting("AAAA1111")
    with pytest.raises(Refused) as refused:
        await meetings.change("BBBB2222", lambda known: known)
    assert Refusal.NOT_FOUND is refused.value.refusal


async def test_changes_at_once_are_all_made(meetings):
    await meetings.add(meeting(), 10)

    def more(known):
        return replace(known, version=known.version + 1)

    await asyncio.gather(*(meetings.change("AAAA1111", more) for _ in range(10)))
    assert 11 == (await meetings.meeting("AAAA1111")).version


async def test_what_is_deleted_is_gone(meetings):
    await meetings.add(FULL, 10)

    assert await meetings.delete("aaaa1111")
    assert not await meetings.delete("AAAA1111")
    assert await meetings.meeting("AAAA1111") is None
    assert await meetings.add(meeting(), 10)
    assert () == (await meetings.meeting("AAAA1111")).extensions


async def test_versions_are_those_of_what_there_is(meetings):
    await meetings.add(meeting(), 10)
    await meetings.add(meeting("BBBB2222"), 10)
    await meetings.change("BBBB2222", lambda one: replace(one, version=one.version + 1))

    asked = ["AAAA1111", "BBBB2222", "CCCC3333"]
    assert {"AAAA1111": 1, "BBBB2222": 2} == await meetings.versions(asked)
    assert {} == await meetings.versions([])


async def test_those_that_expired_first_are_forgotten_first(meetings):
    kept = 14 * 86_400
    for name, expires in (("A", 100), ("B", 50), ("C", 200)):
        await meetings.add(meeting(name, expires=expires + kept), 10)
    await meetings.add(meeting("D", expires=None, assigned=True), 10)
    await meetings.add(meeting("E", expires=None, used=75), 10)

    assert ["B", "E", "A"] == await meetings.expired(100 + kept, 10)
    assert ["B"] == await meetings.expired(100 + kept, 1)
    assert [] == await meetings.expired(kept, 10)


async def test_appointments_are_those_of_everybody_expected(meetings):
    await meetings.add(meeting("A", starts=100, ends=200, attendees=(SARA,)), 10)
    await meetings.add(meeting("B", SARA, starts=300, ends=400), 10)
    await meetings.add(meeting("C"), 10)

    async def expected(since, until):
        return sorted(await meetings.appointments(since, until))

    first = [Appointment(LENE, 100, 200), Appointment(SARA, 100, 200)]
    assert first == await expected(0, 100)
    assert [*first, Appointment(SARA, 300, 400)] == await expected(199, 300)
    assert [] == await expected(200, 299)
    assert [] == await expected(0, 99)


async def test_the_revision_grows_with_what_is_on_calendars(meetings):
    seen = [await meetings.revision()]

    async def grown():
        seen.append(await meetings.revision())
        return seen[-1] != seen[-2]

    await meetings.add(meeting("A", starts=100, ends=200), 10)
    assert await grown()
    await meetings.add(meeting("B"), 10)
    assert not await grown()
    await meetings.change("A", lambda known: replace(known, subject="New"))
    assert not await grown()
    await meetings.change("A", lambda known: replace(known, attendees=(SARA,)))
    assert await grown()
    await meetings.delete("A")
    assert await grown()


async def test_meetings_go_with_their_organizer(meetings, store):
    await meetings.add(meeting("A", attendees=(SARA,)), 10)
    await meetings.add(meeting("B", SARA, leaders=(LENE,)), 10)

    await store.remove(SARA)
    assert await meetings.meeting("B") is None
    assert () == (await meetings.meeting("A")).attendees


async def test_text_of_any_origin_is_stored(meetings):
    await meetings.add(meeting(subject="a\0b\ud800", description="🎵 é"), 10)

    stored = await meetings.meeting("AAAA1111")
    assert ("a\ufffdb\ufffd", "🎵 é") == (stored.subject, stored.description)
