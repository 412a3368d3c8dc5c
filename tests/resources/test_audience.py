"""Who may say something in a conference (R9.46), and who accepted what rang elsewhere."""

from __future__ import annotations

import pytest

from talking import confer, settled, talker


@pytest.fixture
async def people(world):
    names = (("lenea", "Lene Aaling"), ("sarad", "Sara Davis"), ("johnd", "John Doe"))
    return [await talker(world, *name) for name in names]


async def switch(who, what):
    return await who.client.post(f"{who.latest('conversation').href}/{what}AudienceMessaging")


async def test_only_leaders_can_silence_the_audience(people):
    lene, sara, _ = people
    await confer(*people)
    assert "disableAudienceMessaging" in lene.last("conversation").links
    assert "enableAudienceMessaging" not in lene.last("conversation").links
    assert "disableAudienceMessaging" not in sara.last("conversation").links

    assert (403, "Forbidden", None) == (await switch(sara, "disable")).reason
    assert (409, "Conflict", None) == (await switch(lene, "enable")).reason


async def test_an_audience_that_is_to_be_quiet_has_no_links_to_say_anything(people):
    lene, sara, john = people
    await confer(*people)
    say = sara.last("messaging").href_of("sendMessage")
    await sara.do("setIsTyping", "messaging")
    await settled(*people)

    assert 204 == (await switch(lene, "disable")).status
    await settled(*people)
    assert "Disabled" == sara.last("conversation").properties["audienceMessaging"]
    assert "sendMessage" not in sara.last("messaging").links
    assert ("participant", "deleted", "typingParticipants") in [
        (one.rel, one.type, one.inside) for one in lene.events
    ]
    refused = await sara.client.post(say, "but", {"Content-Type": "text/plain"})
    assert (403, "Forbidden", None) == refused.reason

    assert 201 == (await lene.say("now+I+speak")).status
    await settled(*people)
    assert ["now%2bI%2bspeak"] == sara.heard() == john.heard()

    assert 204 == (await switch(lene, "enable")).status
    await settled(*people)
    assert 201 == (await sara.say("but")).status


async def test_who_is_promoted_may_speak(people):
    lene, sara, _ = people
    await confer(*people)
    await switch(lene, "disable")
    path = f"{lene.latest('conversation').href}/participants/{sara.address}"
    await lene.client.post(f"{path}/promote")
    await settled(*people)
    assert 201 == (await sara.say("thanks")).status

    await lene.client.post(f"{path}/demote")
    await settled(*people)
    assert "sendMessage" not in sara.last("messaging").links


async def test_an_application_that_came_too_late_is_told_who_accepted(world, people):
    lene, sara, _ = people
    other = await talker(world, "sarad", at="e2")
    await lene.invite(sara)
    await settled(lene, sara, other)
    await sara.do("accept", "messagingInvitation")
    await settled(lene, sara, other)

    late = other.latest("messagingInvitation")
    assert ("RemoteFailure", "ConnectedElsewhere") == late.reason
    assert late.shown.href_of("acceptedByContact").endswith("people/sarad@contoso.test")
    assert "acceptedByContact" not in sara.last("messagingInvitation").links


async def test_the_first_words_of_a_quiet_audience_are_refused(people):
    lene, sara, _ = people
    await confer(*people)
    await sara.do("stopMessaging", "messaging")
    await switch(lene, "disable")
    await settled(*people)
    href = sara.last("messaging").href_of("addMessaging")

    assert 403 == (await sara.client.post(href, {"message": "but"})).status
    assert 201 == (await sara.client.post(href)).status
