"""Clients that talk, each in its own careless way (CLIENT-RULES R20, R23-R31, C2)."""

from __future__ import annotations

import json
import re
from itertools import count
from urllib.parse import quote, unquote_plus
from xml.etree import ElementTree as ET

import pytest

from clients.wire import POOL, held

APPLICATIONS = "/ucwa/oauth/v1/applications"
JSON = "Content-Type: application/json"
TEXT = "Content-Type: text/plain"


class Style:
    """What all styles do alike: sign in, ask, and fetch events one package after the other."""

    accept = ""
    about = '{"UserAgent":"talker","EndpointId":"1","Culture":"en-us"}'

    def __init__(self, server, wire, person, *, available=True):
        self.server, self.wire, self.person = server, wire, person
        self.token = f"Authorization: Bearer {server.sign_in(person)}"
        self.numbers = count(1)
        self.app = self.ask("POST", APPLICATIONS, self.about, JSON).header("Location")
        if available:
            welcome = '{"SupportedModalities":["Messaging"]}'
            self.ask("POST", f"{self.app}/me/makeMeAvailable", welcome, JSON)

    def ask(self, method, href, body="", kind="", expected=(200, 201, 204)):
        lines = [line for line in (self.token, self.accept, kind) if line]
        answer = self.wire.ask(method, POOL + href, *lines, body=body)
        assert answer.status in expected, answer.body
        return answer

    def events(self):
        """Fetch the next package."""
        href = f"{self.app}/events?ack={next(self.numbers)}"
        return held(self.server, lambda: self.ask("GET", href))


class Phone(Style):
    """The other end: accepts whatever rings, and remembers what was said."""

    def __init__(self, *given):
        super().__init__(*given)
        self.heard, self.messages, self.messaging, self.invitation = [], [], "", None

    def fetch(self):
        """Look at each event of a package."""
        for sender in json.loads(self.events().body)["sender"]:
            for event in sender["events"]:
                shown = event.get("_embedded", {}).get(event["link"]["rel"])
                if shown and event["link"]["rel"] == "messagingInvitation":
                    self.invitation = shown
                if shown and event["link"]["rel"] == "messaging":
                    self.messaging = shown["_links"]
                if shown and event["link"]["rel"] == "message" and shown["direction"] == "Incoming":
                    carried = shown["_links"]["plainMessage"]["href"]
                    self.heard.append(unquote_plus(carried.partition(",")[2]))
                    self.messages.append(event["link"]["href"])

    def until(self, what):
        """Fetch until something is so."""
        for _ in range(20):
            if what():
                return
            self.fetch()
        raise AssertionError(f"{self.heard} {self.messaging}")

    def answer(self):
        """Accept what rings (R28: 204 without a body, or with one)."""
        self.until(lambda: self.invitation and "accept" in self.invitation["_links"])
        self.ask("POST", self.invitation["_links"]["accept"]["href"], "{}", JSON, expected=(204,))
        self.until(lambda: "sendMessage" in self.messaging)

    def say(self, text, kind=TEXT):
        href = self.messaging["sendMessage"]["href"]
        return self.ask("POST", f"{href}?OperationContext=1", text, kind, expected=(201,))


@pytest.fixture
def phone(server, wire, sara):
    return Phone(server, wire, sara)


class Walker(Style):
    """Looks for the first ``state`` in the text, and judges by the very last event (R23)."""

    def start(self, to):
        body = json.dumps({"importance": "Normal", "operationId": "9", "subject": "hi", "to": to})
        return self.ask("POST", f"{self.app}/communication/messagingInvitations", body, JSON)

    def connected(self):
        """Fetch until the first state that is met is another one than Connecting."""
        for _ in range(10):
            package = self.events().body
            states = re.findall(r'"state":"(\w+)"', package)
            if states and states[0] != "Connecting":
                last = json.loads(package)["sender"][-1]["events"][-1]
                assert last["status"] == "Success"
                return re.search(r'"sendMessage":\{"href":"([^"]+)"', package)[1]
        raise AssertionError("it went on connecting")


