"""What people keep of conversations, and what they missed (R9.45, R9.30, R11.5)."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.policies import SqlPolicies
from past_talks import (
    COUNTS,
    JOHN,
    LENE,
    LOGS,
    MESSAGING,
    SARA,
    arrive,
    begin,
    leave,
    logs,
    miss,
    said,
    say,
)
from world import JSON, START, XML

both = pytest.mark.parametrize("accept", [JSON, XML])


@pytest.fixture
def three(world):
    return lambda accept=JSON: arrive(world, accept)


@both
async def test_a_log_tells_of_a_conversation(three, accept):
    lene, sara, _ = await three(accept)
    conversation = await begin(sara, lene, LENE, "Hello  there", subject="Lunch", threadId="t")
    await say(lene, conversation, "Hi.\nWhere?")
    await leave(lene, conversation)
    (path,) = await logs(lene)

    reply = await lene.get(path)
    assert 200 == reply.status
    assert {
        "direction": "Incoming",
        "importance": "Normal",
        "modalities": ["Messaging"],
        "onlineMeetingUri": None,
        "previewMessage": "Hi. Where?",
        "status": "Archived",
        "subject": "Lunch",
        "threadId": "t",
        "type": "MessageLog",
    } == {
        name: reply.property(name)
        for name in (
            *("direction", "importance", "modalities", "onlineMeetingUri", "previewMessage"),
            *("status", "subject", "threadId", "type"),
        )
    }
    assert "1" == str(reply.property("totalRecipientsCount"))
    assert {"continueMessaging", "conversationLogTranscripts"} == reply.links()
    (mirrored,) = await logs(sara)
    assert "Outgoing" == (await sara.get(mirrored)).property("direction")


@both
async def test_a_recipient_leads_to_the_person(three, accept):
    lene, sara, _ = await three(accept)
    await begin(lene, sara, SARA)
    (path,) = await logs(lene)
    log = (await lene.get(path, {"Accept": JSON})).tree

    (shown,) = log["_embedded"]["conversationLogRecipient"]
    assert ("Sara Davis", f"sip:{SARA}") == (shown["displayName"], shown["sipUri"])
    reply = await lene.get(shown["_links"]["self"]["href"])
    assert "Sara Davis" == reply.property("displayName")
    assert {"contact", "contactPhoto", "contactPresence"} == reply.links()
    assert f"{lene.path}/people/{SARA}" == reply.href("contact")


@pytest.mark.parametrize(
    "path",
    [
        "999",
        "0",
        "-1",
        "x",
        "1e3",
        "٣",
        "9" * 25,
        "9007199254740993",
        "{log}/conversationLogRecipients/lenea@contoso.test",
        "{log}/conversationLogRecipients/nobody@contoso.test",
        "{log}/conversationLogRecipients/nobody",
        "{log}/conversationLogTranscripts/9",
        "{log}/conversationLogTranscripts/0",
        "{log}/conversationLogTranscripts/x/messageTranscript",
    ],
)
async def test_what_is_not_there_is_not_found(three, path):
    lene, sara, _ = await three()
    await begin(lene, sara, SARA, "Hello")
    own = (await logs(lene))[0].rpartition("/")[2]

    assert (404, "NotFound", None) == (await lene.get(f"{LOGS}/{path.format(log=own)}")).reason


@both
async def test_logs_of_others_are_not_found(three, accept):
    lene, sara, john = await three(accept)
    await begin(sara, john, JOHN, "Secret")
    ((path,), (other,)) = await logs(sara), await logs(john)

    for one in (path, other):
        for method, below in (
            *[("GET", below) for below in ("", "/conversationLogTranscripts")],
            ("GET", "/conversationLogTranscripts/nextConversationLogTranscripts"),
            *[("GET", f"/conversationLogTranscripts/1{below}") for below in ("/", "")],
            ("GET", "/conversationLogTranscripts/1/messageTranscript"),
            ("GET", f"/conversationLogRecipients/{SARA}"),
            ("DELETE", ""),
            ("POST", "/markAsRead"),
            ("POST", "/continueMessaging"),
        ):
            reply = await lene.send(method, f"{one}{below}")
            assert (404, "NotFound", None) == reply.reason, below
    assert [] == await logs(lene)
    assert [] == await logs(lene, "?query=secret")


async def test_guests_keep_nothing(world):
    guest = await world.guest()

    for path in (LOGS, "communication/missedItems", f"{LOGS}/1"):
        assert (403, "Forbidden", None) == (await guest.get(path)).reason
    shown = await guest.get("communication")
    assert shown.links().isdisjoint({"conversationLogs", "missedItems"})


async def test_the_newest_log_comes_first(three):
    lene, sara, john = await three()
    first = await begin(lene, sara, SARA, subject="one")
    await lene.world.advance(5)
    await begin(lene, john, JOHN, subject="two")
    await lene.world.advance(5)

    async def subjects(query=""):
        return [(await lene.get(path)).property("subject") for path in await logs(lene, query)]

    assert ["two", "one"] == await subjects()
    await say(sara, first, "Still here")
    assert ["one", "two"] == await subjects()
    assert ["one"] == await subjects("?limit=1")


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", ""])
async def test_a_limit_is_a_number_up_to_a_thousand(three, limit):
    lene, *_ = await three()

    reply = await lene.get(f"{LOGS}?limit={limit}")
    assert (400, ["limit"]) == (reply.status, reply.bad)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lunch", 1),
        ("LUN%20s%c3%a5ra", 1),
        ("lun%20john", 0),
        ("caf%c3%a9", 1),
        ("CAFE", 1),
        ("afe", 0),
        ("", 2),
        ("+", 2),
        ("!?", 0),
        ("%25", 0),
    ],
)
async def test_a_search_finds_words_of_ones_own_history(three, query, found):
    """Without case and accents; without words, everything, and with nothing but signs, nothing."""
    lene, sara, _ = await three()
    await leave(lene, await begin(lene, sara, SARA, "See you at the Café!", subject="Lunch"))
    await leave(lene, await begin(lene, sara, SARA))

    assert found == len(await logs(lene, f"?query={query}"))


# --- deleting


@both
async def test_everyone_deletes_her_own_copy(three, accept):
    lene, sara, _ = await three(accept)
    await leave(sara, await begin(lene, sara, SARA, "Hello"))
    ((path,), (other,)) = await logs(lene), await logs(sara)

    assert 204 == (await lene.delete(path)).status
    assert (404, "NotFound", None) == (await lene.get(path)).reason
    assert ["Hello"] == await said(sara, other)


@both
async def test_a_conversation_that_goes_on_cannot_be_deleted(three, accept):
    """It is written to all the time; leave it first."""
    lene, sara, _ = await three(accept)
    conversation = await begin(lene, sara, SARA, "Hello")
    (path,) = await logs(lene)

    assert (409, "Conflict", None) == (await lene.delete(path)).reason
    await leave(lene, conversation)
    assert 204 == (await lene.delete(path)).status
    await lene.world.advance(100)
    assert [] == await logs(lene)


async def test_who_deletes_what_she_missed_is_told_how_much_is_left(three):
    lene, sara, _ = await three()
    await miss(sara, LENE)
    await lene.news()

    await lene.delete((await logs(lene))[0])
    package = (await lene.package()).tree
    shown = package["sender"][0]["events"][0]["_embedded"]["missedItems"]
    assert [0, 0, 0] == [shown[name] for name in COUNTS]


# --- going on


@both
async def test_a_conversation_is_continued_in_its_thread(three, accept):
    """R9.3, R11.5"""
    lene, sara, _ = await three(accept)
    await miss(sara, LENE, subject="Lunch", threadId="t")
    (path,) = await logs(lene)

    reply = await lene.post(f"{path}/continueMessaging", {"operationId": "o"})
    assert (201, b"") == (reply.status, reply.body)
    invitation = await lene.get(reply.header("Location"))
    assert ("t", "Lunch", "o", "Outgoing") == tuple(
        invitation.property(name) for name in ("threadId", "subject", "operationId", "direction")
    )
    again = await lene.post(f"{path}/continueMessaging", {"operationId": "o"})
    assert reply.header("Location") == again.header("Location")
    other = await lene.post(f"{path}/continueMessaging", {"operationId": "p"})
    assert (409, "Conflict", "ThreadIdAlreadyExists") == other.reason


async def test_the_first_words_go_with_it(three):
    lene, sara, _ = await three()
    await leave(lene, await begin(lene, sara, SARA))
    await sara.news()
    (path,) = await logs(lene)

    message = {"_links": {"message": {"href": "data:text/plain;base64,SGVsbG8="}}}
    assert 201 == (await lene.post(f"{path}/continueMessaging", message)).status
    assert b"data:text/plain;charset=utf-8,Hello" in (await sara.package()).body


async def test_a_conference_is_kept_and_cannot_be_continued(three):
    lene, sara, john = await three()
    conversation = await begin(lene, sara, SARA, "One")
    added = await lene.post(
        "communication/participantInvitations",
        {"to": f"sip:{JOHN}", "conversation": conversation.rpartition("/")[2]},
    )
    invitation = added.header("Location").rpartition("/")[2]
    for base in ("onlineMeetingInvitations", "participantInvitations"):
        accepted = await john.post(f"communication/{base}/{invitation}/accept")
        if accepted.status == 204:
            break
    assert 204 == accepted.status
    await say(lene, conversation, "Two")
    (path,) = await logs(john)

    reply = await john.get(path)
    assert ("ConferenceLog", 2) == (reply.property("type"), reply.property("totalRecipientsCount"))
    assert reply.property("onlineMeetingUri").startswith("sip:")
    assert ["Two"] == await said(john, path)
    assert ["One", "Two"] == await said(lene, (await logs(lene))[0])
    assert "continueMessaging" not in reply.links()
    assert (409, "Conflict", None) == (await john.post(f"{path}/continueMessaging")).reason


# --- what is kept at all


@pytest.mark.parametrize("policy", ["messageArchiving", "saveMessagingHistory"])
async def test_who_may_keep_nothing_keeps_nothing(world, three, policy):
    lene, sara, _ = await three()
    await SqlPolicies(world.server.database).set(LENE, policy, "Disabled")
    await world.advance(11)
    await leave(sara, await begin(sara, lene, LENE, "Hello"))

    assert [] == await logs(lene)
    assert ["Hello"] == await said(sara, (await logs(sara))[0])


async def test_conversations_are_kept_for_so_many_days(tmp_path, world_with):
    world = await world_with(messages={"retention": 2})
    for address in (LENE, SARA):
        await world.person(address.partition("@")[0])
    lene, sara = [await world.available(one, **MESSAGING) for one in (LENE, SARA)]
    await leave(lene, await begin(lene, sara, SARA, "Hello"))
    assert 1 == len(await logs(lene))

    world.clock.time = START + 3 * 86_400
    await world.flush()
    lene = await world.client(LENE)
    assert [] == await logs(lene)
