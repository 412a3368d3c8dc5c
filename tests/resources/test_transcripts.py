"""What was said, in pages (conversationLogTranscripts)."""

from __future__ import annotations

import pytest

from openucwa.resources.transcripts import PAGE
from past_talks import MESSAGING, begin, leave, logs, said, say
from world import JSON, NAMESPACE, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture
async def two(world):
    """Lene, who speaks the format of the test, and Sara, both with HTML."""

    async def arrive(accept=JSON):
        formats = {"supportedMessageFormats": ["Plain", "Html"], **MESSAGING}
        await world.person("lenea", "Lene Aaling")
        await world.person("sarad", "Sara Davis")
        return [
            await world.available(LENE, accept, **formats),
            await world.available(SARA, **formats),
        ]

    return arrive


@both
async def test_who_said_what_when(two, accept):
    """R4.25, R9.28: texts are links; the speaker is a contact, or oneself."""
    lene, sara = await two(accept)
    conversation = await begin(lene, sara, SARA)
    await say(lene, conversation, "Fish & chips?\r\nÆ")
    await say(sara, conversation, "<b>No</b><script>alert()</script>", "text/html")
    (log,) = await logs(lene)
    transcripts = f"{log}/conversationLogTranscripts"

    own, hers = [await lene.get(f"{transcripts}/{number}") for number in (1, 2)]
    assert ({"me"}, {"contact"}) == (own.links(), hers.links())
    assert f"{lene.path}/people/{SARA}" == hers.href("contact")
    assert own.property("timeStamp")
    texts = [await lene.get(f"{transcripts}/{number}/messageTranscript") for number in (1, 2)]
    assert [
        {"plainMessage": "data:text/plain;charset=utf-8,Fish+%26+chips%3f%0d%0a%c3%86"},
        {"htmlMessage": "data:text/html;charset=utf-8,%3cb%3eNo%3c%2fb%3e"},
    ] == [reply.hrefs for reply in texts]


@both
async def test_a_page_embeds_what_was_said(two, accept):
    lene, sara = await two(accept)
    await begin(sara, lene, LENE, "Hello")
    (log,) = await logs(lene)

    reply = await lene.get(f"{log}/conversationLogTranscripts")
    assert set() == reply.links()
    if accept == XML:
        found = [one.get("rel") for one in reply.xml.iter(f"{NAMESPACE}resource")]
    else:
        (one,) = reply.tree["_embedded"]["conversationLogTranscript"]
        found = [reply.tree["rel"], one["rel"], one["_embedded"]["messageTranscript"]["rel"]]
    assert ["conversationLogTranscripts", "conversationLogTranscript", "messageTranscript"] == found


@both
@pytest.mark.parametrize("count", [0, PAGE, PAGE + 1, 2 * PAGE + 1])
async def test_pages_follow_each_other(two, accept, count):
    """Oldest first; each page but the last leads to the next one, and says where it is."""
    lene, sara = await two(accept)
    conversation = await begin(lene, sara, SARA)
    for number in range(count):
        await say(lene, conversation, str(number))
    await leave(sara, conversation)
    (log,) = await logs(lene)

    assert [str(number) for number in range(count)] == await said(lene, log)
    reply = await lene.get(f"{log}/conversationLogTranscripts")
    more = reply.hrefs.get("nextConversationLogTranscripts")
    assert (count > PAGE) == (more is not None)
    if more is not None:
        expected = f"{lene.path}/{log}/conversationLogTranscripts/nextConversationLogTranscripts"
        assert f"{expected}?after={PAGE}" == more
        page = await lene.get(more, {"Accept": JSON})
        assert more == page.tree["_links"]["self"]["href"]
        assert page.tree["rel"] == "nextConversationLogTranscripts"


@pytest.mark.parametrize(
    ("query", "expected"), [("", ["a", "b"]), ("?after=0", ["a", "b"]), ("?AFTER=1", ["b"])]
)
async def test_a_page_begins_after_a_message(two, query, expected):
    lene, sara = await two()
    conversation = await begin(lene, sara, SARA, "a")
    await say(sara, conversation, "b")
    (log,) = await logs(lene)

    url = f"{log}/conversationLogTranscripts/nextConversationLogTranscripts{query}"
    embedded = (await lene.get(url)).tree["_embedded"]["conversationLogTranscript"]
    assert expected == [
        one["_embedded"]["messageTranscript"]["_links"]["plainMessage"]["href"][-1]
        for one in embedded
    ]


@pytest.mark.parametrize("after", ["-1", "x", "9007199254740993", "1.5"])
async def test_after_is_the_number_of_a_message(two, after):
    lene, sara = await two()
    await begin(lene, sara, SARA, "a")
    (log,) = await logs(lene)

    url = f"{log}/conversationLogTranscripts/nextConversationLogTranscripts?after={after}"
    reply = await lene.get(url)
    assert (400, ["after"]) == (reply.status, reply.bad)
