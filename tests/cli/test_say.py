"""``openucwa say``: whether it arrived, in words and as the exit status."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from openucwa.cli.main import main
from openucwa.client import Client


@pytest.fixture
def people(ucwa_server):
    return [ucwa_server.person(name) for name in ("lene", "sara")]


@pytest.fixture
def say(ucwa_server, people):
    lene, sara = people

    def run(text="Hello", *words, whom=sara.address, given=lene.password, url=ucwa_server.url):
        more = ("--url", url, "--password-stdin", *words)
        return CliRunner().invoke(
            main, ["say", whom, text, "--as", lene.address, *more], input=given
        )

    return run


async def test_what_arrives_is_there(ucwa_server, people, say):
    sara = people[1]
    async with Client(ucwa_server.url, sara.address, sara.password) as client:
        done = await asyncio.to_thread(say, "Hello, is it ☕?")
        assert "Hello, is it ☕?" == (await anext(client.messages())).text

    assert (0, f"{sara.address} has got it.\n", "") == (done.exit_code, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ({}, 1, "did not get it: The person cannot be reached now. Try again later."),
        ({"whom": "nobody@contoso.test"}, 1, "nobody@contoso.test did not get it: "),
        ({"given": "wrong"}, 1, "The user name or the password is wrong."),
        ({"url": "pool.test"}, 1, "is not an address like https://"),
        ({"whom": "sara"}, 2, "write user@domain"),
    ],
)
def test_what_goes_wrong_is_said_in_a_line(say, options, code, said):
    done = say(**options)

    assert (code, "") == (done.exit_code, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
