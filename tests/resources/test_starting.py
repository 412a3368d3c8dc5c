"""Beginning to talk: whom, about what, and whether it rings (R9.1-R9.8, R11.2, R13.1)."""

from __future__ import annotations

import pytest

from talking import INVITATIONS, settled, talk, talker
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
SARA = "sip:sarad@contoso.test"
HELLO = "data:text/plain;charset=utf-8,Hello"


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


async def begun(caller):
    """Return how many conversations somebody has."""
    reply = await caller.client.get("communication/conversations", {"Accept": JSON})
    return len(reply.tree["_links"].get("conversation", []))


# --- the answer


@both
async def test_r9_1_the_answer_leads_to_the_invitation(world, sara, accept):
    lene = await talker(world, "lenea", accept=accept)
    reply = await lene.invite(sara)

    assert (201, b"", "0") == (reply.status, reply.body, reply.header("Content-Length"))
    assert "no-cache" == reply.header("Cache-Control")
    await lene.packages()
    assert reply.header("Location") == lene.latest("messagingInvitation").href
    assert 200 == (await lene.client.get(reply.header("Location"))).status


@both
async def test_r9_2_what_is_given_is_shown(world, sara, accept):
    lene = await talker(world, "lenea", accept=accept)
    given = {
        "operationId": "op 1",
        "subject": "Lunch <&> æ",
        "importance": "urgent",
        "threadId": "Ac7b==",
        "sessionContext": "x",
        "telemetryId": None,
    }
    await lene.invite(sara, **given)
    await settled(lene, sara)
    shown = [who.last("messagingInvitation").properties for who in (lene, sara)]
    told = [("Lunch <&> æ", "Urgent", "Ac7b==")] * 2

    assert told == [(one["subject"], one["importance"], one["threadId"]) for one in shown]
    assert ["op 1", None] == [one.get("operationId") for one in shown]


async def test_r9_2_the_operation_of_who_named_none_has_an_id(lene, sara):
    await lene.invite(sara)
    await settled(lene, sara)

    assert lene.last("messagingInvitation").properties["operationId"]
    assert "" == sara.last("messagingInvitation").properties["subject"]


async def test_r11_2_the_id_is_in_each_event_of_the_operation(lene, sara):
    await talk(lene, sara, operationId="op1")
    told = [one.shown for one in lene.events if one.rel == "messagingInvitation"]

    assert ["op1"] * 2 == [shown.properties["operationId"] for shown in told]


@pytest.mark.parametrize("query", ["?operationId=op2", "?OperationID=op2&subject=x"])
async def test_r4_17_parameters_in_the_query(lene, sara, query):
    """C2: all of them; the body wins."""
    reply = await lene.client.post(f"{INVITATIONS}{query}&to={SARA}", {"subject": "body"})
    await settled(lene, sara)
    shown = lene.last("messagingInvitation").properties

    assert 201 == reply.status
    assert ("op2", "body") == (shown["operationId"], shown["subject"])


@pytest.mark.parametrize(
    "to", [SARA, "sarad@contoso.test", "SIP:SaraD@Contoso.Test", "sip:sarad%40contoso.test"]
)
async def test_r4_23_whom_however_she_is_written(lene, sara, to):
    reply = await lene.client.post(INVITATIONS, {"to": to})
    expected = 201 if "%" not in to else 400

    assert expected == reply.status


@pytest.mark.parametrize("path", ["communication/startMessaging", "Communication/StartMessaging"])
async def test_r1_14_other_places_that_begin(lene, sara, path):
    reply = await lene.client.post(path, {"to": SARA})

    assert (201, 1) == (reply.status, await begun(lene))


# --- the first words (R4.18, R9.27, CLIENT-RULES R30)


@pytest.mark.parametrize(
    "body",
    [
        {"message": HELLO},
        {"Message": HELLO},
        {"message": "Hello"},
        {"_links": {"message": {"href": HELLO}}},
        {"_links": {"message": {"href": "data:text/plain;base64,SGVsbG8="}}},
        {"_links": {"message": {"href": "data:text/plain;charset=utf8,Hello"}}},
        {"_links": {"message": {"href": "DATA:,Hello"}, "self": {"href": "/x"}}},
    ],
    ids=range(7),
)
async def test_r4_18_all_ways_to_give_the_first_words(lene, sara, body):
    await lene.client.post(INVITATIONS, {"to": SARA, **body})
    await settled(lene, sara)

    assert "data:text/plain;charset=utf-8,Hello" == sara.last("messagingInvitation").href_of(
        "message"
    )


