"""The measure of all things here: servers that answer an empty 204 and know nothing else.

They run on the same uvicorn, with the same options, as OpenUCWA does: ``python -m bench.bare``
is a bare ASGI callable, ``python -m bench.bare falcon`` the same by a framework, ``python -m
bench.bare turns`` the bare one in turns, as OpenUCWA has uvicorn work (``adapters.turns``).
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from openucwa.adapters.listener import Listener, listen


async def bare(_scope, _receive, send):
    """Answer without looking."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def falcon() -> Any:
    """Return a Falcon application with one resource."""
    import falcon.asgi

    class Nothing:
        async def on_post(self, _request, response):
            response.status = 204

    app = falcon.asgi.App()
    app.add_route("/empty", Nothing())
    return app


class Bare(Listener):
    """uvicorn as it comes."""

    def protocol(self) -> Any:
        """Return uvicorn's own."""
        return HttpToolsProtocol


def main() -> None:
    """Listen on a free port and say which."""
    app = falcon() if sys.argv[1:] == ["falcon"] else bare

    def say(url: str) -> None:
        sys.stdout.write(f"listening on {url}\n")
        sys.stdout.flush()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        serve = Listener if sys.argv[1:] == ["turns"] else Bare
        listener = serve(app, listen("127.0.0.1", 0), None, say, lambda: None)
        runner.run(listener.run_until_stopped())


if __name__ == "__main__":
    main()
