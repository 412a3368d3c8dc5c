"""Watching: what people show comes as values, and goes on when subscriptions end."""

from __future__ import annotations

import asyncio
import json

import pytest

from fake_ucwa import event, links
from openucwa.client import Presence, Refused

SARA = "sara@contoso.test"


def subscribed(fake, *hrefs):
    fake.on("POST /subscriptions", *((201, links(self=href)) for href in hrefs))


def shows(fake, availability, activity=""):
    """Tell that Sara shows something else."""
    card = {"uri": f"sip:{SARA}", "name": "Sara"}
    fake.on("GET /sara", card)
    fake.on("GET /sara/presence", {"availability": availability, "activity": activity})
    place = {"rel": "contact", "href": "/sara"}
    fake.tell(event("contactPresence", "/sara/presence", sender="/people", place=place))


async def test_changes_come_and_what_has_not_changed_does_not(fake):
    async with fake.client() as lene:
        subscribed(fake, "/one")
        for one in ("Online", "Online", "Busy"):
            shows(fake, one, "in-a-meeting" if one == "Busy" else "")
        watching = lene.watch("Sara@contoso.test")
        first, second = [await anext(watching) for _ in range(2)]
        await watching.aclose()

    assert (SARA, "Online", "") == (first.person.address, first.availability, first.activity)
    assert Presence(first.person, "Busy", "in-a-meeting") == second
    given = {"duration": 30, "uris": ["sip:sara@contoso.test"]}
    assert given == json.loads(fake.said("POST /subscriptions")[0].content)
    assert 1 == len(fake.said("GET /sara"))
    assert 1 == len(fake.said("DELETE /one"))


async def test_who_watches_later_is_told_what_is_known(fake):
    async with fake.client() as lene:
        subscribed(fake, "/one", "/two")
        shows(fake, "Online")
        first, second = lene.watch(SARA), lene.watch(SARA)
        assert await anext(first) == await anext(second)
        await first.aclose()
        shows(fake, "Busy")
        assert "Busy" == (await anext(second)).availability
        await second.aclose()


@pytest.mark.parametrize(
    ("kind", "answer", "times"),
    [("updated", 200, 1), ("updated", (404, {}), 2), ("deleted", 200, 2), ("added", 200, 1)],
)
async def test_a_subscription_is_extended_or_made_anew(fake, kind, answer, times):
    async with fake.client() as lene:
        subscribed(fake, "/one", "/two")
        shows(fake, "Online")
        watching = lene.watch(SARA)
        await anext(watching)
        fake.on("POST /one", answer)
        fake.tell(event("presenceSubscription", "/one", kind, sender="/people"))
        fake.tell(event("presenceSubscription", "/another", kind, sender="/people"))
        shows(fake, "Busy")
        await anext(watching)
        await watching.aclose()

    assert times == len(fake.said("POST /subscriptions"))
    assert (1 if kind == "updated" else 0) == len(fake.said("POST /one"))


async def test_who_cannot_be_seen_is_no_news(fake):
    async with fake.client() as lene:
        subscribed(fake, "/one")
        fake.on("GET /sara", (404, {}))
        place = {"rel": "contact", "href": "/sara"}
        fake.tell(event("contactPresence", "/sara/presence", sender="/people", place=place))
        shows(fake, "Online")
        assert "Online" == (await anext(lene.watch(SARA))).availability


async def test_a_refusal_is_told_to_who_watches(fake):
    async with fake.client() as lene:
        fake.on("POST /subscriptions", (403, {"subcode": "LimitExceeded"}))
        with pytest.raises(Refused, match="LimitExceeded"):
            await anext(lene.watch(SARA))


async def test_many_people_are_watched_in_several_subscriptions(fake):
    async with fake.client() as lene:
        subscribed(fake, "/one", "/two", "/three")
        watching = asyncio.create_task(
            anext(lene.watch(*(f"p{number}@contoso.test" for number in range(201))))
        )
        await fake.until("POST /subscriptions", 3)

    sizes = [len(json.loads(one.content)["uris"]) for one in fake.said("POST /subscriptions")]
    assert [100, 100, 1] == sizes
    with pytest.raises(StopAsyncIteration):
        await watching
