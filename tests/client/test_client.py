"""The client against a server that loses answers, forgets applications and repeats itself."""

from __future__ import annotations

import asyncio
import json

import pytest
from httpx2 import Response

from fake_ucwa import GONE, LOST, connected, event, links, operation_in, said
from openucwa.client import (
    Ended,
    NotDelivered,
    NotReached,
    Refused,
    SignInFailed,
    Unreachable,
    client,
)

TALK = "/talk"
SARA = {"name": "Sara", "uri": "sip:sara@contoso.test", **links(self=f"{TALK}/sara")}


def accepted(server, outcome="Success"):
    """Let an invitation be accepted, told before it is answered."""

    def answer(request):
        operation = {"operationId": operation_in(request), "direction": "Outgoing"}
        told = {**operation, **links(conversation=TALK)}
        begun = event("messagingInvitation", "/invitation", "started", **told)
        told["_embedded"] = {"acceptedByParticipant": [SARA]}
        done = event("messagingInvitation", "/invitation", "completed", outcome=outcome, **told)
        server.tell(begun, connected(TALK), done)
        return 201

    return answer


def delivered(server, outcome="Success"):
    def answer(request):
        sent = {"operationId": operation_in(request), "direction": "Outgoing"}
        server.tell(event("message", "/message", "completed", TALK, outcome=outcome, **sent))
        return 201

    return answer


def invite(server, **more):
    ways = links(conversation=TALK, accept="/accept", decline="/decline")
    seen = {
        "direction": "Incoming",
        "subject": "Lunch",
        **ways,
        "_embedded": {"from": SARA},
        **more,
    }
    server.tell(event("messagingInvitation", "/invitation", "started", **seen))


async def talking(server, client):
    server.on("POST /start", accepted(server))
    return await client.start("sara@contoso.test")


async def test_it_finds_its_way_and_leaves_no_application_behind(fake):
    async with fake.client():
        pass

    assert [
        "GET /",
        "GET /user",
        "POST /token",
        "GET /user",
        "POST /applications",
        "POST /app1/available",
        "GET /app1",
        "DELETE /app1",
    ] == [f"{one.method} {one.url.path}" for one in fake.asked]


async def test_a_lurker_is_not_made_available(fake):
    async with fake.client(available=False):
        assert [] == fake.said("POST /app1/available")


@pytest.mark.parametrize(
    ("what", "answer", "error"),
    [
        ("POST /token", (400, {"error_description": "Wrong."}), SignInFailed),
        ("GET /", {}, Unreachable),
        ("GET /", links(user="http://pool.test/user"), Unreachable),
        ("POST /applications", (410, {"subcode": "TooManyApplications"}), Refused),
    ],
)
async def test_who_cannot_sign_in_is_told_why(fake, what, answer, error):
    fake.on(what, answer)

    with pytest.raises(error):
        async with fake.client():
            pass


async def test_a_server_that_never_answers_is_not_tried_for_long(fake, monkeypatch):
    monkeypatch.setattr(client, "AT_FIRST", 0)
    fake.on("GET /", LOST)

    with pytest.raises(Unreachable, match="the connection broke"):
        async with fake.client():
            pass


async def test_a_conversation_begins_when_it_is_accepted(fake):
    async with fake.client() as lene:
        talk = await talking(fake, lene)
        fake.on("POST /talk/send", delivered(fake))
        await talk.send("Hello")

        assert ["sara@contoso.test"] == [one.address for one in talk.people]
        assert [b"Hello"] == [one.content for one in fake.said("POST /talk/send")]


async def test_a_lost_answer_leads_to_the_same_operation_once_more(fake):
    async with fake.client() as lene:
        fake.on("POST /start", LOST, 503, accepted(fake))
        talk = await lene.start("sara@contoso.test")
        fake.on("POST /talk/send", LOST, delivered(fake))
        await talk.send("Hello")

    for what, times in (("POST /start", 3), ("POST /talk/send", 2)):
        assert times == len(fake.said(what))
        assert 1 == len({operation_in(one) for one in fake.said(what)})


async def test_what_nobody_accepts_is_not_reached(fake):
    async with fake.client() as lene:
        fake.on("POST /start", accepted(fake, outcome="Failure"))
        with pytest.raises(NotReached, match=r"^No\.$") as caught:
            await lene.start("sara@contoso.test")

    assert "RemoteFailure" == caught.value.reason.code


async def test_a_message_that_does_not_arrive_is_an_error(fake):
    async with fake.client() as lene:
        talk = await talking(fake, lene)
        fake.on("POST /talk/send", delivered(fake, outcome="Failure"))
        with pytest.raises(NotDelivered, match=r"^No\.$"):
            await talk.send("Hello")


