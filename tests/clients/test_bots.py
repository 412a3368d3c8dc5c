"""Bots that stay for days: activity every minute, a new token now and then (15.9, R19)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from clients.wire import TOKEN_PATH


class Bot:
    """Keeps its connections, compares names of headers by case, and knows all paths by heart."""

    def __init__(self, url, person):
        where = urlsplit(url)
        self.connections = [HTTPConnection(where.hostname, where.port, timeout=10) for _ in "ab"]
        self.person = person
        self.signed_in = 0
        self.sign_in()
        self.create()

    def send(self, method, href, body=None, connection=0):
        at = self.connections[connection]
        at.request(method, href, body, self.headers)
        answer = at.getresponse()
        self.seen = dict(answer.getheaders())
        return answer.status, answer.read()

    def sign_in(self):
        self.signed_in += 1
        self.headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        who = {"username": self.person.address, "password": self.person.password}
        form = urlencode({"grant_type": "password", **who})
        token = json.loads(self.send("POST", TOKEN_PATH, form)[1])["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def create(self):
        about = {"UserAgent": "bot", "EndpointId": "bot", "Culture": "en-US"}
        self.send("POST", "/ucwa/oauth/v1/applications", json.dumps(about))
        self.app = self.seen["Location"]
        self.send("POST", f"{self.app}/me/makeMeAvailable", "{}")
        self.events = f"{self.app}/events?ack=1"

    def ask(self, method, href, body=None, connection=0):
        """Ask; sign in again at 401, and start anew at 404."""
        status, answer = self.send(method, href, body, connection)
        if status == 401:
            assert "WWW-Authenticate" in self.seen
            self.sign_in()
        elif status == 404:
            before = self.app
            self.create()
            href = href.replace(before, self.app)
        else:
            return status, answer
        return self.send(method, href, body, connection)

    def report(self, connection=0):
        return self.ask("POST", f"{self.app}/reportMyActivity", connection=connection)[0]

    def poll(self):
        _, package = self.ask("GET", self.events)
        package = json.loads(package)
        self.events = package["_links"]["next"]["href"]
        return [event["link"]["rel"] for each in package["sender"] for event in each["events"]]

    def shows(self):
        return json.loads(self.ask("GET", f"{self.app}/me/presence")[1])["availability"]

    def close(self):
        for connection in self.connections:
            connection.close()


@pytest.fixture
def bot(server, lene):
    made = Bot(server.url, lene)
    server.advance("5s")
    assert "presence" in made.poll()
    yield made
    made.close()


def test_a_report_every_minute_keeps_it_online(server, bot):
    """R19, R7.12: at the path that it has built."""
    for _ in range(8):
        server.advance("60s")
        assert 204 == bot.report()

    assert "Online" == bot.shows()


def test_every_four_minutes_is_enough(server, bot):
    """R7.9"""
    for _ in range(2):
        server.advance("240s")
        assert ("Online", 204) == (bot.shows(), bot.report())


def test_it_goes_on_at_the_same_number_with_a_new_token(server, bot):
    """R1.40, R1.42: application and events outlive the token; nothing is lost in between."""
    before = bot.app
    for _ in range(9):
        server.advance("60s")
        bot.report()
    bot.ask("POST", f"{bot.app}/me/note", '{"message":"still here"}')
    server.advance("60s")
    asked = bot.events

    assert bot.poll() == ["note"]
    assert (2, before) == (bot.signed_in, bot.app)
    assert asked != bot.events
    assert "Online" == bot.shows()


def test_it_reports_while_it_waits_for_events(server, bot):
    """R3.32: a request that waits keeps no other one from being answered."""
    bot.events += "&timeout=180"
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(bot.poll)
        while not waiting.done():
            server.advance("30s")
            assert 204 == bot.report(connection=1)

        assert [] == waiting.result()


def test_it_starts_anew_when_its_application_is_deleted(bot):
    """R2.19: 404 for its report, and then everything from the beginning."""
    before = bot.app
    assert 204 == bot.send("DELETE", before)[0]

    assert 204 == bot.report()
    assert before != bot.app
    assert "Online" == bot.shows()


def test_who_is_away_for_too_long_is_told_so_before_it_starts_anew(server, bot):
    """R16.29: 410 for half an hour, and 404 afterwards."""
    server.advance("16m")
    bot.sign_in()
    status, refusal = bot.send("POST", f"{bot.app}/reportMyActivity")
    assert (410, "InactiveApplicationExpired") == (status, json.loads(refusal)["subcode"])

    server.advance("31m")
    bot.sign_in()
    assert 204 == bot.report()


def test_it_is_a_lurker_to_begin_with(server, sara):
    """R2.11: a report is refused, and nothing else is."""
    lurker = Bot(server.url, sara)
    lurker.send("DELETE", lurker.app)
    about = {"UserAgent": "bot", "EndpointId": "lurker", "Culture": "en-US"}
    lurker.send("POST", "/ucwa/oauth/v1/applications", json.dumps(about))
    lurker.app = lurker.seen["Location"]

    assert 409 == lurker.report()
    assert 200 == lurker.ask("GET", f"{lurker.app}/people/{sara.address}/presence")[0]
    lurker.close()
