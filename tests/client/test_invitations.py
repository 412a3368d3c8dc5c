"""Invitations: what a handler sees, and answers that come late or are lost."""

from __future__ import annotations

import asyncio

import pytest

from fake_ucwa import LOST, connected, event, links
from openucwa.client import Ended, Refused

TALK = "/talk"


@pytest.fixture
async def invited(fake):
    """An invitation that a handler got, with whom it belongs to."""
    seen = asyncio.Queue()
    ways = links(conversation=TALK, accept="/accept", decline="/decline", message="data:,Hi")
    sender = {"name": "Sara", "uri": "sip:sara@contoso.test", **links(self="/sara")}
    shown = {"direction": "Incoming", "subject": "Lunch", **ways, "_embedded": {"from": sender}}
    async with fake.client(on_invitation=seen.put):
        fake.tell(event("messagingInvitation", "/invitation", "started", **shown))
        yield await seen.get()


async def test_it_says_who_wants_to_talk_about_what(invited):
    assert ("Sara", "sara@contoso.test") == (invited.sender.name, invited.sender.address)
    assert ("Lunch", "Hi") == (invited.subject, invited.text)


@pytest.mark.parametrize("answers", [[204], [LOST, (409, {})]])
async def test_it_is_accepted_when_messages_can_be_sent(fake, invited, answers):
    fake.on("POST /accept", *answers)
    accepting = asyncio.create_task(invited.accept())
    await fake.until("POST /accept", len(answers))
    assert not accepting.done()
    fake.tell(connected(TALK))

    assert TALK == (await accepting).href


async def test_it_can_be_too_late(fake, invited):
    fake.on("POST /accept", (409, {}))
    fake.tell(event("conversation", TALK, "deleted"))

    with pytest.raises(Ended):
        await invited.accept()
    await invited.decline()


async def test_other_refusals_are_told(fake, invited):
    fake.on("POST /decline", (403, {}))

    with pytest.raises(Refused):
        await invited.decline()
