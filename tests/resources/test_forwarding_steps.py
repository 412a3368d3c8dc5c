"""Turning call forwarding on and off (R8.17)."""

from __future__ import annotations

import pytest

from openucwa.domain.contacts import Kind, system_group
from openucwa.domain.ports import EVERYBODY
from world import JSON, XML, Client

SETTINGS = "me/callForwardingSettings"
IMMEDIATE = f"{SETTINGS}/immediateForwardSettings"
RING = f"{SETTINGS}/simultaneousRingSettings"
UNANSWERED = f"{SETTINGS}/unansweredCallSettings"
TO_DELEGATES = "immediateForwardToDelegates"
TO_CONTACT = {
    IMMEDIATE: "immediateForwardToContact",
    RING: "simultaneousRingToContact",
    UNANSWERED: "unansweredCallToContact",
}


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    await world.person("sarad")
    return await world.client(await world.person("lenea"), request.param)


@pytest.fixture
async def voicemail(world):
    for node in world.nodes:
        policies = node.dispatcher.services.policies
        await policies.set(EVERYBODY, "exchangeUnifiedMessaging", "Enabled")


async def state(client: Client) -> tuple[str, str]:
    reply = await client.get(SETTINGS)
    return reply.property("activeSetting"), reply.property("unansweredCallHandling")


@pytest.mark.parametrize(
    ("url", "after"),
    [
        (IMMEDIATE, ("ImmediateForward", "Disabled")),
        (RING, ("SimultaneousRing", "Disabled")),
        (UNANSWERED, ("None", "Enabled")),
    ],
)
@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("sip:SaraD@contoso.test", ("sip:sarad@contoso.test", "User")),
        ("joe@other.test", ("sip:joe@other.test", "User")),
        ("tel:+45-33333333;ext=7", ("tel:+4533333333;ext=7", "Phone")),
    ],
)
async def test_calls_go_to_a_contact(client, url, after, given, seen):
    reply = await client.post(f"{url}/{TO_CONTACT[url]}", {"target": given})
    assert (204, b"") == (reply.status, reply.body)
    assert after == await state(client)

    settings = await client.get(url)
    contact = await client.get(settings.href("contact"))
    assert "Contact" == settings.property("target")
    assert seen == (contact.property("uri"), contact.property("type"))


@pytest.mark.parametrize("url", TO_CONTACT)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"target": ""},
        {"target": "33333333"},
        {"target": "tel:lene"},
        {"target": "sip:lenea@contoso.test"},
        {"target": "sip:unknown@contoso.test"},
        {"target": "sip:" + "x" * 80 + "@other.test"},
        {"target": "sip:joe\u202e@other.test"},
    ],
    ids=["none", "empty", "national", "no number", "herself", "nobody", "long", "invisible"],
)
async def test_a_bad_contact_is_named_and_nothing_changes(client, url, body):
    reply = await client.post(f"{url}/{TO_CONTACT[url]}", body)

    assert (400, ["target"]) == (reply.status, reply.bad)
    assert ("None", "Disabled") == await state(client)


async def test_calls_go_to_voicemail(client, voicemail):
    assert 204 == (await client.post(f"{IMMEDIATE}/immediateForwardToVoicemail")).status
    assert ("ImmediateForward", "Disabled") == await state(client)
    assert "Voicemail" == (await client.get(IMMEDIATE)).property("target")
    assert "contact" not in (await client.get(IMMEDIATE)).links()


async def test_unanswered_calls_go_to_voicemail_or_a_contact_and_back(client, voicemail):
    async def shown():
        reply = await client.get(UNANSWERED)
        return reply.property("target"), int(reply.property("ringDelay"))

    to_contact, to_voicemail, reset = (
        f"{UNANSWERED}/{rel}"
        for rel in (
            "unansweredCallToContact",
            "unansweredCallToVoicemail",
            "resetUnansweredCallSettings",
        )
    )
    body = {"target": "tel:+4533333333", "ringDelay": 60}
    assert 204 == (await client.post(to_contact, body)).status
    assert ("Contact", 60) == await shown()
    assert 204 == (await client.post(f"{to_voicemail}?ringDelay=5")).status
    assert ("Voicemail", 5) == await shown()
    assert 204 == (await client.post(to_contact, body | {"ringDelay": None})).status
    assert ("Contact", 5) == await shown()
    assert 204 == (await client.post(reset)).status
    assert ("Voicemail", 20) == await shown()


