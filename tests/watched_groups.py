"""Groups that are watched: what there is to ask and to be told."""

from __future__ import annotations

from world import DOMAIN, JSON, Client, Reply

LENE, SARA, JOHN, OTTO = (f"{name}@{DOMAIN}" for name in ("lenea", "sarad", "johnd", "otto"))
HERE, MEMBERS = "people/presenceSubscriptions", "people/presenceSubscriptionMemberships"
JOINED = ("people", "added", "contact", "subscribedContacts")
LEFT = ("people", "deleted", "contact", "subscribedContacts")
NEWS = ("people", "updated", "contactPresence", "contact")
BEGUN = ("people", "added", "presenceSubscription")
ENDED = ("people", "deleted", "presenceSubscription")


async def watch_group(client: Client, group: str, duration: int = 30) -> Reply:
    """Subscribe to the presence of those in a group."""
    return await client.post(HERE, {"groupId": group, "duration": duration})


async def watched(client: Client) -> list[str]:
    """Return the addresses of those whom an application watches."""
    cards = (await client.get("people/subscribedContacts", {"Accept": JSON})).tree
    return [card["uri"].removeprefix("sip:") for card in cards["_embedded"]["contact"]]


async def make_friends(client: Client) -> str:
    """Make a group with Lene and John in it, return its id."""
    group = await client.make_group("Friends")
    for address in (LENE, JOHN):
        await client.join(address, group)
    return group