async def test_r4_18_the_first_words_in_xml(world, sara):
    lene = await talker(world, "lenea", accept=XML)
    body = (
        '<input xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">'
        f'<property name="to">{SARA}</property><link rel="message" href="{HELLO}"/></input>'
    )
    await lene.client.post(INVITATIONS, body, {"Content-Type": XML})
    await settled(lene, sara)

    assert HELLO == sara.last("messagingInvitation").href_of("message")


async def test_r9_48_html_is_made_plain_for_who_cannot_read_it(lene, sara):
    message = "data:text/html;charset=utf-8,%3cp%3eHello%3c/p%3e%3cscript%3ealert(1)%3c/script%3e"
    await lene.invite(sara, message=message)
    await settled(lene, sara)

    assert HELLO == sara.last("messagingInvitation").href_of("message")


# --- whether it rings


NOBODY = ("RemoteFailure", "TemporarilyUnavailable")


async def outcome(caller):
    """Return the reason with which the invitation failed at once, or None if it rings."""
    await caller.packages()
    event = caller.latest("messagingInvitation")
    return event.reason if event.type == "completed" else None


@pytest.mark.parametrize(
    ("modalities", "reason"),
    [(["Messaging"], None), (["Messaging", "Audio"], None), ([], NOBODY), (["Audio"], NOBODY)],
)
async def test_r9_8_it_rings_where_messages_are_wanted(world, lene, modalities, reason):
    sara = await talker(world, "sarad", supportedModalities=modalities)
    await lene.invite(sara)

    assert reason == await outcome(lene)
    assert (reason is None) == ("messagingInvitation" in {one.rel for one in await sara.hear()})


async def test_r9_8_no_lurker_is_rung(world, lene):
    """Nobody is there: she learns of it from the list of what she missed."""
    address = await world.person("sarad")
    lurking = await world.client(address)
    await lene.client.post(INVITATIONS, {"to": SARA})

    assert NOBODY == await outcome(lene)
    rels = {rel for _, _, rel, *_ in await lurking.news()}
    assert set() == rels & {"messagingInvitation", "conversation"}


async def test_r20_who_begins_may_be_a_lurker(world, sara):
    """CLIENT-RULES R20: clients that only send."""
    lene = await world.client(await world.person("lenea"))
    reply = await lene.post(INVITATIONS, {"to": SARA})
    await sara.packages()

    assert (201, "Incoming") == (
        reply.status,
        sara.last("messagingInvitation").properties["direction"],
    )


async def levelled(world, owner, contact, level):
    """Have somebody treat somebody else differently."""
    await owner.client.join(contact.address)
    href = owner.client.person(contact.address, "privacyRelationship")
    shown = await owner.client.get(href)
    body = {shown.guid: "x", "relationshipLevel": level}
    reply = await owner.client.put(href, body, {"If-Match": "*"})
    assert reply.status == 200, reply.body


@pytest.mark.parametrize(
    ("level", "reason"),
    [("Colleagues", ("RemoteFailure", "DoNotDisturb")), ("Workgroup", None), ("Blocked", NOBODY)],
)
async def test_r5_7_who_does_not_want_to_be_disturbed(world, lene, sara, level, reason):
    """R8.15: a workgroup may interrupt; who is blocked finds nobody."""
    await levelled(world, sara, lene, level)
    await sara.client.post("me/presence", {"availability": "DoNotDisturb"})
    await lene.invite(sara)

    assert reason == await outcome(lene)


async def test_who_is_blocked_leaves_no_trace(world, lene, sara):
    await levelled(world, sara, lene, "Blocked")
    await sara.packages()
    await lene.invite(sara)

    assert NOBODY == await outcome(lene)
    assert [] == await sara.hear()


async def test_r9_7_it_rings_in_all_applications(world, lene, sara):
    phone = await talker(world, "sarad", at="e2")
    await lene.invite(sara)
    await settled(lene, sara, phone)

    assert ["Connecting"] * 2 == [
        who.last("messagingInvitation").properties["state"] for who in (sara, phone)
    ]


# --- what is refused


