"""The process adapter beyond its port: the counts that the metrics show."""

from __future__ import annotations

from openucwa.adapters.memory import ProcessLive
from openucwa.domain.presence import Standing


class NoStandings:
    async def standing(self, address):
        return Standing()


async def test_everyone_who_is_loaded_can_be_counted():
    live = ProcessLive(NoStandings())
    lene, sara = await live.load("lene@a"), await live.load("sara@a")
    live.forget("lene@a")

    assert 1 == len(live)
    assert [sara] == list(live.users())
    assert lene is not live.present("lene@a")
