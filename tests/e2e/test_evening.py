"""An evening of two people over real sockets: seen, idle, away, back, busy, gone."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from world import APPLICATIONS, DOMAIN, JSON, PASSWORD, XML, Client

SIGN_IN = f"grant_type=password&username={{}}@{DOMAIN}&password={PASSWORD.replace(' ', '+')}"
FORM = {"Content-Type": "application/x-www-form-urlencoded;charset='utf-8'"}


async def sign_in(network, user, accept):
    """Come from the bare host name to an application, by links alone."""
    root = await network.ask("GET", "/", headers={"Accept": accept})
    user_url = root.href("user")
    refused = await network.ask("GET", user_url)
    assert refused.status == 401
    challenge = refused.all("WWW-Authenticate")[1]
    token_url = re.match(r'MsRtcOAuth href="(.*?)"', challenge)[1]
    granted = await network.ask("POST", token_url, SIGN_IN.format(user), FORM)
    token = granted.tree["access_token"]
    known = await network.ask(
        "GET", user_url, headers={"Authorization": f"Bearer {token}", "Accept": accept}
    )
    assert known.href("applications") == network.url + APPLICATIONS
    client = Client(network, token, accept)
    assert (await client.create(endpointId=f"evening-{accept}")).status == 201
    return client


@dataclass
class Watcher:
    """Follows the event channel and keeps every event about others."""

    client: Client
    news: list[tuple[str, ...]]

    async def package(self):
        """Wait for the next package with events."""
        while True:
            reply = await (await self.client.poll()).task
            self.client.follow(reply)
            if reply.events():
                return reply.events()

    @staticmethod
    def concerns(event):
        """Tell whether an event is about others; what they said of themselves earlier is not."""
        return event[0] == "people" and event[2] not in ("contactNote", "contactLocation")

    async def sees(self, address):
        """Wait for one event about others; return what it leads to."""
        self.news += [event for event in await self.package() if self.concerns(event)]
        shown = await self.client.get(self.client.person(address, "presence"))
        return shown.property("availability")


async def evening(network, accept, her, him):
    lene = f"{her}@{DOMAIN}"
    hers, his = [await sign_in(network, user, accept) for user in (her, him)]
    watcher = Watcher(his, [])
    answer = await his.post("me/makeMeAvailable", {"inactiveTimeout": "PT1H"})
    assert answer.status == 204
    assert await watcher.package() == [
        ("me", "updated", "me"),
        ("me", "added", "presence"),
        ("me", "added", "note"),
        ("me", "added", "location"),
        ("communication", "updated", "communication"),
    ]
    assert (await hers.post("me/makeMeAvailable", {"signInAs": "Online"})).status == 204
    assert (await his.watch(lene)).status == 201

    assert await watcher.sees(lene) == "Online"
    assert await watcher.sees(lene) == "IdleOnline"
    assert await watcher.sees(lene) == "Away"
    assert (await hers.report()).status == 204
    assert await watcher.sees(lene) == "Online"
    assert (await hers.post("me/presence", {"availability": "Busy"})).status == 204
    assert await watcher.sees(lene) == "Busy"
    assert (await hers.post("me/presence")).status == 204
    assert await watcher.sees(lene) == "Online"
    assert (await hers.delete()).status == 204
    assert await watcher.sees(lene) == "Offline"

    assert (await hers.get("")).status == 404
    assert (await his.delete()).status == 204
    began = [
        ("people", "added", "contact", "subscribedContacts"),
        ("people", "added", "presenceSubscription"),
    ]
    assert watcher.news == began + [("people", "updated", "contactPresence", "contact")] * 7


async def test_each_step_is_told_once_and_in_order_in_both_formats(network):
    """Two pairs at the same time, one with JSON and one with XML, see the same.

    Nobody else signs in as these people, so that they are offline in the end.
    """
    await asyncio.gather(
        evening(network, JSON, "april", "ben"), evening(network, XML, "carla", "dan")
    )


async def test_accounts_change_while_the_server_runs(network, company, openucwa):
    """Who is added can sign in at once, and who is disabled cannot any more."""
    new = f"new@{DOMAIN}"
    data = ("--data", str(company.data))
    words = ("user", "add", new, "--name", "New", "--password-stdin", *data)

    assert openucwa(*words, given=f"{PASSWORD}\n").returncode == 0
    client = await sign_in(network, "new", JSON)
    assert (await client.get("me")).property("name") == "New"
    assert (await client.delete()).status == 204

    assert openucwa("user", "disable", new, *data).returncode == 0
    refused = await network.ask("POST", "/WebTicket/oauthtoken", SIGN_IN.format("new"), FORM)
    assert (400, "invalid_grant") == (refused.status, refused.tree["error"])