@both
@pytest.mark.parametrize(
    ("body", "reason", "bad"),
    [
        ({}, (400, "BadRequest", "ParameterValidationFailure"), ["to"]),
        ({"to": "nonsense"}, (400, "BadRequest", "ParameterValidationFailure"), ["to"]),
        ({"to": "sip:@"}, (400, "BadRequest", "ParameterValidationFailure"), ["to"]),
        ({"to": "x" * 501}, (400, "BadRequest", "ParameterValidationFailure"), ["to"]),
        (
            {"to": SARA, "operationId": "x" * 51, "subject": "x" * 251, "threadId": "x" * 251},
            (400, "BadRequest", "ParameterValidationFailure"),
            ["operationId", "subject", "threadId"],
        ),
        (
            {"to": SARA, "importance": "High"},
            (400, "BadRequest", "ParameterValidationFailure"),
            ["importance"],
        ),
        ({"to": "sip:nobody@contoso.test"}, (404, "NotFound", "DestinationNotFound"), None),
        ({"to": "sip:x@elsewhere.test"}, (404, "NotFound", "DestinationNotFound"), None),
        ({"to": "sip:lenea@contoso.test"}, (403, "Forbidden", None), None),
        ({"to": SARA, "message": "x" * 8001}, (413, "EntityTooLarge", None), None),
        *[
            (
                {"to": SARA, "message": wrong},
                (400, "BadRequest", "ParameterValidationFailure"),
                ["message"],
            )
            for wrong in ([1], ["a", "b"])
        ],
        ({"conversation": "x"}, (404, "NotFound", "ConversationNotFound"), None),
    ],
    ids=range(13),
)
async def test_r11_6_what_is_refused_begins_nothing(sara, accept, body, reason, bad):
    lene = await talker(sara.world, "lenea", accept=accept)
    reply = await lene.client.post(INVITATIONS, body)

    assert reason == reply.reason
    assert bad is None or bad == reply.bad
    assert ([], 0) == (await lene.hear(), await begun(lene))


async def test_r9_3_a_thread_that_goes_on_is_not_begun_twice(world, lene, sara):
    await lene.invite(sara, threadId="T")
    again = await lene.invite(sara, threadId="T")
    john = await talker(world, "johnd")

    assert (409, "Conflict", "ThreadIdAlreadyExists") == again.reason
    assert 201 == (await john.invite(sara, threadId="T")).status  # nobody is told of others'
    await settled(lene)
    await lene.do("cancel", "messagingInvitation")
    assert 201 == (await lene.invite(sara, threadId="T")).status


async def test_r9_15_there_is_a_limit(world_with):
    world = await world_with(messages={"conversations": 2})
    lene, sara = await talker(world, "lenea"), await talker(world, "sarad")
    for _ in range(2):
        assert 201 == (await lene.invite(sara)).status

    assert (409, "Conflict", "TooManyConversations") == (await lene.invite(sara)).reason
    assert 2 == await begun(lene)


async def test_r11_2_who_asks_again_gets_the_same(world, lene, sara):
    """The answer may have been lost; what differs in anything is another conversation (R18)."""
    first = await lene.invite(sara, operationId="a", subject="x")
    again = await lene.invite(sara, operationId="a", subject="x")
    others = [
        await lene.invite(sara, operationId="a", subject="y"),
        await lene.invite(sara, operationId="b", subject="x"),
    ]
    await world.advance(0.15)

    assert first.header("Location") == again.header("Location")
    assert 3 == len({reply.header("Location") for reply in (first, *others)})
    assert 3 == await begun(lene)


@pytest.mark.parametrize("scope", ["Conversations.Initiate", "Conversations.Receive"])
async def test_r13_3_either_scope_is_enough(world, sara, scope):
    lene = await world.limited(await world.person("lenea"), scope)

    assert 201 == (await lene.post(INVITATIONS, {"to": SARA})).status


async def test_r13_1_other_scopes_are_not(world, sara):
    lene = await world.limited(await world.person("lenea"), "User.ReadWrite", "Contacts.ReadWrite")

    assert (403, "Forbidden", None) == (await lene.post(INVITATIONS, {"to": SARA})).reason


async def test_r2_26_guests_begin_nothing(world, sara):
    reply = await (await world.guest()).post(INVITATIONS, {"to": SARA})

    assert (403, "Forbidden") == reply.reason[:2]
    assert [] == await sara.hear()


async def test_r7_11_beginning_to_talk_shows_that_one_is_at_work(world, lene, sara):
    await world.advance(301)
    assert "Online" != (await lene.client.get("me/presence")).property("availability")
    await lene.invite(sara)

    assert "Online" == (await lene.client.get("me/presence")).property("availability")
