"""Tokens for guests of meetings (BEHAVIOUR 1.7, R1.38, R1.40), and guesses that get none."""

from __future__ import annotations

import pytest

from convened import arrange, ask, gather, join, visitor
from talking import settled, talker
from world import APPLICATIONS, Client, World


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


async def identity_of(world, token):
    header = f"Bearer {token}".encode()
    return await world.server.dispatcher.authenticator.identify(header, world.clock.now())


async def test_r1_38_a_guest_gets_a_token_for_an_hour_and_one_meeting(world, lene):
    uri = await arrange(lene)
    reply = await ask(world, uri)
    given = reply.tree

    assert (200, "no-store") == (reply.status, reply.header("Cache-Control"))
    assert 3500 < given["expires_in"] <= 3600
    identity = await identity_of(world, given["access_token"])
    assert (True, uri.rpartition(":")[2]) == (identity.anonymous, identity.meeting)
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    world.clock.time += given["expires_in"]
    assert 401 == (await world.ask("POST", APPLICATIONS, "", headers)).status


async def test_two_guests_are_two_people(world, lene):
    uri = await arrange(lene)
    tokens = [(await ask(world, uri)).tree["access_token"] for _ in range(2)]
    first, second = [await identity_of(world, token) for token in tokens]

    assert first.address != second.address


async def test_ms_rtc_renew_keeps_the_participant(world, lene):
    """Test checklist 7: the application goes on, and she stays in the meeting."""
    uri = await arrange(lene)
    guest = await visitor(world, uri)
    await gather(uri, lene)
    await join(guest, uri)
    await settled(lene, guest)
    renewed = (await ask(world, uri, ms_rtc_renew=guest.client.token)).tree["access_token"]

    guest.client.token = renewed
    assert 200 == (await guest.client.get(guest.latest("conversation").href)).status
    identity = await identity_of(world, renewed)
    assert guest.address == identity.address


async def test_a_token_of_another_meeting_or_person_renews_nothing(world, lene):
    uri, other = await arrange(lene), await arrange(lene)
    old = (await ask(world, other)).tree["access_token"]
    for token in (old, lene.client.token, "cwt=nonsense", "", "x" * 5000):
        reply = await ask(world, uri, ms_rtc_renew=token)
        identity = await identity_of(world, reply.tree["access_token"])
        assert identity.anonymous
        assert (await identity_of(world, old)).address != identity.address


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"password": "WRONGKEY"}, "invalid_grant"),
        ({"password": ""}, "invalid_request"),
        ({"ms_rtc_conferenceuri": ""}, "invalid_request"),
        ({"ms_rtc_conferenceuri": "nonsense"}, "invalid_grant"),
        (
            {"ms_rtc_conferenceuri": "sip:x@contoso.test;gruu;opaque=app:conf:focus:id:NOSUCH"},
            "invalid_grant",
        ),
        ({"password": "\u00e9\u2603"}, "invalid_grant"),
    ],
)
async def test_r1_41_who_gets_none(world, lene, fields, error):
    reply = await ask(world, await arrange(lene), **fields)

    assert (400, error) == (reply.status, reply.tree["error"])


async def test_keys_and_addresses_are_read_in_any_case(world, lene):
    uri = await arrange(lene)
    key = uri.rpartition(":")[2]

    assert 200 == (await ask(world, uri.lower(), password=key.lower())).status
    assert 200 == (await ask(world, uri.removeprefix("sip:"))).status


async def test_guessing_locks_a_meeting_for_a_minute(tmp_path):
    world = await World.create(tmp_path, limits={"failed_sign_ins": 2, "failed_guests": 100})
    lene = await talker(world, "lenea")
    uri, other = await arrange(lene), await arrange(lene)
    for _ in range(2):
        assert 400 == (await ask(world, uri, password="WRONGKEY")).status

    assert 400 == (await ask(world, uri)).status
    assert 200 == (await ask(world, other)).status
    world.clock.time += 61
    assert 200 == (await ask(world, uri)).status
    await world.close()


async def test_guessing_of_many_meetings_locks_all_of_them(tmp_path):
    world = await World.create(tmp_path, limits={"failed_sign_ins": 5, "failed_guests": 3})
    lene = await talker(world, "lenea")
    uri = await arrange(lene)
    for number in range(3):
        guess = uri[:-8] + f"GUESS{number:03}"
        assert 400 == (await ask(world, guess)).status

    assert 400 == (await ask(world, uri)).status
    assert (await world.token(lene.address)).startswith("cwt="), "people get in all the same"
    world.clock.time += 61
    assert 200 == (await ask(world, uri)).status
    await world.close()


@pytest.mark.parametrize("guests", [True, False])
async def test_r1_35_the_challenge_offers_what_works(tmp_path, guests):
    world = await World.create(tmp_path, meetings={"guests": guests})
    lene = await talker(world, "lenea")
    uri = await arrange(lene)
    reply = await world.ask("GET", f"{APPLICATIONS}/1")
    challenge = next(one for one in reply.all("WWW-Authenticate") if "MsRtcOAuth" in one)

    assert ('urn:microsoft.rtc:anonmeeting,password"' in challenge) is guests
    reply = await ask(world, uri)
    outcome = reply.tree.get("error")
    assert (200, None) if guests else (400, "unsupported_grant_type") == (reply.status, outcome)
    await world.close()


async def test_a_meeting_that_is_deleted_lets_nobody_in(world, lene):
    uri = await arrange(lene)
    token = (await ask(world, uri)).tree["access_token"]
    own = f"onlineMeetings/myOnlineMeetings/{uri.rpartition(':')[2]}"
    shown = await lene.client.get(own)
    headers = {"If-Match": shown.header("ETag")}
    assert 204 == (await lene.client.delete(own, headers)).status
    client = Client(world, token)
    await client.create()
    reply = await client.post(
        "communication/onlineMeetingInvitations",
        {"onlineMeetingUri": uri, "anonymousDisplayName": "G"},
    )

    assert 404 == reply.status
    assert 400 == (await ask(world, uri)).status
