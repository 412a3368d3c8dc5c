"""One picture for each person who has one."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Person
from openucwa.domain.photos import Photo

LENE = "lenea@contoso.test"
ONE, OTHER = Photo(b"\0one\xff", "1"), Photo(b"other", "2")


@pytest.fixture
async def photos(place):
    database = await Database.open(place)
    await SqlStore(database).add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
    yield SqlPhotos(database)
    await database.close()


async def test_a_picture_comes_back_and_can_be_replaced_and_removed(photos):
    seen = [await photos.photo(LENE)]
    for photo in (ONE, OTHER, None, None):
        await photos.keep(LENE, photo)
        seen.append(await photos.photo(LENE))

    assert [None, ONE, OTHER, None, None] == seen


@pytest.mark.parametrize("photo", [ONE, None])
async def test_who_is_unknown_can_have_none(photos, photo):
    with pytest.raises(KeyError, match="nobody"):
        await photos.keep("nobody@contoso.test", photo)

    assert await photos.photo("nobody@contoso.test") is None
