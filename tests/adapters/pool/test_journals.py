"""Each change goes into the journal of its shard."""

from __future__ import annotations

import asyncio

import pytest

from journals import a_user, an_event
from openucwa.app.letters import Reached
from openucwa.domain.refusals import Refused
from openucwa.domain.shards import Elsewhere
from shards import NOW, Network, Place, somebody_in
from small_talks import a_talk

A, B = 1, 2
LENE, SARA, OTTO = somebody_in(A), somebody_in(B), somebody_in(3)
TALK = f"{A:02x}{'0' * 30}"


@pytest.fixture
async def place():
    made = Place("a", Network())
    for shard in (A, B):
        await made.open(shard)
    yield made
    await made.journals.stop()


@pytest.fixture
async def journals(place):
    return place.journals


def stored(place, shard):
    return place.network.logs[shard].read()


async def test_users_and_conversations_go_where_they_live(place, journals):
    for address in (LENE, SARA):
        journals.changed(a_user(address))
    journals.conversed(a_talk(TALK))
    await journals.stored()

    assert [{LENE}, {SARA}] == [{*stored(place, shard).users} for shard in (A, B)]
    assert [{TALK}, set()] == [{*stored(place, shard).conversations} for shard in (A, B)]


async def test_an_event_goes_to_each_shard_that_has_somebody_who_is_told(place, journals):
    for address in (LENE, SARA):
        journals.changed(a_user(address))
    await journals.stored()
    journals.relayed(an_event("x"), NOW, [(LENE, "1"), (SARA, "1")])
    await journals.stored()

    for shard, address in ((A, LENE), (B, SARA)):
        (app,) = stored(place, shard).users[address].applications.values()
        assert 1 == len(app.channels[""])


async def test_what_lives_elsewhere_cannot_be_noted_here(journals):
    for noting in (
        lambda: journals.changed(a_user(OTTO)),
        lambda: journals.forgotten(f"03{'0' * 30}"),
        lambda: journals.post(3, A, Reached(TALK, 1, LENE)),
        lambda: journals.mail(3),
    ):
        with pytest.raises(Elsewhere):
            noting()
    with pytest.raises(Elsewhere):
        await journals.stored_in(3)


async def test_who_was_active_and_has_just_moved_is_no_reason_to_fail(journals):
    journals.touched(a_user(OTTO))
    await journals.stored()


async def test_letters_are_stored_with_what_they_tell_of(place, journals):
    journals.post(A, B, Reached(TALK, 1, SARA))
    await journals.stored_in(A)

    assert [(2, Reached(TALK, 1, SARA))] == stored(place, A).mail.waiting[B]
    assert {A, B} == {shard for shard, _ in journals.mails()}


async def test_done_is_called_when_all_of_several_are_stored(journals):
    done = asyncio.Event()
    for address in (LENE, SARA):
        journals.changed(a_user(address))
    journals.when_stored(done.set)
    assert not done.is_set()
    await asyncio.wait_for(done.wait(), 5)

    called = []
    journals.when_stored(lambda: called.append(True))
    assert [True] == called


async def test_who_cannot_wait_is_refused_when_a_shard_is_lost(place, journals):
    journals.changed(a_user(LENE))
    waiting = asyncio.create_task(journals.stored())
    await asyncio.sleep(0)
    await place.lose(A)

    with pytest.raises(Refused):
        await waiting


async def test_a_journal_that_has_left_is_not_waited_for(place, journals):
    journals.changed(a_user(LENE))
    await place.give(A)
    await asyncio.wait_for(journals.stored(patient=True), 5)

    assert {LENE} == {*stored(place, A).users}
    with pytest.raises(Elsewhere):
        journals.changed(a_user(LENE))
