"""What callbacks and webhooks have in common on the command line; the rest is in their tests."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "words", [("callback", "add", "--user-agent", "x"), ("webhook", "add", "--everybody")]
)
def test_urls_are_checked_by_the_same_settings(command, words):
    allowed = {"OPENUCWA_WEBHOOKS_ALLOWED": "*.contoso.test", "OPENUCWA_WEBHOOKS_INSECURE": "true"}

    assert 0 == command(*words, "http://bot.contoso.test/", env=allowed).exit_code
    refused = command(*words, "http://bot.example.com/", env=allowed)
    assert "bot.example.com is not among webhooks.allowed" in refused.stderr
    assert 2 == command(*words, "http://bot.contoso.test/").exit_code


def test_certificates_that_cannot_be_read_are_said_in_words(command):
    added = command("webhook", "add", "https://bot.example.com/", "--everybody")
    name = added.output.split()[1].rstrip(",")
    done = command("webhook", "test", name, env={"OPENUCWA_WEBHOOKS_CA": "missing.pem"})

    assert (1, True) == (done.exit_code, "cannot use webhooks.ca, missing.pem" in done.stderr)
