"""What is said: in which ways, and to whom it gets (R9.20-R9.23, R9.28, R9.32, R9.48)."""

from __future__ import annotations

import pytest

from openucwa.app.render import GUID_VALUE
from talking import TEXT, confer, settled, talk, talker
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
PLAIN_AND_HTML = {"supportedMessageFormats": ["Plain", "Html"]}
HTML = {"Content-Type": "text/html"}
FAILED = ("RemoteFailure", "Unreachable")


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


@pytest.fixture
async def john(world):
    return await talker(world, "johnd", "John Doe")


@pytest.fixture
async def talking(lene, sara):
    await talk(lene, sara)


# --- all ways to say something


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Hi there", "text/plain"),
        ("Hi there", "text/plain; charset=utf-8"),
        ("Hi there", "TEXT/PLAIN"),
        ("\ufeffHi there", "text/plain"),
        ("Hi there", ""),
        ("Hi there", None),
        ("Hi there", "application/json"),
        ("Hi there", "application/xml"),
        ("Hi there", "application/x-www-form-urlencoded"),
        ('{"message":"Hi there"}', "application/json"),
        ('{"Message":"data:text/plain;charset=utf-8,Hi+there"}', "application/json"),
        ('{"_links":{"message":{"href":"data:text/plain,Hi%20there"}}}', "application/json"),
        ('{"_links":{"message":{"href":"data:;base64,SGkgdGhlcmU="}}}', "application/json"),
        ('<input><property name="message">Hi there</property></input>', "application/xml"),
        ('<input><link rel="message" href="data:,Hi+there"/></input>', "application/xml"),
    ],
    ids=range(15),
)
async def test_r9_21_bodies_whatever_they_claim(talking, lene, sara, body, kind):
    """R1.25, R4.18, CLIENT-RULES R28"""
    headers = {} if kind is None else {"Content-Type": kind}
    reply = await lene.say(body, headers=headers or {"Accept": JSON})
    await settled(lene, sara)

    assert 201 == reply.status
    assert ["Hi+there"] == sara.heard()


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        ('{"a":1}', "%7b%22a%22%3a1%7d"),
        ("[1]", "%5b1%5d"),
        ('"quoted"', "%22quoted%22"),
        ("{not json", "%7bnot+json"),
        ("a+b&c=d %41", "a%2bb%26c%3dd+%2541"),
        ("line\r\nline", "line%0d%0aline"),
        ("æ €", "%c3%a6+%e2%82%ac"),
        ("data:text/plain,x", "data%3atext%2fplain%2cx"),
    ],
    ids=range(8),
)
async def test_r9_21_text_is_text(talking, lene, sara, body, heard):
    """Nothing in it is taken for parameters unless it says what the message is."""
    assert 201 == (await lene.say(body, headers={"Content-Type": "application/json"})).status
    await settled(lene, sara)

    assert [heard] == sara.heard()


@pytest.mark.parametrize(
    "query",
    [
        "?OperationContext=a",
        "?operationContext=a",
        "?SessionContext=a",
        "?operationId=a",
        "?OPERATIONID=a&x=y",
        "?message=not+this",
    ],
)
async def test_r9_20_names_of_the_operation(talking, lene, sara, query):
    reply = await lene.say("Hi", query)
    await settled(lene, sara)

    named = "operationid" in query.lower()
    assert 201 == reply.status
    assert ("a" if named else None) == lene.last("message").properties.get("operationId")
    assert ["Hi"] == sara.heard()


async def test_r9_23_a_message_is_answered_at_its_own_place(talking, lene, sara):
    """CLIENT-RULES R29: there are bots that do so."""
    await lene.say("Hi")
    await settled(lene, sara)
    reply = await sara.client.post(sara.latest("message").href, "Hello", TEXT)
    await settled(sara, lene)

    assert (201, ["Hello"]) == (reply.status, lene.heard())


async def test_r16_23_other_places_that_say(talking, lene, sara):
    href = lene.latest("conversation").href
    await lene.client.post(f"{href}/messaging/sendMessage", "Hi", TEXT)
    await lene.client.post(f"{href}/Messaging/SetIsTyping")
    await settled(lene, sara)

    assert ["Hi"] == sara.heard()
    assert "added" == sara.latest("participant").type
    assert 204 == (await lene.client.post(f"{href}/messaging/stopMessaging")).status


@both
async def test_r9_20_r9_28_what_is_shown(world, lene, accept):
    sara = await talker(world, "sarad", "Sara Davis", accept=accept)
    await talk(lene, sara)
    reply = await lene.say("Hi")
    await settled(lene, sara)
    shown = sara.last("message")

    assert reply.header("Location").startswith("/ucwa/")
    assert ("Incoming", "Succeeded") == tuple(
        shown.properties[name] for name in ("direction", "status")
    )
    assert "data:text/plain;charset=utf-8,Hi" == shown.href_of("plainMessage")
    assert shown.href_of("contact") == sara.client.path + "/people/lenea@contoso.test"
    assert shown.href_of("contact") == (
        sara.last("messagingInvitation").embedded["from"][0].href_of("contact")
    )
    assert "Lene Aaling" == shown.title_of("participant")
    moment = "/Date(" if accept == JSON else "2026-"
    assert shown.properties["timeStamp"].startswith(moment)


