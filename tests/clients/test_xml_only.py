"""A client that speaks only XML and reads it with regular expressions (15.9, R4.13-R4.16)."""

from __future__ import annotations

import re

import pytest

from clients.wire import POOL, USER_PATH, held

XML = "Accept: application/xml"
GUID = "please pass this in a PUT request"


def link(text, rel):
    """Return the link of a rel: ``rel`` comes first, ``href`` right behind it."""
    return re.search(f'<link rel="{rel}" href="([^"]*)"', text).group(1).replace("&amp;", "&")


def part(text, rel):
    """Return an embedded resource; it goes to the end of what it stands in."""
    return text[text.index(f'<resource rel="{rel}"') :]


def prop(text, name):
    return re.search(f'<property name="{name}">([^<]*)</property>', text).group(1)


class Logger:
    """Logs what it sends and gets, which is why it likes text."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        user = self.get(USER_PATH)
        applications = link(user, "applications").removeprefix(POOL)
        made = self.post(
            applications,
            '<?xml version="1.0" encoding="utf-8"?>'
            '<input xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">'
            '<property name="culture">en-US</property>'
            '<property name="endpointId">44:D8:84:3C:68:68</property>'
            '<property name="type">Browser</property>'
            '<property name="userAgent">logger</property></input>',
        )
        assert made.status == 201
        self.app = made.body

    def post(self, href, body=""):
        kind = "Content-Type: application/xml"
        return self.wire.ask("POST", POOL + href, self.token, XML, kind, body=body)

    def put(self, href, body):
        match = f'If-Match: "{prop(body, "etag")}"'
        kind = "Content-Type: application/xml; charset=utf-8"
        return self.wire.ask("PUT", POOL + href, self.token, XML, kind, match, body=body)

    def get(self, href):
        return self.wire.ask("GET", POOL + href, self.token, XML).body

    def poll(self):
        package = self.get(link(self.events, "next") if self.events else link(self.app, "events"))
        self.events = package
        return re.findall(r'<(added|updated|deleted) rel="(\w+)" href="([^"]*)"', package)

    events = ""


@pytest.fixture
def logger(server, wire, lene):
    made = Logger(wire, server.sign_in(lene))
    assert made.post(link(part(made.app, "me"), "makeMeAvailable")).status == 204
    return made


def test_discovery_is_asked_for_xml_too(wire, server, lene):
    """R4.1: the same links as in JSON, absolute."""
    root = wire.ask("GET", POOL, XML).body

    assert POOL + USER_PATH == link(root, "user")
    token = f"Authorization: Bearer {server.sign_in(lene)}"
    assert link(root, "xframe") == link(
        wire.ask("GET", POOL + USER_PATH, token, XML).body, "xframe"
    )


def test_the_guid_is_the_36_characters_before_its_text(logger):
    """R4.15"""
    communication = part(logger.app, "communication")
    at = communication.index(f'">{GUID}')

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", communication[at - 36 : at])


def test_the_text_is_one_line_with_one_namespace(logger):
    """R4.13"""
    assert logger.app.startswith('<?xml version="1.0" encoding="utf-8"?><resource ')
    assert ("\n" in logger.app, logger.app.count("xmlns")) == (False, 1)


def test_it_puts_back_the_whole_resource(logger):
    """R4.16, R4.27: the text of a GET with one value replaced."""
    href = re.search('<resource rel="communication" href="([^"]*)"', logger.app).group(1)
    got = logger.get(href)
    changed = got.replace(">Disabled<", ">Enabled<")
    assert changed != got

    assert 200 == logger.put(href, changed).status
    assert "Enabled" == prop(logger.get(href), "conversationHistory")
    assert 412 == logger.put(href, changed).status


def test_without_the_guid_nothing_is_put(logger):
    """R4.28"""
    href = re.search('<resource rel="communication" href="([^"]*)"', logger.app).group(1)
    got = logger.get(href)
    without = re.sub(f'<property name="[^"]*">{GUID}</property>', "", got)

    refused = logger.put(href, without)
    assert 400 == refused.status
    assert "<subcode>ParameterValidationFailure</subcode>" in refused.body


def test_presence_is_set_and_told(server, logger):
    """R3.30: the element's name is the type of the event, its href leads to the news."""
    server.advance("5s")
    logger.poll()
    me = logger.get(
        link(part(logger.app, "me"), "makeMeAvailable").removesuffix("/makeMeAvailable")
    )
    presence = link(me, "presence")
    body = '<input><property name="availability">Busy</property></input>'
    assert 204 == logger.post(presence, body).status

    server.advance("5s")
    assert [("updated", "presence", presence)] == logger.poll()
    assert "Busy" == prop(logger.get(presence), "availability")


def test_a_colleague_is_followed(server, logger, sara):
    """R4.19, R7.31: lists are ``propertyList``; the contact is found in ``in``."""
    href = link(part(logger.app, "people"), "presenceSubscriptions")
    body = (
        '<input><property name="duration">30</property>'
        f'<propertyList name="uris"><item>{sara.uri}</item></propertyList></input>'
    )
    assert 201 == logger.post(href, body).status
    server.advance("5s")

    told = [href for _, rel, href in logger.poll() if rel == "contactPresence"]
    [inside] = re.findall('<in rel="contact" href="([^"]*)"', logger.events)
    assert told == [f"{inside}/presence"]
    assert "Offline" == prop(logger.get(told[0]), "availability")


def test_a_wait_in_vain_ends_with_next(server, logger):
    """R3.10"""
    server.advance("5s")
    logger.poll()

    assert [] == held(server, logger.poll)
    assert "ack=3" in link(logger.events, "next")


def test_errors_are_xml(logger):
    """R5.2"""
    refused = logger.wire.ask("GET", f"{POOL}/ucwa/oauth/v1/applications/1/me", logger.token, XML)

    assert 404 == refused.status
    assert "<code>NotFound</code><subcode>ApplicationNotFound</subcode>" in refused.body
