"""``openucwa callback``: whose events are pushed where."""

from __future__ import annotations

import pytest

URL = "https://127.0.0.1:1/"
OWN = ("--user-agent", "bot/1")


@pytest.fixture
def callback(command):
    return lambda *words: command("callback", *words)


def test_callbacks_are_added_listed_and_removed(callback, lene):
    done = callback("add", "https://bot.example.com/in", *OWN, "--user", f"sip:{lene.upper()}")
    name = done.output.split()[1].rstrip(",")
    assert 0 == done.exit_code
    assert f"{name}\tbot/1\t{lene}\thttps://bot.example.com/in\n" == callback("list").output

    assert f"removed {name}\n" == callback("remove", name).output
    assert "" == callback("list").output


def test_a_secret_is_shown_once_and_a_new_one_on_request(callback):
    added = callback("add", "https://bot.example.com/in", *OWN)
    name, secret = added.output.split()[1].rstrip(","), added.output.split()[-1]
    rotated = callback("rotate-secret", name).output

    assert secret.startswith("whsec_")
    assert secret not in callback("list").output + rotated
    assert rotated.splitlines()[-1].startswith("whsec_")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["http://bot.example.com/", *OWN], "a URL begins with https://"),
        (["https://me:pw@bot.example.com/", *OWN], "no name and password"),
        (["https://10.1.2.3/", *OWN], "10.1.2.3 is not among webhooks.allowed"),
        (["https://bot.example.com/"], "Missing option '--user-agent'"),
        (["https://bot.example.com/", "--user-agent", ""], "--user-agent has 1 to 100"),
        (["https://bot.example.com/", *OWN, "--user", "lene"], "'lene' is not an address"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why(callback, words, said):
    done = callback("add", *words)

    assert (2, True) == (done.exit_code, said in done.stderr)
    assert "" == callback("list").output


def test_who_is_unknown_has_no_callback(callback):
    done = callback("add", "https://bot.example.com/", *OWN, "--user", "x@contoso.test")

    assert (1, True) == (done.exit_code, "nobody has the address x@contoso.test" in done.stderr)


def test_an_application_has_one_callback(callback):
    added = callback("add", "https://bot.example.com/", *OWN)
    done = callback("add", "https://bot.example.com/other", *OWN)

    name = added.output.split()[1].rstrip(",")
    assert (1, True) == (done.exit_code, f"there is one already: {name}" in done.stderr)


@pytest.mark.parametrize("verb", ["remove", "rotate-secret", "test"])
def test_what_is_not_there_is_said(callback, verb):
    done = callback(verb, "abcd")

    assert (1, "Error: there is no abcd; `list` shows what there is\n") == (
        done.exit_code,
        done.stderr,
    )


def test_a_test_sends_a_package_without_events(command, receiver, receivers_certificate):
    certificate = str(receivers_certificate[0])
    trust = {"OPENUCWA_WEBHOOKS_ALLOWED": "127.0.0.1", "OPENUCWA_WEBHOOKS_CA": certificate}
    added = command("callback", "add", receiver.url, *OWN, env=trust)
    name, secret = added.output.split()[1].rstrip(","), added.output.split()[-1]
    done = command("callback", "test", name, env=trust)

    [post] = receiver.posts
    assert (0, f"{receiver.url} answered 204\n") == (done.exit_code, done.output)
    assert ({"_links": {}, "sender": []}, "0") == (post.tree, post.headers["openucwa-package"])
    assert post.is_signed_with(secret)

    receiver.answers = lambda _: 404
    failed = command("callback", "test", name, env=trust)
    assert (1, True) == (failed.exit_code, "answered 404, and not 2xx" in failed.stderr)
    distrusted = command("callback", "test", name, env={"OPENUCWA_WEBHOOKS_ALLOWED": "127.0.0.1"})
    assert (1, True) == (distrusted.exit_code, "certificate verify failed" in distrusted.stderr)
