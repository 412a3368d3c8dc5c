"""Standings: what people said outlives their sign-out."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.domain.presence import Claim, Note, NoteType, Preferred, Standing

LENE = "lenea@contoso.test"
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
