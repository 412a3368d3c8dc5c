"""Which pool serves whom (BEHAVIOUR 14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.pools import Homes, Pool

NAMES = st.sampled_from(["north", "south", "east", "west", ""])
POOLS = st.dictionaries(
    NAMES, st.builds(Pool, name=st.none(), backup=NAMES, draining=st.booleans())
)


def homes(*pools):
    return Homes({pool.name: pool for pool in pools}, {"sarad@contoso.test": "south"}, "north")


@pytest.mark.parametrize(
    ("address", "home"), [("sarad@contoso.test", "south"), ("lenea@contoso.test", "north")]
)
def test_people_are_at_home_where_it_is_stated_or_where_all_others_are(address, home):
    assert home == homes().home(address)


@pytest.mark.parametrize(
    ("pools", "serves"),
    [
        ([Pool("north")], "north"),
        ([Pool("north", draining=True)], None),
        ([Pool("north", draining=True, backup="south"), Pool("south")], "south"),
        ([Pool("north", draining=True, backup="south")], None),
        ([Pool("north", draining=True, backup="north")], None),
        (
            [
                Pool("north", draining=True, backup="south"),
                Pool("south", draining=True, backup="north"),
            ],
            None,
        ),
        (
            [
                Pool("north", draining=True, backup="south"),
                Pool("south", draining=True, backup="east"),
                Pool("east"),
            ],
            "east",
        ),
        ([Pool("south")], None),
    ],
)
def test_a_drained_pool_is_served_by_the_first_backup_that_is_not(pools, serves):
    pool = homes(*pools).serving("north")

    assert serves == (pool and pool.name)


@given(POOLS, NAMES)
def test_who_has_been_sent_somewhere_is_not_sent_on(pools, home):
    """Wherever she is at home, and whatever is drained and backed up by what."""
    found = Homes({name: pool._replace(name=name) for name, pool in pools.items()})
    pool = found.serving(home)

    assert pool is None or (not pool.draining and found.serving(pool.name) is pool)
