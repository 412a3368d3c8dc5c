"""The ASGI shell: what it takes from a connection, and what it never lets through."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.asgi import Shell
from openucwa.app.exchange import Request, Response, Waiting
from openucwa.app.origins import Origins
from world import MovableClock

LIMIT = 10
CHUNKED = {"transfer-encoding": "chunked"}
LEFT = {"type": "http.disconnect"}


def chunk(body, *, more=True):
    return {"type": "http.request", "body": body, "more_body": more}


class Echo:
    """A shell that answers with the body it got; ``seen`` are the requests that came through."""

    def __init__(self, pages=None, **settings):
        self.seen: list[Request] = []
        self.shell = Shell(
            dispatch=self._dispatch,
            abandon=lambda parked, now: None,
            pages=pages or {},
            clock=MovableClock(),
            longest_body=LIMIT,
            fqdn="pool.contoso.test",
            version="2.0",
            **settings,
        )

    async def _dispatch(self, request, now):
        self.seen.append(request)
        return Response(200, [], request.body)

    async def ask(self, *messages, method="POST", path="/me", query="", **headers):
        """Send a request in pieces; return the status and body, or None if there was no answer."""
        inbox, sent = list(messages), []
        scope = {
            "type": "http",
            "scheme": "https",
            "method": method,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (name.lower().replace("_", "-").encode(), value.encode())
                for name, value in headers.items()
            ],
        }

        async def receive():
            return inbox.pop(0) if inbox else LEFT

        async def send(message):
            sent.append(message)

        await self.shell(scope, receive, send)
        if not sent:
            return None
        start, content = sent
        self.headers = [(bytes(name), value) for name, value in start["headers"]]
        return start["status"], content["body"]


# ---------------------------------------------------------------------- bodies


@pytest.mark.parametrize(
    ("messages", "headers"),
    [
        ([chunk(b"hello", more=False)], {"content_length": "5"}),
        ([chunk(b"he"), chunk(b""), chunk(b"llo", more=False)], {"content_length": "5"}),
        ([chunk(b"hello"), chunk(b"", more=False)], CHUNKED),
        ([{"type": "http.request", "body": b"hello"}], CHUNKED),
    ],
)
async def test_a_body_is_read_to_its_end_however_it_comes(messages, headers):
    assert (200, b"hello") == await Echo().ask(*messages, **headers)


@pytest.mark.parametrize("headers", [{}, {"content_length": "0"}])
async def test_without_a_body_nothing_is_read(headers):
    """Heartbeats have none: they must not wait for the connection."""
    assert (200, b"") == await Echo().ask(chunk(b"not mine"), **headers)


@pytest.mark.parametrize(
    ("messages", "headers"),
    [
        ([], {"content_length": "11"}),
        ([], {"content_length": "9" * 5000}),
        ([], {"content_length": "-1"}),
        ([], {"content_length": "five"}),
        ([chunk(b"x" * 11, more=False)], CHUNKED),
        ([chunk(b"x" * 6), chunk(b"x" * 6), chunk(b"x" * 6)], CHUNKED),
        ([chunk(b"x" * 11, more=False)], {"content_length": "5"}),
    ],
    ids=["declared", "huge", "negative", "no number", "chunked", "endless", "more than it said"],
)
async def test_a_body_over_the_limit_is_refused_as_soon_as_that_is_known(messages, headers):
    """The rest is not read, so the connection must end."""
    echo = Echo()
    status, body = await echo.ask(*messages, **headers)

    assert (413, True) == (status, b'"code":"EntityTooLarge"' in body)
    assert (b"Connection", b"close") in echo.headers
    assert [] == echo.seen


async def test_the_limit_itself_is_allowed():
    assert 200 == (await Echo().ask(chunk(b"x" * LIMIT, more=False), **CHUNKED))[0]


@pytest.mark.parametrize("messages", [[LEFT], [chunk(b"hel"), LEFT], []])
async def test_who_leaves_before_saying_all_has_said_nothing(messages):
    echo = Echo()

    assert await echo.ask(*messages, content_length="5") is None
    assert [] == echo.seen


# ---------------------------------------------------------------------- requests


async def test_a_request_is_handed_on_as_it_came():
    echo = Echo()
    await echo.ask(path="/people/a%2Fb", query="q=%20", accept="text/html")
    request = echo.seen[0]

    assert ("POST", "/people/a%2Fb", "q=%20") == (request.method, request.path, request.query)
    assert "text/html" == request.header(b"accept")


@pytest.mark.parametrize("path", ["/healthz", "/HealthZ", "/healthz/"])
async def test_pages_beside_the_api_are_found_in_any_case(path):
    async def page(request):
        return Response(200, [], b"alive")

    echo = Echo({"/healthz": page})

    assert (200, b"alive") == await echo.ask(path=path, method="GET")
    assert b"Cache-Control" not in dict(echo.headers)
    assert [] == echo.seen


async def test_r1_4_people_may_find_something_else_than_apps():
    async def board(request):
        return Response(200, [], b"board")

    echo = Echo(front=lambda request: board if request.header(b"accept") == "text/html" else None)

    assert (200, b"board") == await echo.ask(method="GET", path="/", accept="text/html")
    assert (200, b"") == await echo.ask(method="GET", path="/", accept="*/*")
    assert (200, b"") == await echo.ask(method="GET", path="/ucwa/x", accept="text/html")
    assert (200, b"") == await Echo().ask(method="GET", path="/", accept="text/html")


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
async def test_other_protocols_are_not_spoken(kind):
    with pytest.raises(RuntimeError, match=kind):
        await Echo().shell({"type": kind}, None, None)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("https://apps.contoso.test", 200),
        ("https://host.test", 200),
        ("https://evil.test", 403),
        ("null", 403),
        ("", 403),
    ],
)
async def test_r1_22_web_pages_of_foreign_origins_are_refused(origin, status):
    echo = Echo(origins=Origins(["https://apps.contoso.test"]))
    headers = {} if origin is None else {"x_ms_origin": origin}
    answer = await echo.ask(host="host.test", **headers)

    assert status == answer[0]
    assert (status == 403) is (b"X-Ms-diagnostics" in dict(echo.headers))


@pytest.mark.parametrize(
    ("public_url", "host", "source"),
    [
        ("https://pool.test:8443", "host.test", b"pool.test:8443"),
        ("", "host.test", b"host.test"),
        ("", 'a";reason="b', b"localhost"),
    ],
)
async def test_r1_20_the_refusal_names_us_as_its_source(public_url, host, source):
    echo = Echo(public_url=public_url)
    await echo.ask(host=host, x_ms_origin="https://evil.test")

    assert dict(echo.headers)[b"X-Ms-diagnostics"].startswith(
        b'28019;source="%b";reason="' % source
    )


async def test_nobody_comes_from_an_address_that_is_none():
    assert 403 == (await Echo(public_url="https://[").ask(x_ms_origin=""))[0]


# ---------------------------------------------------------------------- responses


async def test_r1_17_r1_18_every_answer_says_where_it_comes_from():
    echo = Echo()
    await echo.ask()
    headers = dict(echo.headers)

    assert b"pool.contoso.test" == headers[b"X-MS-Server-Fqdn"]
    assert b"2.0" == headers[b"X-MS-UcwaVersion"]
    assert b"no-cache" == headers[b"Cache-Control"]


async def test_every_answer_has_a_number_of_its_own():
    echo, numbers = Echo(), set()
    for _ in range(3):
        await echo.ask()
        numbers.add(dict(echo.headers)[b"X-MS-Correlation-Id"])

    assert 3 == len(numbers)


# ---------------------------------------------------------------------- requests that wait


@pytest.fixture
async def watcher(world):
    """A client that is available; news of making so have been fetched."""
    client = await world.available(await world.person("lenea"))
    await client.package()
    return client


async def test_a_parked_request_is_answered_when_it_has_something(world, watcher):
    waiting = await watcher.poll()
    await world.advance(1)
    await watcher.post("me/note", {"message": "hello"})

    assert waiting.reply is None
    await world.advance(5)
    assert 200 == waiting.reply.status
    assert ("me", "updated", "note") in waiting.reply.events()


async def test_r3_13_who_leaves_while_parked_has_acknowledged_nothing(world, watcher):
    waiting = await watcher.poll()
    await watcher.post("me/note", {"message": "hello"})
    await waiting.leave()
    await world.advance(6)

    assert 0 == len(world.server.polls)
    assert waiting.reply is None
    again = await watcher.poll()
    assert ("me", "updated", "note") in again.reply.events()


async def test_r3_12_who_left_is_not_replaced(world, watcher):
    """The next request is the only one: nobody gets a 409."""
    gone = await watcher.poll()
    await gone.leave()
    waiting = await watcher.poll()

    assert (None, None) == (gone.reply, waiting.reply)
    assert 1 == len(world.server.polls)


async def test_leaving_when_the_answer_is_on_its_way_does_no_harm(world, watcher):
    waiting = await watcher.poll()
    await world.server.drain()
    waiting.gone.set()
    await asyncio.wait_for(waiting.task, 1)

    assert 0 == len(world.server.polls)
    assert 0 == len(world.server.app._sending)


async def test_stopping_answers_everybody(world, watcher):
    waiting = await watcher.poll()
    await world.server.drain()
    reply = await asyncio.wait_for(waiting.task, 1)

    assert 200 == reply.status
    assert [] == reply.tree["sender"]
    watcher.follow(reply)
    assert 200 == (await watcher.poll()).reply.status, "and whoever still comes"


async def test_a_package_that_will_never_be_stored_is_refused():
    """Another node has its user, and may send it as well."""
    waiting, sent, answered = Waiting(), [], asyncio.Event()
    echo = Echo(when_stored=lambda done, failed: failed())

    async def dispatch(request, now):
        return waiting

    async def receive():
        waiting.release(Response(200, [], b"package"))
        await answered.wait()
        return LEFT

    async def send(message):
        sent.append(message)
        if message["type"] == "http.response.body":
            answered.set()

    echo.shell._dispatch = dispatch
    scope = {"type": "http", "scheme": "https", "method": "GET", "query_string": b"", "headers": []}
    await echo.shell({**scope, "raw_path": b"/ucwa/events"}, receive, send)

    assert 503 == sent[0]["status"]