async def test_order_is_kept(talking, lene, sara):
    for number in range(20):
        await lene.say(str(number))
        if number % 7 == 0:
            await sara.packages()
    await settled(lene, sara)

    assert [str(number) for number in range(20)] == sara.heard()


# --- what is refused


@both
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (("", "", TEXT), (400, "BadRequest", "ParameterValidationFailure")),
        ((" \r\n ", "", TEXT), (400, "BadRequest", "ParameterValidationFailure")),
        (
            ("Hi", f"?operationId={'x' * 51}", TEXT),
            (400, "BadRequest", "ParameterValidationFailure"),
        ),
        (("x" * 8001, "", TEXT), (413, "EntityTooLarge", None)),
        (("<b>Hi</b>", "", HTML), (415, "UnsupportedMediaType", None)),
    ],
    ids=range(5),
)
async def test_what_is_refused_is_not_said(lene, accept, said, reason):
    sara = await talker(lene.world, "sarad", accept=accept)
    await talk(lene, sara)
    reply = await sara.say(*said)

    assert reason == reply.reason
    assert ([], []) == (await lene.hear(), await sara.hear())


async def test_the_longest_message(talking, lene, sara):
    assert 201 == (await lene.say("æ" * 8000)).status


@pytest.mark.parametrize("what", ["messages", "typing"])
async def test_r9_22_nothing_is_said_before_it_is_connected(world, lene, sara, what):
    await lene.invite(sara)
    await settled(lene, sara)
    href = f"{lene.latest('conversation').href}/messaging/{what}"
    hers = href.replace(lene.client.path, sara.client.path)

    assert (409, "Conflict", None) == (await lene.client.post(href, "Hi", TEXT)).reason
    assert 409 == (await sara.client.post(hers, "Hi", TEXT)).status


@pytest.mark.parametrize("rest", ["", "/messages/1", "/messages/x", "/messages/99", "/typing"])
async def test_nobody_else_hears_or_says_anything(talking, lene, sara, john, rest):
    """Also not with another application of somebody who takes part."""
    await lene.say("secret")
    await settled(lene, sara)
    href = f"{lene.latest('conversation').href}/messaging{rest}"
    phone = await talker(lene.world, "lenea", at="e2")
    for other in (john, phone):
        theirs = href.replace(lene.client.path, other.client.path)
        replies = [
            await other.client.get(theirs),
            await other.client.post(theirs, "Hi", TEXT),
            await other.client.post(
                f"{theirs.partition('/messaging')[0]}/messaging/messages", "Hi", TEXT
            ),
        ]

        assert {404, 405} >= {reply.status for reply in replies}
        assert not any(b"secret" in reply.body for reply in replies)
    assert [] == await sara.hear()


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "²", "1" * 5000, "٣"])
async def test_messages_that_are_not_there(talking, lene, sara, number):
    await lene.say("Hi")
    href = f"{lene.latest('conversation').href}/messaging/messages/{number}"

    assert 404 == (await lene.client.get(href)).status


async def test_what_was_said_before_is_not_for_who_came_later(talking, lene, sara, john):
    """Neither while it rings for her nor afterwards."""
    await lene.say("secret")
    await settled(lene, sara)
    await lene.add(john)
    await settled(lene, sara, john)
    href = f"{john.latest('conversation').href}/messaging/messages"
    replay = "communication/replayMessage"
    for _ in range(2):
        assert 404 == (await john.client.get(f"{href}/1")).status
        assert 404 == (await john.client.post(replay, {"message": f"{href}/1"})).status
        await john.client.post(f"{john.latest('onlineMeetingInvitation').href}/accept")
        await settled(lene, sara, john)
    await john.do("addMessaging", "messaging")
    await lene.say("hello, John")
    await settled(lene, sara, john)

    assert 200 == (await john.client.get(f"{href}/2")).status
    assert 200 == (await sara.client.get(sara.latest("message").href)).status


# --- whether it arrives


async def test_r9_32_who_does_not_fetch_it_does_not_get_it(world, talking, lene, sara):
    """Nor later: its sender has been told so."""
    await lene.say("Hi")
    await world.advance(29)
    assert [] == await lene.hear()
    await world.advance(2)

    event = (await lene.hear())[0]
    assert ("message", "Failure", FAILED) == (event.rel, event.status, event.reason)
    assert "Failed" == event.shown.properties["status"]
    assert ["sarad@contoso.test"] == [
        href.rpartition("/")[2] for href, _ in event.shown.links["failedDeliveryParticipant"]
    ]
    await settled(sara)
    assert [] == sara.heard()


async def test_r3_7_a_package_that_is_repeated_is_no_second_message(world, talking, lene, sara):
    await lene.say("Hi")
    await world.advance(0.15)
    first, again = [(await sara.client.poll()).reply for _ in range(2)]
    await settled(lene)

    assert first.body == again.body
    assert ["Success"] == [one.status for one in lene.events if one.rel == "message"]


