"""``openucwa webhook``: who is told of whose presence."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.domain.people import DistributionGroup

URL = "https://bot.example.com/in"
TEAM = "team@contoso.test"


@pytest.fixture
def webhook(command):
    return lambda *words: command("webhook", *words)


def test_webhooks_are_added_listed_and_removed(webhook, lene, tmp_path):
    async def found():
        database = await Database.open(tmp_path / "data")
        await SqlGroups(database).keep({DistributionGroup(TEAM, "Team"): [lene]})
        await database.close()

    asyncio.run(found())
    added = webhook("add", URL, "--person", lene, "--group", TEAM)
    name = added.output.split()[1].rstrip(",")
    assert f"{name}\t{lene},{TEAM}\t{URL}\n" == webhook("list").output
    assert f"removed {name}\n" == webhook("remove", name).output
    everybody = webhook("add", URL, "--everybody").output.split()[1].rstrip(",")
    assert f"{everybody}\teverybody\t{URL}\n" == webhook("list").output


def test_a_new_secret_is_shown_once(webhook):
    name = webhook("add", URL, "--everybody").output.split()[1].rstrip(",")
    rotated = webhook("rotate-secret", name).output

    assert f"{name} has a new secret (shown only now); the old one signs for a day:" in rotated
    assert rotated.split()[-1] not in webhook("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([URL], "say whose presence"),
        ([URL, "--everybody", "--person", "a@b"], "say whose presence"),
        ([URL, "--person", "lene"], "'lene' is not an address"),
        (["https://localhost:99999/", "--everybody"], "Port out of range"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why(webhook, words, said):
    done = webhook("add", *words)

    assert (2, True) == (done.exit_code, said in done.stderr)
    assert "" == webhook("list").output


def test_who_is_unknown_is_not_reported(webhook):
    done = webhook("add", URL, "--person", "x@contoso.test")

    assert (1, True) == (done.exit_code, "nobody has the address x@contoso.test" in done.stderr)


def test_a_test_sends_no_changes(command, receiver, receivers_certificate):
    trust = {
        "OPENUCWA_WEBHOOKS_ALLOWED": "127.0.0.0/8",
        "OPENUCWA_WEBHOOKS_CA": str(receivers_certificate[0]),
    }
    added = command("webhook", "add", receiver.url, "--everybody", env=trust)
    name, secret = added.output.split()[1].rstrip(","), added.output.split()[-1]
    done = command("webhook", "test", name, env=trust)

    assert (0, f"{receiver.url} answered 204\n") == (done.exit_code, done.output)
    [post] = receiver.posts
    assert {"changes": []} == post.tree
    assert post.is_signed_with(secret)