@pytest.mark.parametrize("available", [True, False])
def test_who_judges_by_the_last_event(server, wire, lene, phone, available):
    """R23, R20: also in an application that never said that it was available."""
    walker = Walker(server, wire, lene, available=available)
    walker.start(phone.person.uri)
    phone.answer()
    walker.ask("POST", walker.connected(), "Hello", TEXT, expected=(201,))
    phone.until(lambda: phone.heard)

    assert ["Hello"] == phone.heard


def test_a_bot_that_answers_where_it_was_asked(server, wire, lene, sara):
    """R29: it posts text to the place of the message itself; R30: it reads the first words too."""
    bot = Phone(server, wire, lene)
    walker = Walker(server, wire, sara)
    to = {"to": bot.person.uri, "_links": {"message": {"href": "data:text/plain;base64,SGVscA=="}}}
    walker.ask("POST", f"{walker.app}/communication/startMessaging", json.dumps(to), JSON)
    bot.answer()
    bot.until(lambda: bot.messages)
    bot.ask("POST", bot.messages[0], "Have you tried turning it off?", TEXT, expected=(201,))
    walker.connected()
    package = ""
    while "Incoming" not in package:
        package = walker.events().body

    assert ["Help"] == bot.heard
    assert "Have+you+tried+turning+it+off%3f" in package


def test_everything_in_the_query(server, wire, lene, phone):
    """C2, R4.17: without a body or a type; addresses not escaped."""
    here = f"/communication/messagingInvitations?OperationId=a&subject=x&to={phone.person.uri}"
    message = quote("data:text/plain;charset=utf8,How+are+you%3f", safe="")
    client = Style(server, wire, lene)
    client.ask("POST", f"{client.app}{here}&message={message}", expected=(201,))
    phone.answer()
    phone.until(lambda: phone.heard)

    assert ["How are you?"] == phone.heard
    assert "x" == phone.invitation["subject"]


@pytest.mark.parametrize("kind", [JSON, "", "Content-Type:", f"{TEXT}; charset=utf-8"])
def test_text_with_the_wrong_type(server, wire, lene, phone, kind):
    """R9.21, R28"""
    caller = Walker(server, wire, lene)
    caller.start(phone.person.uri)
    phone.answer()
    href = caller.connected()
    for text in ("just words", '{"a":', "Grüße"):
        caller.ask("POST", href, text, kind, expected=(201,))
    phone.until(lambda: len(phone.heard) == 3)

    assert ["just words", '{"a":', "Grüße"] == phone.heard


class Markup(Style):
    """Speaks XML both ways, and takes links out of it by their rel."""

    accept = "Accept: application/xml"
    space = "{http://schemas.microsoft.com/rtc/2012/03/ucwa}"

    def until(self, rel, number=1):
        """Fetch until a link was shown so many times; return where each led."""
        found = []
        for _ in range(10):
            links = ET.fromstring(self.events().content).iter(f"{self.space}link")
            found += [link.get("href") for link in links if link.get("rel") == rel]
            if len(found) >= number:
                return found
        raise AssertionError(rel)


def test_who_speaks_xml(server, wire, lene, phone):
    client = Markup(server, wire, lene)
    body = f'<input><property name="to">{phone.person.uri}</property></input>'
    here = f"{client.app}/communication/messagingInvitations"
    client.ask("POST", here, body, "Content-Type: application/xml", expected=(201,))
    phone.answer()
    client.ask("POST", client.until("sendMessage")[0], "Hello", TEXT, expected=(201,))
    phone.until(lambda: phone.heard)
    phone.say("Hi")

    assert ["Hello"] == phone.heard
    said = {f"data:text/plain;charset=utf-8,{text}" for text in ("Hello", "Hi")}
    assert said == set(client.until("plainMessage", 2))  # her own comes back, too


def test_typing_and_hanging_up(server, wire, lene, phone):
    """R28: 204, with and without a body."""
    caller = Walker(server, wire, lene)
    caller.start(phone.person.uri)
    phone.answer()
    href = caller.connected()
    caller.ask("POST", href.replace("/messages", "/typing"), expected=(204,))
    caller.ask("POST", href.replace("/messages", "/terminate"), "bye", TEXT, expected=(204,))
    phone.until(lambda: "sendMessage" not in phone.messaging)

    assert "addMessaging" not in phone.messaging
