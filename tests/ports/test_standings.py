"""Standings: what people said outlives their sign-out."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openucwa.adapters.remembered import RememberedStandings
from openucwa.domain.people import Level, Person
from openucwa.domain.presence import Claim, Note, NoteType, Preferred, Standing

LENE, SARA, TONI = "lenea@contoso.test", "sarad@contoso.test", "tonip@contoso.test"
NOTE = Note("Back at five — really", NoteType.OUT_OF_OFFICE)
CLAIM = Claim(Preferred.DO_NOT_DISTURB, 1_700_000_000.25, 1_700_086_400.25)


async def test_who_said_nothing_has_an_empty_standing(store):
    assert Standing() == await store.standing(LENE)


async def test_only_the_fields_that_changed_are_stored(store):
    await store.keep(LENE, {"note": NOTE, "location": "Oslo"})
    await store.keep(LENE, {"manual": CLAIM, "last_active": 1.5})
    await store.keep(LENE, {"location": "Bergen"})
    await store.keep("other@contoso.test", {"note": Note("mine")})
    await store.keep(LENE, {})

    assert Standing(NOTE, "Bergen", CLAIM, 1.5) == await store.standing(LENE)


async def test_none_empties_a_field(store):
    await store.keep(LENE, {"note": NOTE, "location": "Oslo", "manual": CLAIM})
    await store.keep(LENE, {"note": None, "location": None, "manual": None})

    assert Standing() == await store.standing(LENE)


@pytest.mark.parametrize("preferred", Preferred)
async def test_every_claim_comes_back_with_and_without_an_end(store, preferred):
    claim = Claim(preferred, 1.0, None)
    await store.keep(LENE, {"manual": CLAIM})
    await store.keep(LENE, {"manual": claim})

    assert claim == (await store.standing(LENE)).manual


async def test_a_claim_comes_back_with_all_that_it_returns_to(store):
    away = Claim(Preferred.AWAY, 0.1)
    busy = Claim(Preferred.BUSY, 1_700_000_000.1, 1_700_003_600.7, away)
    claim = Claim(Preferred.ONLINE, 1_700_000_001.3, 1_700_000_061.3, busy)
    await store.keep(LENE, {"manual": claim})
    assert claim == (await store.standing(LENE)).manual
    await store.keep(LENE, {"manual": away})

    assert away == (await store.standing(LENE)).manual


async def test_an_empty_text_is_not_an_absent_one(store):
    await store.keep(LENE, {"note": Note(""), "location": ""})

    assert Standing(Note(""), "") == await store.standing(LENE)


async def test_many_may_write_at_the_same_time(store):
    people = [f"p{number}@contoso.test" for number in range(30)]

    await asyncio.gather(*(store.keep(person, {"location": person}) for person in people))

    assert people == [(await store.standing(person)).location for person in people]


async def test_an_unknown_field_is_a_mistake_that_changes_nothing(store):
    with pytest.raises(Exception, match="mood"):
        await store.keep(LENE, {"location": "Oslo", "mood": "good"})

    assert Standing() == await store.standing(LENE)


@pytest.mark.parametrize(
    "text", ['it\'s "quoted"; --', "日本\U0001f600", "a\r\nb\t", "x" * 100_000]
)
async def test_any_text_comes_back(store, text):
    await store.keep(LENE, {"note": Note(text)})

    assert text == (await store.standing(LENE)).note.message


async def test_text_that_no_engine_can_hold_does_no_harm(store):
    await store.keep(LENE, {"note": Note("a\0b\ud800é"), "location": "\ud800"})

    standing = await store.standing(LENE)
    assert ("a\ufffdb\ufffdé", "\ufffd") == (standing.note.message, standing.location)


LEVELS = {SARA: Level.BLOCKED, TONI: Level.FRIENDS_AND_FAMILY}


@pytest.fixture
async def known(store):
    """Lene and Sara are in the directory."""
    await store.add([(Person(one, f"sip:{one}", one), "") for one in (LENE, SARA)])


async def give(standings, owner, levels):
    for contact, level in levels.items():
        await standings.set_level(owner, contact, level)


async def test_levels_are_stored_beside_everything_else(store, known):
    await store.keep(LENE, {"note": NOTE})
    await give(store, LENE, LEVELS)
    expected = Standing(NOTE, levels=LEVELS)

    assert expected == await store.standing(LENE)
    assert {LENE: expected} == await store.standings()
    assert {LENE: expected} == await store.standings_of([LENE, SARA])


async def test_levels_need_nothing_else(store, known):
    await give(store, LENE, LEVELS)

    assert Standing(levels=LEVELS) == await store.standing(LENE)


async def test_a_level_replaces_the_one_before_and_no_other(store, known):
    await give(store, LENE, LEVELS)
    await store.set_level(LENE, SARA, Level.WORKGROUP)

    assert Standing(levels=LEVELS | {SARA: Level.WORKGROUP}) == await store.standing(LENE)


async def test_who_takes_all_levels_back_has_none(store, known):
    await give(store, LENE, LEVELS)
    await store.set_level(LENE, SARA, None)
    assert Standing(levels={TONI: LEVELS[TONI]}) == await store.standing(LENE)
    await store.set_level(LENE, TONI, None)
    assert Standing() == await store.standing(LENE)
    await store.set_level(LENE, TONI, None)
    assert Standing() == await store.standing(LENE)


async def test_levels_given_at_the_same_time_are_all_stored(store, known):
    """And so is what is said then."""
    await asyncio.gather(
        store.keep(LENE, {"location": "Oslo"}),
        *(store.set_level(LENE, contact, level) for contact, level in LEVELS.items()),
        store.set_level(SARA, TONI, Level.EXTERNAL),
    )

    assert Standing(location="Oslo", levels=LEVELS) == await store.standing(LENE)
    assert Standing(levels={TONI: Level.EXTERNAL}) == await store.standing(SARA)


async def test_levels_of_one_are_not_those_of_another(store, known):
    await give(store, LENE, {TONI: Level.BLOCKED})
    await give(store, SARA, {TONI: Level.WORKGROUP, LENE: Level.EXTERNAL})

    assert {LENE: Level.BLOCKED, SARA: Level.WORKGROUP} == await store.levels_towards(TONI)
    assert {SARA: Level.EXTERNAL} == await store.levels_towards(LENE)
    assert {} == await store.levels_towards(SARA)


async def test_who_is_no_more_gives_no_levels_and_spoils_it_for_nobody(store, known):
    gone = "gone@contoso.test"
    await asyncio.gather(
        *(store.set_level(address, SARA, Level.BLOCKED) for address in (LENE, gone))
    )

    assert {LENE: Level.BLOCKED} == await store.levels_towards(SARA)
    assert Standing() == await store.standing(gone)


async def test_standings_of_many_are_read_at_once(store):
    people = [f"p{number}@contoso.test" for number in range(1100)]
    for address in people[::100]:
        await store.keep(address, {"location": address})

    expected = {address: Standing(location=address) for address in people[::100]}
    assert expected == await store.standings_of(people)
    assert {} == await store.standings_of([])


@given(steps=st.lists(st.tuples(st.sampled_from([SARA, TONI]), st.sampled_from([*Level, None]))))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_remembered_levels_are_those_that_are_stored(store, steps):
    """In whatever order people give them and look at them."""
    with suppress(KeyError):
        await store.add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
    remembered = RememberedStandings(store)
    for contact, level in steps:
        await remembered.set_level(LENE, contact, level)
        towards = {} if level is None else {LENE: level}
        assert towards == await store.levels_towards(contact)
        for one in (SARA, TONI):
            assert await store.levels_towards(one) == await remembered.levels_towards(one)
