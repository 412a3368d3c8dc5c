"""Journals of shards that others have taken while somebody waits for them."""

from __future__ import annotations

import pytest

from journals import a_user
from nodes import turns
from openucwa.adapters.journal import Journal, NotWritten
from openucwa.adapters.pool.journals import Journals
from openucwa.domain.shards import shard_of

LENE, SARA = "lene@contoso.test", "sara@contoso.test"


class Cut:
    """A log that cannot be reached."""

    grown = 0

    def size(self):
        return 0

    async def append(self, body):
        raise NotWritten("no answer")

    async def close(self):
        pass


@pytest.mark.parametrize("known", [True, False])
async def test_who_waits_for_what_will_never_be_stored_is_told_once(known):
    """Else a request for events would be answered by nobody, though its connection is open."""
    journals, called = Journals(), []
    for address in (LENE, SARA):
        journals.add(shard_of(address), Journal(Cut(), lambda: 0.0, tuple))
        journals.changed(a_user(address))
    journals.when_stored(
        lambda: called.append("done"), (lambda: called.append("failed")) if known else None
    )
    await turns()
    assert [] == called, "it may still be stored"
    for address in (LENE, SARA):
        await journals.remove(shard_of(address)).abandon()

    assert ["failed"] * known == called