async def test_r9_32_in_a_conference_some_may_have_failed(world, lene, sara, john):
    """It has arrived if it reached anybody; the links tell whom it did not."""
    await confer(lene, sara, john)
    await lene.say("Hi")
    await world.advance(0.15)
    await sara.packages()
    assert [] == await lene.hear()
    await world.advance(31)
    event = (await lene.hear())[0]

    assert ("Success", "Succeeded") == (event.status, event.shown.properties["status"])
    assert 1 == len(event.shown.links["failedDeliveryParticipant"])
    assert (["Hi"], []) == (sara.heard(), (await john.hear() and john.heard()) or [])


async def test_r9_36_a_conference_hears_everything(lene, sara, john):
    await confer(lene, sara, john)
    everyone = [lene, sara, john]
    for who in everyone:
        await who.say(who.address[:4])
        await settled(*everyone)

    assert [["sara", "john"], ["lene", "john"], ["lene", "sara"]] == [
        who.heard() for who in everyone
    ]


async def test_who_is_alone_in_messaging_is_told_that_it_went_well(lene, sara, john):
    """There was nobody whom it could not reach."""
    await confer(lene, sara)
    await lene.add(john)
    await settled(lene, sara, john)
    await sara.do("stopMessaging", "messaging")
    await settled(lene, sara, john)
    await lene.say("Hi")
    (event,) = await lene.hear()

    assert "Success" == event.status


async def test_who_is_sent_the_same_operation_again_hears_it_once(world, talking, lene, sara):
    """The answer may have been lost; with another text it is another message (R11.4, R18)."""
    first, again = [await lene.say("Hi", "?operationId=a") for _ in range(2)]
    other = await lene.say("Ho", "?operationId=a")
    await settled(lene, sara)
    await world.advance(121)
    late = await lene.say("Hi", "?operationId=a")
    await settled(lene, sara)

    assert first.header("Location") == again.header("Location")
    assert 3 == len({reply.header("Location") for reply in (first, other, late)})
    assert ["Hi", "Ho", "Hi"] == sara.heard()
    assert 3 == len([one for one in lene.events if one.rel == "message"])


async def test_without_an_operation_the_same_text_is_said_twice(talking, lene, sara):
    for _ in range(2):
        await lene.say("Hi")
    await settled(lene, sara)

    assert ["Hi", "Hi"] == sara.heard()


# --- HTML


@pytest.fixture
async def both_read_html(world):
    one = await talker(world, "lenea", **PLAIN_AND_HTML)
    other = await talker(world, "sarad", **PLAIN_AND_HTML)
    await talk(one, other)
    return one, other


async def test_r9_48_html_where_both_read_it(both_read_html):
    one, other = both_read_html
    reply = await one.say("<b onclick=x>Hi</b><script>x</script> <i>you</i>", headers=HTML)
    await settled(one, other)
    shown = other.last("message")

    assert ["Plain", "Html"] == one.last("messaging").properties["negotiatedMessageFormats"]
    assert 201 == reply.status
    assert "data:text/html;charset=utf-8,%3cb%3eHi%3c%2fb%3e+%3ci%3eyou%3c%2fi%3e" == shown.href_of(
        "htmlMessage"
    )
    assert "plainMessage" not in shown.links


async def test_r9_48_text_is_always_read(both_read_html):
    one, other = both_read_html
    await one.say("<b>")
    await settled(one, other)

    assert "data:text/plain;charset=utf-8,%3cb%3e" == other.last("message").href_of("plainMessage")


@pytest.mark.parametrize("hers", [["Plain"], ["Html"]])
async def test_r9_48_the_formats_are_those_of_both(world, lene, hers):
    sara = await talker(world, "sarad", supportedMessageFormats=hers)
    await talk(lene, sara)

    assert ["Plain"] == lene.last("messaging").properties["negotiatedMessageFormats"]
    assert 415 == (await sara.say("<b>Hi</b>", headers=HTML)).status


async def test_r9_48_what_is_refused_changes_no_formats(both_read_html, john):
    one, other = both_read_html
    await confer(one, other, john)
    now = await john.client.get("communication")
    body = {now.guid: GUID_VALUE, "supportedMessageFormats": ["Plain", "Html"]}
    await john.client.put("communication", body, {"If-Match": now.header("ETag")})
    conversation = john.last("messaging").href_of("conversation")
    again = await john.client.post(f"{conversation}/messaging/addMessaging")

    assert (200, 409) == (now.status, again.status)
    await settled(one, other, john)  # what they were told is what they see


async def test_r9_48_formats_change_with_those_who_are_there(both_read_html, john):
    """Who adds messaging and reads text alone is told of by ``messaging updated``."""
    one, other = both_read_html
    await one.add(john)
    await settled(one, other, john)
    await john.do("accept", "onlineMeetingInvitation")
    await settled(one, other, john)
    await john.do("addMessaging", "messaging")
    await settled(one, other, john)

    assert 415 == (await one.say("<b>Hi</b>", headers=HTML)).status
    assert ["Plain"] == one.last("messaging").properties["negotiatedMessageFormats"]