@pytest.mark.parametrize("delay", [4, 61, "soon"])
@pytest.mark.parametrize("rel", ["unansweredCallToContact", "unansweredCallToVoicemail"])
async def test_unanswered_calls_wait_5_to_60_seconds(client, voicemail, rel, delay):
    body = {"target": "tel:+4533333333", "ringDelay": delay}
    reply = await client.post(f"{UNANSWERED}/{rel}", body)

    assert (400, ["ringDelay"]) == (reply.status, reply.bad)


@pytest.mark.parametrize(
    "step",
    [
        f"{IMMEDIATE}/immediateForwardToVoicemail",
        f"{UNANSWERED}/unansweredCallToVoicemail",
    ],
)
async def test_there_may_be_no_voicemail(client, step):
    assert (403, "Forbidden", None) == (await client.post(step)).reason


async def test_unanswered_calls_cannot_be_sent_anywhere_while_all_are_forwarded(client, voicemail):
    body = {"target": "sip:sarad@contoso.test"}
    await client.post(f"{IMMEDIATE}/immediateForwardToContact", body)

    for rel in ("unansweredCallToContact", "unansweredCallToVoicemail"):
        reply = await client.post(f"{UNANSWERED}/{rel}", body)
        assert (403, "Forbidden", None) == reply.reason


@pytest.mark.parametrize(
    ("step", "subcode"),
    [
        (f"{IMMEDIATE}/immediateForwardToDelegates", "NoDelegatesConfigured"),
        (f"{RING}/simultaneousRingToDelegates", "NoDelegatesConfigured"),
        (f"{RING}/simultaneousRingToTeam", "NoTeamMembersConfigured"),
    ],
)
async def test_without_delegates_or_a_team_no_calls_go_there(client, step, subcode):
    assert (403, "Forbidden", subcode) == (await client.post(step, {"ringDelay": 5})).reason


async def test_calls_go_to_delegates_while_there_are_any(client):
    delegates = system_group("lenea@contoso.test", Kind.DELEGATES)
    body = {"contactUri": "sip:sarad@contoso.test", "groupId": delegates}
    joined = await client.post("people/groupMemberships", body)

    assert 201 == joined.status
    assert 204 == (await client.post((await client.get(IMMEDIATE)).href(TO_DELEGATES))).status
    assert "Delegates" == (await client.get(IMMEDIATE)).property("target")
    step = (await client.get(RING)).href("simultaneousRingToDelegates")
    assert 204 == (await client.post(step, {"ringDelay": 5})).status
    assert ("SimultaneousRing", "Delegates") == (
        (await client.get(SETTINGS)).property("activeSetting"),
        (await client.get(RING)).property("target"),
    )

    await client.send("DELETE", joined.header("Location"))

    assert "None" == (await client.get(SETTINGS)).property("activeSetting")
    assert TO_DELEGATES not in (await client.get(IMMEDIATE)).links()


async def test_forwarding_is_turned_off(client, voicemail):
    turn_off = f"{SETTINGS}/turnOffCallForwarding"
    assert (409, "Conflict", None) == (await client.post(turn_off)).reason

    await client.post(f"{RING}/simultaneousRingToContact", {"target": "tel:+4533333333"})
    assert (
        204
        == (await client.post((await client.get(SETTINGS)).href("turnOffCallForwarding"))).status
    )
    assert ("None", "Enabled") == await state(client)
    assert "None" == (await client.get(RING)).property("target")


async def test_nobody_is_told_of_a_change(client):
    """R2.16"""
    await client.post("me/makeMeAvailable", {})
    await client.package()
    await client.post(f"{RING}/simultaneousRingToContact", {"target": "tel:+4533333333"})

    assert [] == (await client.package(60)).events()


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_forward_no_calls(world, accept):
    guest = await world.guest(accept)

    for url, rel in TO_CONTACT.items():
        reply = await guest.post(f"{url}/{rel}", {"target": "tel:+4533333333"})
        assert (403, "Forbidden", None) == reply.reason
