"""The pages beside UCWA."""

from __future__ import annotations

import pytest

from openucwa.adapters import pages
from openucwa.app.exchange import Request, Response


async def ask(page, method="GET"):
    return await page(Request(method, "/"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_page_is_made_when_it_is_asked_for(method):
    bodies = iter([b"one", b"two"])
    page = pages.fixed("text/plain", lambda: next(bodies))

    assert Response(200, [(b"Content-Type", b"text/plain")], b"one") == await ask(page, method)
    assert b"two" == (await ask(page)).body


async def test_other_methods_are_told_what_is_allowed():
    page = pages.fixed("text/plain", lambda: b"")

    assert Response(405, [(b"Allow", b"GET, HEAD")]) == await ask(page, "POST")


async def test_a_page_for_posts_takes_nothing_else():
    async def answer(request):
        return Response(200, [], request.method.encode())

    page = pages.post_only(answer)

    assert b"POST" == (await ask(page, "POST")).body
    assert Response(405, [(b"Allow", b"POST")]) == await ask(page)


@pytest.mark.parametrize(
    ("well", "status", "body"),
    [
        (True, 200, b'{"status":"ready"}'),
        (False, 503, b'{"status":"the database does not answer"}'),
    ],
)
async def test_ready_is_who_can_answer(well, status, body):
    async def check():
        return well

    response = await ask(pages.ready(check))

    assert (status, body) == (response.status, response.body)


@pytest.mark.parametrize(
    ("path", "kind", "part"),
    [
        ("/healthz", "application/json; charset=utf-8", b"alive"),
        ("/readyz", "application/json; charset=utf-8", b"ready"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8", b"openucwa_users"),
        ("/openapi.json", "application/json; charset=utf-8", b'"openapi"'),
    ],
)
async def test_the_server_has_pages_that_need_no_token(world, path, kind, part):
    reply = await world.ask("GET", path)

    assert (200, kind) == (reply.status, reply.header("Content-Type"))
    assert part in reply.body
