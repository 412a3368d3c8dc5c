from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.shards import SHARDS, beside, born_in, shard_of


def test_who_lives_where_never_changes():
    """Another answer would hide everybody's state after an upgrade."""
    assert [20, 152] == [shard_of("lenea@contoso.com"), shard_of("sarad@contoso.com")]


def test_people_are_spread_evenly():
    homes = [shard_of(f"user{number}@contoso.com") for number in range(100 * SHARDS)]

    assert max(homes.count(shard) for shard in range(SHARDS)) < 150


@given(st.emails(), st.uuids())
def test_what_somebody_begins_lives_where_she_does(address, identifier):
    conversation = str(uuid.UUID(beside(address, identifier.hex)))

    assert shard_of(address) == born_in(conversation)


@given(st.text())
def test_any_id_may_be_asked_for(identifier):
    assert (born_in(identifier) or 0) in range(SHARDS)
