"""docs/client.md: its examples are run on a real server, and the names in its tables exist."""

from __future__ import annotations

import ast
import asyncio
import re

import pytest

from docs.blocks import ROOT, blocks
from openucwa import client as library
from openucwa.client import Client

PAGE = ROOT / "docs" / "client.md"
EXAMPLES = [text for kind, text in blocks(PAGE) if kind == "python"]
HEAD = "import asyncio\nfrom openucwa.client import Client\n"


MEETING = "https://meet.contoso.test/lene/ABCD1234"


async def arranged(server, person):
    """Have somebody arrange a meeting whose lobby others wait in; return where people join."""
    async with Client(server.url, person.address, person.password, available=False) as client:
        href = client._application.part("onlineMeetings").href("myOnlineMeetings")
        answer = await client._transport.ask("POST", href, {"accessLevel": "Locked"})
        return answer.resource.text("joinUrl")


@pytest.mark.parametrize("text", [one for one in EXAMPLES if "asyncio.run" not in one])
async def test_the_examples_run(ucwa_server, text):
    """Sara answers everything that is said to her."""
    people = {name: ucwa_server.person(name) for name in ("lene", "sara", "toni")}
    for name, person in people.items():
        text = text.replace(f"{name}@contoso.test", person.address)
    text = text.replace("https://pool.contoso.test", ucwa_server.url).replace(
        '"secret"', f'"{people["lene"].password}"'
    )
    names, joined = {}, None
    url = await arranged(ucwa_server, people["lene"]) if MEETING in text else ""
    text = text.replace(MEETING, url)

    async def answer(sara):
        async for message in sara.messages():
            await message.reply("Yes")

    async with (
        asyncio.timeout(20),
        Client(ucwa_server.url, people["sara"].address, people["sara"].password) as sara,
    ):
        answering = asyncio.create_task(answer(sara))
        if url:
            joined = await sara.join(url)
        code = compile(HEAD + text, str(PAGE), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, names)
        if result is not None:
            await result
        if "decide" in names:
            async with names["client"]:
                talk = await sara.start(people["lene"].address, "Hello")
                assert "Thank you for: Hello" == (await anext(talk.messages())).text
        if joined is not None:
            await joined.entered()
        answering.cancel()


def test_the_bot_of_the_page_is_the_example():
    assert (ROOT / "examples" / "echo_bot.py").read_text() in EXAMPLES


def test_all_errors_are_listed():
    listed = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    errors = {
        name
        for name in library.__all__
        if isinstance(found := getattr(library, name), type) and issubclass(found, Exception)
    }

    assert errors == {*listed, "UcwaError", "Failed"}
