"""A bot that says again whatever is said to it: echo_bot.py URL USER, password in BOT_PASSWORD."""

from __future__ import annotations

import asyncio
import os
import sys

from openucwa.client import Client


async def main(url: str, user: str) -> None:
    async with Client(url, user, os.environ["BOT_PASSWORD"]) as client:
        client.keep_active()
        async for message in client.messages():
            await message.reply(message.text)


asyncio.run(main(*sys.argv[1:]))