async def test_the_first_words_come_with_the_invitation_and_have_to_arrive(fake):
    async with fake.client() as lene:
        fake.on("POST /start", accepted(fake))
        saying = asyncio.create_task(lene.say("sara@contoso.test", "a+b"))
        await fake.until("POST /start")
        assert not saying.done()
        fake.tell(event("message", "/first", "completed", TALK, direction="Outgoing"))
        await saying

    given = json.loads(fake.said("POST /start")[0].content)
    assert "data:text/plain;charset=utf-8,a%2Bb" == given["_links"]["message"]["href"]
    assert 1 == len(fake.said("DELETE /talk"))


@pytest.mark.parametrize("text", ["", "Hello"])
async def test_who_accepts_and_leaves_at_once_has_been_there(fake, text):
    """The conversation is over when it begins; what was said first has not arrived."""

    def answer(request):
        accepted(fake)(request)
        fake.tell(event("conversation", TALK, "deleted"))
        return 201

    async with fake.client() as lene:
        fake.on("POST /start", answer)
        if text:
            with pytest.raises(NotDelivered):
                await lene.start("sara@contoso.test", text)
        else:
            talk = await lene.start("sara@contoso.test")
            assert [] == [one async for one in talk.messages()]


async def test_a_conversation_whose_beginning_was_not_told_is_looked_at(fake):
    async with fake.client() as lene:
        fake.on("POST /start", Response(201, headers={"Location": "/invitation"}))
        fake.on("GET /invitation", {"state": "Connected", **links(conversation=TALK)})
        fake.on("GET /talk", links(messaging="/talk/messaging"))
        fake.on("GET /talk/messaging", links(sendMessage="/talk/send"))
        fake.on("GET /conversations", links(conversation=TALK))
        starting = asyncio.create_task(lene.start("sara@contoso.test"))
        await fake.until("POST /start")
        fake.tell(resume=True)
        talk = await starting
        fake.on("POST /talk/send", delivered(fake))
        await talk.send("Hello")


async def test_an_expired_token_is_renewed_once_for_all(fake):
    async with fake.client() as lene:
        talk = await talking(fake, lene)
        fake.token = "two"
        fake.on("POST /talk/send", *[lambda one: fake.refused(one) or delivered(fake)(one)] * 6)
        await asyncio.gather(*(talk.send(text) for text in ("1", "2", "3")))

    assert 2 == len(fake.said("POST /token"))


async def test_a_password_that_is_wrong_from_now_on_ends_everything(fake):
    async with fake.client() as lene:
        fake.on("POST /token", (400, {"error": "invalid_grant"}))
        fake.token = "two"
        fake.put(fake.refused)
        with pytest.raises(SignInFailed):
            await anext(lene.messages())
        with pytest.raises(SignInFailed):
            await lene.start("sara@contoso.test")


@pytest.mark.parametrize("status", [404, 410])
async def test_an_application_that_is_gone_is_made_anew(fake, status):
    """It has the same endpoint, is available again, and what went on before has ended."""
    async with fake.client() as lene:
        talk = await talking(fake, lene)
        watching = lene.watch("sara@contoso.test")
        fake.on("POST /subscriptions", (201, links(self="/one")), (201, links(self="/two")))
        seeing = asyncio.create_task(anext(watching))
        await fake.until("POST /subscriptions")
        fake.on("GET /", {}, 503)
        fake.put((status, {"code": "Gone", "subcode": "ApplicationNotFound"}))
        assert [] == [one async for one in talk.messages()]
        with pytest.raises(Ended):
            await talk.send("Hello")
        fake.number = 0
        again = await talking(fake, lene)
        seeing.cancel()

        assert talk is not again
    assert 2 == len(fake.said("POST /subscriptions"))
    endpoints = {json.loads(one.content)["endpointId"] for one in fake.said("POST /applications")}
    assert (2, 1) == (fake.begun, len(endpoints))
    assert 1 == len(fake.said("POST /app2/available"))


async def test_a_command_waits_for_the_new_application(fake):
    async with fake.client() as lene:
        fake.on("POST /start", GONE, accepted(fake))
        starting = asyncio.create_task(lene.start("sara@contoso.test"))
        await fake.until("POST /start")
        fake.put(GONE)
        assert (await starting).people


async def test_who_is_served_elsewhere_now_asks_discovery_and_goes_on_there(fake):
    """R1.8: 403 is the word for it; everything that was under way is lost with the application."""
    async with fake.client() as lene:
        talk = await talking(fake, lene)
        fake.on("GET /", links(redirect="/other"))
        fake.on("GET /other", links(user="/user"))
        fake.put((403, {"code": "Forbidden"}))
        assert [] == [one async for one in talk.messages()]
        fake.number = 0
        assert talk is not await talking(fake, lene)

    assert (2, 1) == (fake.begun, len(fake.said("GET /other")))


async def test_a_command_goes_on_in_the_pool_that_serves_the_user_now(fake):
    async with fake.client() as lene:
        fake.on("POST /start", (403, {"code": "Forbidden"}), accepted(fake))
        fake.on("GET /app1", (403, {"code": "Forbidden"}))
        starting = asyncio.create_task(lene.start("sara@contoso.test"))
        await fake.until("GET /app1", 2)
        fake.put((403, {"code": "Forbidden"}))
        assert (await starting).people


