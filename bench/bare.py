"""The measure of all things here: a bare ASGI callable that answers an empty 204.

It runs on the same uvicorn, with the same options, as OpenUCWA does. Started with a port.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop

from openucwa.adapters.listener import Listener, listen


async def app(_scope, _receive, send):
    """Answer without looking."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def main() -> None:
    """Listen on a free port and say which."""
    sock = listen("127.0.0.1", 0)

    def say(url: str) -> None:
        sys.stdout.write(f"listening on {url}\n")
        sys.stdout.flush()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Listener(app, sock, None, say, lambda: None).run_until_stopped())


if __name__ == "__main__":
    main()
