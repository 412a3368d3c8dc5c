"""The application, and the packages of events that it gets."""

from __future__ import annotations

import json

import httpx2
import pytest

from fake_ucwa import LOST, URL, event, links
from openucwa.client import Refused
from openucwa.client.application import Application
from openucwa.client.transport import Transport


@pytest.fixture
async def application(fake):
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(fake.answer))
    transport = Transport(URL, "lene@contoso.test", "secret", http)
    made = Application(transport)
    await made.create()
    yield made
    await transport.close()


async def test_it_says_who_it_is(fake, application):
    about = json.loads(fake.said("POST /applications")[0].content)

    assert "/app1" == application.href
    assert about["userAgent"].startswith("openucwa-client/")
    assert ("en-US", 32) == (about["culture"], len(about["endpointId"]))


@pytest.mark.parametrize("answer", [204, (409, {"subcode": "AlreadyExists"}), LOST])
async def test_it_becomes_available_for_messages(fake, application, answer):
    """Who was available already, or did not hear that she is, is so."""
    fake.on("POST /app1/available", answer)
    fake.on("GET /app1", {**links(self="/app1"), "_embedded": {"me": links(note="/note")}})
    await application.make_available()

    given = {"supportedModalities": ["Messaging"], "supportedMessageFormats": ["Plain"]}
    assert given == json.loads(fake.said("POST /app1/available")[-1].content)
    assert application.part("me").has("note")


async def test_a_refusal_to_make_it_available_is_no_secret(fake, application):
    fake.on("POST /app1/available", 403)

    with pytest.raises(Refused):
        await application.make_available()


async def test_packages_are_asked_for_by_their_links(fake, application):
    for _ in range(2):
        fake.tell(event("note", "/note"))

    assert [1, 1] == [len((await application.package()).events) for _ in range(2)]
    assert ["/app1/events", "/events?ack=2"] == [one.removeprefix(URL) for one in fake.polls]


async def test_a_package_whose_answer_was_lost_is_asked_for_again(fake, application):
    fake.put(LOST)
    fake.put(503)
    fake.tell(event("note", "/note"))

    assert 1 == len((await application.package()).events)
    assert [f"{URL}/app1/events"] * 3 == fake.polls


async def test_a_package_that_comes_again_is_empty(fake, application):
    fake.tell(event("note", "/note"))
    fake.put({**links(self="/events?ack=7", resync="/events?ack=1"), "sender": []})
    fake.number = 0
    fake.tell(event("note", "/note"))
    fake.tell(event("note", "/note"))

    packages = [await application.package() for _ in range(4)]
    assert [1, 0, 0, 1] == [len(one.events) for one in packages]
    assert "/events?ack=1" == packages[1].following


async def test_a_package_that_was_empty_may_have_events_the_next_time(fake, application):
    """The server waits for them again under the same number (R3.10)."""
    fake.tell()
    fake.number = 0
    fake.tell(event("note", "/note"))

    assert [0, 1] == [len((await application.package()).events) for _ in range(2)]
