"""Print what people show, whenever it changes: watch_people.py URL USER WHOM ..."""

from __future__ import annotations

import asyncio
import os
import sys

from openucwa.client import Client


async def main(url: str, user: str, *whom: str) -> None:
    async with Client(url, user, os.environ["BOT_PASSWORD"], available=False) as client:
        async for seen in client.watch(*whom):
            print(f"{seen.person.name}: {seen.availability}", flush=True)


asyncio.run(main(*sys.argv[1:]))