async def test_what_is_forbidden_where_the_user_is_served_stays_forbidden(fake):
    async with fake.client() as lene:
        fake.on("POST /start", (403, {"code": "Forbidden"}))
        with pytest.raises(Refused):
            await lene.start("sara@contoso.test")


async def test_who_is_forbidden_the_events_of_where_she_is_served_has_to_stop(fake):
    async with fake.client() as lene:
        fake.on("POST /applications", lambda _: (200, fake.application()))
        fake.put((403, {"code": "Forbidden"}))
        with pytest.raises(Refused):
            await anext(lene.messages())


async def test_messages_come_once_however_often_a_package_does(fake):
    """The first words are in the invitation, too, and are no message there (R9.27)."""
    first = links(message="data:text/plain,first", conversation=TALK, accept="/accept")
    first["_links"]["decline"] = {"href": "/decline"}
    async with fake.client() as lene:
        messages = lene.messages()
        invite(fake, **first)
        fake.tell(connected(TALK), said(TALK, 1, "first"))
        fake.put({**links(resync="/events?ack=2"), "sender": []})
        fake.number = 1
        fake.tell(connected(TALK), said(TALK, 1, "first"))
        fake.put(LOST)
        fake.tell(said(TALK, 2, "second"), said(TALK, 2, "second"))
        texts = [(await anext(messages)).text for _ in range(2)]
        fake.tell(said(TALK, 3, "third"))
        message = await anext(messages)

        assert ["first", "second", "third"] == [*texts, message.text]
        assert ("sara@contoso.test", 1) == (message.sender.address, message.time.timestamp())
        assert 1 == len(fake.said("POST /accept"))


async def test_an_answer_whose_conversation_is_over_does_not_end_a_bot(fake):
    async with fake.client() as lene:
        invite(fake)
        fake.tell(connected(TALK), said(TALK, 1, "first"))
        message = await anext(lene.messages())
        fake.on("POST /talk/send", (404, {}))
        assert not await message.reply("Hello")
        fake.on("POST /talk/send", delivered(fake))
        assert await message.reply("Hello")


async def test_a_handler_decides_on_invitations(fake):
    seen = asyncio.Queue()

    async def decide(invitation):
        await seen.put(invitation)
        await seen.put(await invitation.accept())
        raise ValueError("a mistake in the handler is logged")

    async with fake.client(on_invitation=decide) as lene:
        invite(fake)
        fake.on("POST /accept", LOST, (409, {"message": "It was accepted."}))
        fake.tell(connected(TALK), said(TALK, 1, "Hello"))
        invitation, talk = await seen.get(), await seen.get()
        assert ("Lunch", "sara@contoso.test") == (invitation.subject, invitation.sender.address)
        assert "Hello" == (await anext(talk.messages())).text
        await invitation.decline()
        assert 1 == len(fake.said("POST /decline"))
        assert lene


async def test_after_a_loss_of_events_it_looks_at_what_has_become_of_everything(fake):
    """One message arrived, one conversation goes on, and one is over."""
    async with fake.client() as lene:
        talk = await talking(fake, lene)
        fake.on("POST /talk/send", Response(201, headers={"Location": "/message"}))
        sending = asyncio.create_task(talk.send("Hello"))
        await fake.until("POST /talk/send")
        fake.on("GET /message", {"status": "Succeeded"})
        fake.on("GET /conversations", links(conversation=TALK), links())
        fake.on("GET /talk", links(messaging="/talk/messaging"))
        fake.on("GET /talk/messaging", links(sendMessage="/talk/elsewhere"))
        fake.tell(resume=True)
        await sending
        fake.on("POST /talk/elsewhere", delivered(fake))
        await talk.send("again")
        fake.tell(resume=True)
        assert [] == [one async for one in talk.messages()]


async def test_activity_is_reported_while_wanted(fake, monkeypatch):
    monkeypatch.setattr(client, "REPORT_EVERY", 0.01)
    async with fake.client() as lene:
        lene.keep_active()
        lene.keep_active()
        await fake.until("POST /app1/activity", 3)
        lene.let_idle()
        reported = len(fake.said("POST /app1/activity"))
        await asyncio.sleep(0.05)
        assert reported == len(fake.said("POST /app1/activity"))


async def test_another_poll_in_its_place_is_no_end(fake):
    async with fake.client() as lene:
        fake.put((409, {"subcode": "PGetReplaced"}))
        fake.put({})
        assert (await talking(fake, lene)).people


async def test_at_the_end_iterations_end(fake):
    async with fake.client() as lene:
        talk = await talking(fake, lene)
        fake.on("POST /talk/send", 201)
        sending = asyncio.create_task(talk.send("Hello"))
        await fake.until("POST /talk/send")

    assert [] == [one async for one in lene.messages()]
    assert [] == [one async for one in talk.messages()]
    with pytest.raises(NotDelivered):
        await sending
    with pytest.raises(Unreachable):
        await lene.start("sara@contoso.test")
