"""Resources, events and reasons as XML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec import Raw

from openucwa.hyper.values import Date
from openucwa.wire import json, xml

SPACE = "http://schemas.microsoft.com/rtc/2012/03/ucwa"
HEAD = '<?xml version="1.0" encoding="utf-8"?>'

legal = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
names = legal.filter(lambda name: name not in {"_links", "_embedded", "rel"})
values = legal | st.lists(legal)


def unspaced(written: bytes) -> str:
    """Drop what every document has in common."""
    return written.decode().removeprefix(HEAD).replace(f' xmlns="{SPACE}"', "", 1)


@given(st.dictionaries(names, values))
def test_what_is_written_reads_back(tree):
    """A client may send back what it got (R4.16)."""
    assert tree == xml.decode(xml.encode(tree))


def test_a_resource():
    """Self is an attribute; links, properties, lists and embedded resources follow (R4.13)."""
    tree = {
        "name": "Lena & <co>",
        "on": True,
        "off": False,
        "count": 3,
        "at": Date(1474932023.993),
        "56de7bbf": "please pass this in a PUT request",
        "modalities": ["Messaging", "Audio"],
        "none": [],
        "_links": {
            "self": {"href": "/me?a=1&b=2"},
            "note": {"href": "/note", "title": ""},
            "phone": [{"href": "/1", "revision": 2}, {"href": "/2"}],
        },
        "_embedded": {
            "note": {"message": "Hi", "_links": {"self": {"href": "/note"}}, "rel": "x"},
            "phone": [{"rel": "phone"}],
        },
        "rel": "me",
        "etag": "42",
    }

    assert (
        '<resource rel="me" href="/me?a=1&amp;b=2">'
        '<link rel="note" href="/note" title=""/>'
        '<link rel="phone" href="/1" revision="2"/><link rel="phone" href="/2"/>'
        '<property name="name">Lena &amp; &lt;co&gt;</property>'
        '<property name="on">True</property><property name="off">False</property>'
        '<property name="count">3</property>'
        '<property name="at">2016-09-26T23:20:23.993Z</property>'
        '<property name="56de7bbf">please pass this in a PUT request</property>'
        '<propertyList name="modalities"><item>Messaging</item><item>Audio</item></propertyList>'
        '<propertyList name="none"/>'
        '<property name="etag">42</property>'
        '<resource rel="note" href="/note"><property name="message">Hi</property></resource>'
        '<resource rel="phone"/>'
        "</resource>"
    ) == unspaced(xml.encode(tree))


def test_what_is_embedded_may_be_json_already():
    tree = {"name": "Lene", "_links": {"self": {"href": "/lene"}}, "rel": "contact"}
    made = [xml.encode({"_embedded": {"contact": [one]}}) for one in (tree, Raw(json.encode(tree)))]

    assert made[0] == made[1]


def test_the_document_declares_itself_and_its_namespace_once():
    written = xml.encode({"_embedded": {"a": {"_embedded": {"b": {}}}}, "rel": "x"}).decode()

    assert written.startswith(HEAD + "<resource xmlns=")
    assert 1 == written.count("xmlns")
    assert f"{{{SPACE}}}resource" == etree.fromstring(written.encode()).tag


@given(st.text(st.characters(codec=None)))
def test_no_text_breaks_the_encoder(text):
    """What XML cannot carry becomes U+FFFD."""
    tree = {"a": text, f"b{text}": "c", "_links": {"l": {"href": text, "title": text}}, "rel": text}

    assert etree.fromstring(xml.encode(tree)) is not None


def test_illegal_characters_are_replaced():

    assert {"a": "x\ufffd\ufffd\ufffd\ny"} == xml.decode(xml.encode({"a": "x\0\ud800\uffff\ny"}))


def test_events():
    """The tag is the type; in, reason and the resource stand inside (R3.30)."""
    tree = {
        "_links": {"self": {"href": "/e?ack=1"}, "next": {"href": "/e?ack=2"}},
        "sender": [
            {
                "rel": "people",
                "href": "/people",
                "events": [
                    {
                        "link": {"rel": "contactPresence", "href": "/p"},
                        "in": {"rel": "contact", "href": "/c", "title": "Lena"},
                        "type": "updated",
                    }
                ],
            },
            {
                "rel": "communication",
                "href": "/com",
                "events": [
                    {
                        "link": {"rel": "messagingInvitation", "href": "/i", "title": "T"},
                        "status": "Failure",
                        "reason": {"code": "RemoteFailure", "subcode": "Declined"},
                        "_embedded": {
                            "messagingInvitation": {
                                "state": "Connecting",
                                "_links": {"self": {"href": "/i"}},
                                "rel": "other",
                            }
                        },
                        "type": "completed",
                    }
                ],
            },
        ],
    }

    assert (
        '<events href="/e?ack=1"><link rel="next" href="/e?ack=2"/>'
        '<sender rel="people" href="/people"><updated rel="contactPresence" href="/p">'
        '<in rel="contact" href="/c" title="Lena"/></updated></sender>'
        '<sender rel="communication" href="/com">'
        '<completed rel="messagingInvitation" href="/i" title="T" status="Failure">'
        "<reason><code>RemoteFailure</code><subcode>Declined</subcode></reason>"
        '<resource rel="messagingInvitation" href="/i">'
        '<property name="state">Connecting</property></resource>'
        "</completed></sender></events>"
    ) == unspaced(xml.encode_events(tree))


def test_no_events():
    tree = {
        "_links": {"self": {"href": "/e?ack=1"}, "resync": {"href": "/e?ack=7"}},
        "sender": [],
    }

    assert '<events href="/e?ack=1"><link rel="resync" href="/e?ack=7"/></events>' == unspaced(
        xml.encode_events(tree)
    )


def test_a_reason():
    """R5.2."""
    tree = {
        "code": "BadRequest",
        "message": "Correct it.",
        "parameters": [{"name": "duration", "reason": "Expected int >= 10."}],
    }

    assert (
        "<reason><code>BadRequest</code><message>Correct it.</message><parameters>"
        '<property name="duration">Expected int &gt;= 10.</property></parameters></reason>'
    ) == unspaced(xml.encode_reason(tree))


@pytest.mark.parametrize("root", ["input", "resource"])
@pytest.mark.parametrize("space", ["", f' xmlns="{SPACE}"', ' xmlns="urn:other"'])
def test_input(root, space):
    """Either root, with or without the namespace; the rest is ignored (R4.16, R4.18)."""
    body = f"""<?xml version="1.0"?>
        <{root}{space} rel="me" href="/me"><!-- hello -->
          <property name="signInAs">Be<!-- -->Right<![CDATA[Back]]></property>
          <property name="empty"/>
          <property>nameless</property>
          <propertyList name="modalities"><item>Messaging</item><!-- --><item/></propertyList>
          <link rel="message" href="data:,Hi"/>
          <link rel="phone" href="/1"/><link rel="phone" href="/2" title="Work"/>
          <resource rel="note"><property name="message">not mine</property></resource>
          <other/>
        </{root}>"""

    assert {
        "signInAs": "BeRightBack",
        "empty": "",
        "modalities": ["Messaging", ""],
        "_links": {
            "message": {"href": "data:,Hi"},
            "phone": [{"href": "/1"}, {"href": "/2", "title": "Work"}],
        },
    } == xml.decode(body.encode())


@pytest.mark.parametrize("body", [b"", b" \n", b"<input/>", b"<resource></resource>"])
def test_nothing_means_no_parameters(body):

    assert {} == xml.decode(body)


@pytest.mark.parametrize("name", ["created", "timeStamp"])
def test_moments_of_what_was_json_already_are_moments(name):
    """R4.10: events are kept as JSON, which has dates as text."""
    tree = {"rel": "message", name: Date(1358827096), "subject": "/Date(0)/"}
    shown = [{"rel": "a", "href": "/a", "events": []}]
    event = {"link": {"rel": "message", "href": "/m"}, "type": "completed"}
    package = {"_links": {"self": {"href": "/e"}}, "sender": shown}
    shown[0]["events"] = [{**event, "_embedded": {"message": tree}}]
    fresh, kept = (xml.encode_events(one) for one in (package, json.decode(json.encode(package))))

    assert f'<property name="{name}">2013-01-22T03:58:16.000Z</property>' in fresh.decode()
    assert "/Date(0)/" in fresh.decode(), "nobody's words are taken for a moment"
    assert fresh == kept


def test_an_event_tells_how_an_operation_ended():
    """R3.30: status, collection and reason."""
    event = {
        "link": {"rel": "participant", "href": "/p", "title": "Lene"},
        "in": {"rel": "participants", "href": "/ps"},
        "status": "Failure",
        "reason": {"code": "RemoteFailure", "subcode": "Unreachable", "message": "x < y"},
        "type": "completed",
    }
    sender = {"rel": "conversation", "href": "/c", "events": [event]}

    assert (
        '<events><sender rel="conversation" href="/c">'
        '<completed rel="participant" href="/p" title="Lene" status="Failure">'
        '<in rel="participants" href="/ps"/>'
        "<reason><code>RemoteFailure</code><subcode>Unreachable</subcode>"
        "<message>x &lt; y</message></reason></completed></sender></events>"
    ) == unspaced(xml.encode_events({"sender": [sender]}))
