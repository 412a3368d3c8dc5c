"""Watching people of other nodes while news, answers and nodes come and go."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.pool import frames
from openucwa.adapters.pool import watches as module
from openucwa.adapters.pool.frames import Failed, Looked, News, Unwatched
from openucwa.adapters.pool.mesh import NotReached
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.pool.watches import Watches
from openucwa.domain.people import Level
from openucwa.domain.presence import Note
from openucwa.domain.shards import shard_of
from openucwa.domain.users import FACETS, NOTHING_SHOWN, Change, User

LENE = "lene@contoso.test"
FIRST, SECOND, THIRD = (NOTHING_SHOWN._replace(note=Note(text)) for text in ("1", "2", "3"))


class Asked(Watches):
    """Watches at one node; the other answers as ``answer`` says."""

    def __init__(self, answer, watched=()):
        residence = Residence("a", lambda: 0.0)
        residence.learn({"a": "a", "b": "b"}, {shard_of(LENE): "b"})
        self.told, self.asked, self.changes = [], [], []

        async def ask(address, body):
            self.asked.append(frames.question(body))
            return frames.write(answer(self.asked[-1]))

        def tell(user, change):
            self.told.append((user.address, change.after))
            self.changes.append(change)

        super().__init__(residence, ask, tell, watched.__contains__, lambda: 1000.0)


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    monkeypatch.setattr(module, "AGAIN", 0.01)


def change(before, after):
    return Change(before, after, {}, {})


async def test_news_may_be_faster_than_the_answer_before_them():
    unwatched = []

    def answer(look):
        unwatched.extend(watches.hear({LENE: (change(FIRST, SECOND), 2.0)}))
        return Looked([User(LENE, shown=FIRST, settled=1.0)])

    watches = Asked(answer)
    found = await watches.look([LENE], watch=True)

    assert SECOND == found[LENE].shown
    assert not unwatched, "she is going to be watched"


@pytest.mark.parametrize("wrong", [Failed(), NotReached("b", sent=True)])
async def test_news_that_were_not_heard_are_told_with_those_that_came_after(wrong):
    outcomes = iter([wrong, Unwatched([])])

    def answer(news):
        outcome = next(outcomes)
        if outcome is wrong:
            watches.publish(User(LENE, settled=3.0), change(SECOND, THIRD))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    watches = Asked(answer)
    watches.watched_by("b", [LENE])
    watches.publish(User(LENE, settled=2.0), change(FIRST, SECOND))
    await asyncio.gather(*watches._tours.values())

    assert News({LENE: (change(FIRST, THIRD), 3.0)}) == watches.asked[-1]


async def test_who_has_just_come_here_may_not_have_heard_what_others_here_have():
    watches = Asked(lambda look: Looked([User(LENE, shown=SECOND, settled=7.0)]), [LENE])
    watches.hear({LENE: (change(FIRST, SECOND), 7.0)})
    watches.told.clear()
    await watches.rewatch([LENE])
    assert [] == watches.told

    await watches.rewatch([LENE], since=5.0)
    assert [(LENE, SECOND)] == watches.told


async def test_of_nodes_that_are_gone_nothing_is_remembered():
    watches = Asked(lambda news: Unwatched([]))
    watches.watched_by("c", [LENE])
    watches.publish(User(LENE, settled=2.0), change(FIRST, SECOND))
    await asyncio.gather(*watches._tours.values())

    assert {} == watches._nodes


async def test_who_went_offline_meanwhile_is_told_of_as_well():
    """What those here were told before is not known, so it may have been anything."""
    watches = Asked(lambda look: Looked([User(LENE, settled=7.0)]), [LENE])
    await watches.rewatch([LENE], since=5.0)
    (told,) = watches.changes

    assert FACETS == told.seen_by(Level.WORKGROUP, Level.WORKGROUP)
