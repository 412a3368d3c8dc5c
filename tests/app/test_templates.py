"""Messages made from templates look like those that are rendered."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.app.render import Renderer
from openucwa.app.templates import _MOMENT, _NUMBER, _OPERATION, _TEXT, Templates
from openucwa.domain.channel import Channel, Event, Ref
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.seen import Delivery, Direction, MessageSeen, MessageText
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from openucwa.resources.messaging import Message
from openucwa.wire import json, xml

CATALOGUE = Catalogue(CHAPTERS)
RENDERER = Renderer(CATALOGUE)
CONVERSATION = Ref("conversation", "communication/conversations/c")
NEXT = {"next": {"href": "n"}}
SCOPES = {"Conversations.Initiate", "Conversations.Receive", "Contacts.ReadWrite"}

odd = st.sampled_from(
    ["'", '"', "\\", "{}", "{0}", "%", "%s", "%(x)d", "<&>", "\0\n\x1f", "æ\U0001f600"]
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | odd
names = texts.filter(bool)
messages = st.builds(
    MessageSeen,
    conversation=names,
    number=st.integers(1, 10**9),
    direction=st.sampled_from(Direction),
    time=st.floats(0, 1e10),
    said=st.builds(MessageText, texts, st.sampled_from(MessageFormat)),
    sender=names,
    name=texts,
    operation=texts,
    status=st.sampled_from(Delivery),
    failed=st.just(()),
)


def a_call(application="17", scopes=SCOPES):
    return SimpleNamespace(
        application=SimpleNamespace(id=application),
        identity=SimpleNamespace(scopes=set(scopes), anonymous=False),
        instance="",
        origin="https://pool",
        params={},
    )


def an_event(seen):
    params = {"conversation": seen.conversation, "message": str(seen.number)}
    link = Ref("message", CATALOGUE.path("message", params))
    return Event(CONVERSATION, link, "completed", 5, once=True, shown=seen, succeeded=True)


def package(call, seen):
    """Return the package of a message, as JSON."""
    return json.encode(RENDERER.package(call, Channel("e1"), [an_event(seen)], NEXT))


def rendered(call, seen):
    """Return the same, made by hand of the representation."""
    tree = RENDERER.tree(call, Message.as_seen(seen))
    link = {"rel": "message", **tree["_links"]["self"]}
    event = {"link": link, "status": "Success", "_embedded": {"message": tree}, "type": "completed"}
    made = RENDERER.package(call, Channel("e1"), [], NEXT)
    href = f"/ucwa/oauth/v1/applications/{call.application.id}/{CONVERSATION.path}"
    made["sender"] = [{"rel": "conversation", "href": href, "events": [event]}]
    return json.encode(made)


@given(messages, st.uuids())
def test_they_look_the_same_to_the_byte(seen, application):
    call = a_call(str(application))

    assert rendered(call, seen) == package(call, seen)


@given(messages)
def test_they_look_the_same_in_xml(seen):
    """Which is made of the JSON of the package."""
    one, other = (
        xml.encode_events(json.decode(made(a_call(), seen))) for made in (rendered, package)
    )

    assert one == other


@given(texts, texts, names)
def test_nothing_that_people_write_gets_anywhere_else(text, operation, conversation):
    """Two messages of one template share nothing but what they have in common."""
    for words, identifier in ((text, operation), (operation, text)):
        seen = MessageSeen(
            conversation, 1, Direction.OUTGOING, 0.0, MessageText(words), "l", "L", identifier
        )
        shown = json.decode(package(a_call(), seen))["sender"][0]["events"][0]
        shown = shown["_embedded"]["message"]

        assert (identifier or None) == shown.get("operationId")
        assert shown["_links"]["plainMessage"]["href"].startswith("data:text/plain;charset=utf-8,")


@pytest.mark.parametrize(
    "text",
    [_TEXT, str(_NUMBER), _OPERATION, str(int(_MOMENT * 1000)), "17", "{application}"],
    ids=["text", "number", "operation", "moment", "application", "gap"],
)
def test_not_even_the_marks_of_templates_are_taken_for_anything_else(text):
    """Nobody can guess them; and what is put in is not looked at again."""
    seen = MessageSeen("c", 1, Direction.INCOMING, 0.0, MessageText(text), "l", "L")

    assert rendered(a_call(), seen) == package(a_call(), seen)


@pytest.mark.parametrize("scopes", [SCOPES, {"Conversations.Receive"}, {"Contacts.ReadWrite"}])
def test_r13_2_each_sees_the_links_that_she_may(scopes):
    seen = MessageSeen("c", 1, Direction.INCOMING, 0.0, MessageText("Hello"), "l", "L")
    call = a_call(scopes=scopes)

    assert rendered(call, seen) == package(call, seen)


def test_what_reached_only_some_is_not_made_from_a_template():
    """Each failure is another one."""
    whole = MessageSeen("c", 1, Direction.OUTGOING, 0.0, MessageText("Hi"), "l", "L", failed=("x",))

    assert rendered(a_call(), whole) == package(a_call(), whole)
    assert b"failedDeliveryParticipant" in package(a_call(), whole)


def test_a_template_is_made_once_for_all_messages_of_a_sender():
    made = []

    def render(seen, _allowed):
        made.append(seen)
        return json.encode({"number": seen.number, "text": seen.said.text})

    templates = Templates("nobody", render)
    filled = [
        templates.fill(
            MessageSeen("c", number, Direction.INCOMING, 0.0, MessageText("a b"), sender, "L"),
            (True,),
            "17",
        )
        for sender in "lm"
        for number in (1, 2)
    ]

    assert [b'{"number":1,"text":"a+b"}', b'{"number":2,"text":"a+b"}'] * 2 == filled
    assert ["l", "m"] == [seen.sender for seen in made]
