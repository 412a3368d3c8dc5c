"""People whose shard is just being handed over."""

from __future__ import annotations

from types import SimpleNamespace

from journals import an_event
from openucwa.adapters.pool.live import PooledLive
from openucwa.adapters.pool.residence import Residence
from openucwa.domain.applications import Application, Key
from openucwa.domain.channel import Channel
from openucwa.domain.shards import shard_of
from openucwa.domain.subscriptions import Subscription
from openucwa.domain.users import User

LENE, SARA = "lene@contoso.test", "sara@contoso.test"


def a_live(*users):
    residence = Residence("a", lambda: 0.0)
    residence.here |= {shard_of(user.address) for user in users}
    live = PooledLive(None, residence)
    live.restore(users)
    return live, residence


async def test_an_event_is_put_into_a_channel_once_while_its_owner_leaves():
    """What still is in memory here is stored and goes with her; nothing is sent after it."""
    live, residence = a_live(User(LENE))
    noted, posted = [], []
    live.journal = SimpleNamespace(relayed=lambda event, now, watchers: noted.append(watchers))
    live.courier = SimpleNamespace(post=lambda *letter: posted.append(letter))
    residence.here.clear()
    live.relayed(an_event("sara"), 0.0, [(LENE, "1")], about="00conversation")
    assert ([[(LENE, "1")]], []) == (noted, posted)

    live.evict(shard_of(LENE))
    live.relayed(an_event("sara"), 0.0, [(LENE, "1")], about="00conversation")
    assert 1 == len(noted) == len(posted)


async def test_whoever_leaves_is_still_watched_by_those_who_stay():
    lene, sara = User(LENE), User(SARA)
    lene.applications["1"] = Application("1", Key("e", "", "", ""), 0.0, 0.0, {"": Channel("e")})
    lene.applications["1"].subscriptions["s"] = Subscription(1.0, id="s", members=(SARA,))
    live, _ = a_live(lene, sara)
    live.evict(shard_of(SARA))

    assert [SARA] == live.watched_in({shard_of(SARA)})
