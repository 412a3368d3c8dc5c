"""Whatever five people do in conversations, also while the server dies: what holds all the time.

All who are in a conversation agree on who is there, and with what they were told. Each message
reaches each who was there exactly once, or its sender hears whom it did not. Each operation
completes exactly once. No request is answered by a 5xx.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from houses import House
from talking import Talker, talker

PEOPLE = [("lenea", "1"), ("sarad", "1"), ("sarad", "2"), ("johnd", "1"), ("johnd", "2")]
PEOPLE += [("annk", "1"), ("tonid", "1")]
INVITATIONS = ("messagingInvitation", "onlineMeetingInvitation", "participantInvitation")
WHO = st.integers(0, len(PEOPLE) - 1)
WHICH = st.integers(0, 20)
INVITE = "communication/messagingInvitations"


@dataclass
class Said:
    """A message that was answered with 201: who said it, and who could hear it then."""

    sender: Talker
    text: str
    audience: set[str]
    href: str


@dataclass
class Crowd:
    """People with a server; one of them per place where somebody is signed in."""

    house: House
    now: list[Talker] = field(default_factory=list)
    ever: list[Talker] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    async def sign_in(self, at: int) -> None:
        user, endpoint = PEOPLE[at]
        who = await talker(self.house.world, user, at=endpoint)
        self.now[at : at + 1] = [who]
        self.ever.append(who)

    async def post(self, who: Talker, href: str, body=None, headers=None):
        reply = await who.client.post(href, body, headers)
        assert reply.status < 500, (href, reply.body)
        return reply

    def linked(self, rel: str, *only: Talker) -> list[tuple[Talker, str]]:
        """Return where links of a rel lead, in everything that anybody has seen."""
        return [
            (who, shown.href_of(rel))
            for who in only or self.now
            for shown in who.seen.values()
            if rel in shown.links
        ]

    async def listening(self, who: Talker, conversation: str) -> set[str]:
        """Return the others who take part in messaging."""
        found = set()
        for address in await self.present(who, conversation):
            reply = await who.client.get(f"{conversation}/participants/{address}")
            if address != who.address and "participantMessaging" in reply.links():
                found.add(address)
        return found

    async def present(self, who: Talker, conversation: str) -> set[str]:
        """Return those who are in a conversation, as one of them sees it."""
        reply = await who.client.get(f"{conversation}/participants")
        links = reply.tree["_links"].get("participant", []) if reply.status == 200 else []
        return {link["href"].rpartition("/")[2] for link in links}

    async def say(self, which: int, again: bool) -> None:
        found = self.linked("sendMessage")
        who, href = found[which % len(found)]
        audience = await self.listening(who, href.partition("/messaging")[0])
        text = f"m{len(self.said)}"
        for _ in range(1 + again):
            reply = await self.post(
                who, f"{href}?operationId={text}", text, {"Content-Type": "text/plain"}
            )
        if reply.status == 201:
            self.said.append(Said(who, text, audience, reply.header("Location")))

    async def fetch_everything(self) -> None:
        for _ in range(4):
            if not sum([len(await who.packages()) for who in self.now]):
                return

    async def check(self) -> None:
        """Let everything come to its end, and compare."""
        await self.fetch_everything()
        await self.house.world.advance(31)
        await self.fetch_everything()
        for who in self.now:
            await who.agree()
        await self.check_agreement()
        for message in self.said:
            self.check_message(message)
        for who in self.now:
            self.check_operations(who)

    async def check_agreement(self) -> None:
        views = {}
        for who in self.now:
            for href, shown in who.seen.items():
                if shown.properties.get("state") in ("Connected", "Conferenced") and (
                    "localParticipant" in shown.links
                ):
                    views.setdefault(href.rpartition("/")[2], {})[who.address] = href
        for seats in views.values():
            for who in self.now:
                if (href := seats.get(who.address)) and href.startswith(who.client.path):
                    assert set(seats) == await self.present(who, href)

    def check_message(self, message: Said) -> None:
        heard = Counter(
            who.address for who in self.ever for text in who.heard() if text == message.text
        )
        assert {1} >= set(heard.values()), (message.text, heard)
        assert heard.keys() <= message.audience
        if message.sender in self.now:
            told = [
                one
                for one in message.sender.events
                if one.rel == "message" and one.href == message.href
            ]
            assert 1 == len(told), (message.text, [str(one) for one in told])
            links = told[0].shown.links.get("failedDeliveryParticipant", [])
            failed = {href.rpartition("/")[2] for href, _ in links}
            assert heard.keys() | failed == message.audience, (message.text, heard, failed)
            assert heard.keys().isdisjoint(failed)
            assert told[0].status == ("Success" if heard or not failed else "Failure")

    def check_operations(self, who: Talker) -> None:
        kinds = {}
        for event in who.events:
            if event.rel in INVITATIONS:
                kinds.setdefault(event.href, Counter())[event.type] += 1
        for href, counts in kinds.items():
            assert (1, 1) == (counts["started"], counts["completed"]), (href, counts)


def possible(rel: str):
    """Only where somebody has seen a link."""
    return precondition(lambda self: self.crowd.linked(rel))


class Conversations(RuleBasedStateMachine):
    """Five people, two of them in two places."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.crowd = None

    @initialize()
    def begin(self):
        self.runner.run(self._begin())

    async def _begin(self):
        house = House(Path(self.folder.name))
        await house.open()
        self.crowd = Crowd(house)
        for at in range(len(PEOPLE)):
            await self.crowd.sign_in(at)
        for other in (1, 3):
            await self._meet(self.crowd.now[0], self.crowd.now[other])

    def _use(self, rel, which, body=None):
        """Use one of all links of a rel that somebody has seen, perhaps long ago."""
        who, href = self.crowd.linked(rel)[which % len(self.crowd.linked(rel))]
        self.runner.run(self.crowd.post(who, href, body))

    @rule(who=WHO, other=WHO, text=st.sampled_from(["", "first"]))
    def invite(self, who, other, text):
        one, two = self.crowd.now[who], self.crowd.now[other]
        body = {"to": f"sip:{two.address}", "operationId": f"op{len(one.events)}"}
        body |= {"message": f"data:text/plain,{text}"} if text else {}
        self.runner.run(self.crowd.post(one, INVITE, body))

    @rule(who=WHO, other=WHO)
    def meet(self, who, other):
        """Get into conversation: with an invitation of either kind, answered at once."""
        self.runner.run(self._meet(self.crowd.now[who], self.crowd.now[other]))

    async def _meet(self, one, two):
        to = {"to": f"sip:{two.address}"}
        *_, (_, href) = [(one, INVITE), *self.crowd.linked("addParticipant", one)]
        await self.crowd.post(one, href, to)
        for rel in ("accept", "addMessaging"):
            await two.packages()
            for _, there in self.crowd.linked(rel, two):
                await self.crowd.post(two, there)
        await one.packages()
        await two.packages()

    @possible("accept")
    @rule(which=WHICH)
    def accept(self, which):
        self._use("accept", which)

    @possible("decline")
    @rule(which=WHICH, reason=st.sampled_from(["Local", "Global"]))
    def decline(self, which, reason):
        self._use("decline", which, {"reason": reason})

    @possible("cancel")
    @rule(which=WHICH)
    def cancel(self, which):
        self._use("cancel", which)

    @possible("addParticipant")
    @rule(which=WHICH, other=WHO)
    def add_participant(self, which, other):
        self._use("addParticipant", which, {"to": f"sip:{self.crowd.now[other].address}"})

    @possible("addMessaging")
    @rule(which=WHICH)
    def add_messaging(self, which):
        self._use("addMessaging", which)

    @possible("stopMessaging")
    @rule(which=WHICH)
    def stop_messaging(self, which):
        self._use("stopMessaging", which)

    @possible("setIsTyping")
    @rule(which=WHICH)
    def type(self, which):
        self._use("setIsTyping", which)

    @possible("sendMessage")
    @rule(speakers=st.lists(WHICH, min_size=1, max_size=4), again=st.booleans())
    def say(self, speakers, again):
        for which in speakers:
            self.runner.run(self.crowd.say(which, again))

    @possible("addParticipant")
    @rule(which=WHICH)
    def leave(self, which):
        self.runner.run(self._leave(which))

    async def _leave(self, which):
        found = self.crowd.linked("participants")
        who, href = found[which % len(found)]
        reply = await who.client.delete(href.rpartition("/")[0])
        assert reply.status in (204, 404)

    @rule(who=WHO)
    def fetch(self, who):
        self.runner.run(self.crowd.now[who].packages())

    @rule(who=WHO)
    def sign_out_and_in(self, who):
        self.runner.run(self._again(who))

    async def _again(self, at):
        assert 204 == (await self.crowd.now[at].client.delete("")).status
        await self.crowd.sign_in(at)

    @rule(seconds=st.sampled_from([1, 13, 31]))
    def wait(self, seconds):
        self.runner.run(self.crowd.house.world.advance(seconds))

    @rule(away=st.sampled_from([1.0, 100.0]))
    def restart(self, away):
        clients = [who.client for who in self.crowd.ever]
        self.runner.run(self.crowd.house.restart(*clients, away=away))

    @rule()
    def all_fetch(self):
        self.runner.run(self.crowd.fetch_everything())

    def teardown(self):
        if self.crowd is not None:
            self.runner.run(self._end())
        self.runner.close()
        self.folder.cleanup()

    async def _end(self):
        try:
            await self.crowd.check()
        finally:
            await self.crowd.house.world.close()


TestConversations = Conversations.TestCase
TestConversations.settings = settings(max_examples=25, stateful_step_count=50, deadline=None)
