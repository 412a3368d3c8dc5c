"""Logs: one JSON object a line, on standard error, without secrets."""

from __future__ import annotations

import json
import logging

import pytest

from openucwa.adapters import logs


@pytest.fixture
def configured(capsys):
    """Send logs where the server sends them, for one test."""
    root, number = logging.getLogger(), logs.REQUEST.set(b"")
    level = root.level
    logs.configure("info", "json")
    (handler,) = root.handlers
    yield logging.getLogger("openucwa.test")
    root.removeHandler(handler)
    root.setLevel(level)
    logs.REQUEST.reset(number)


def lines(capsys):
    out, err = capsys.readouterr()
    assert "" == out
    return [json.loads(line) for line in err.splitlines()]


def test_a_line_says_what_happened_and_to_whom(configured, capsys):
    configured.info("signed in", extra={"user": "lenea@contoso.test"})
    line = lines(capsys)[0]

    assert ("signed in", "info") == (line["event"], line["level"])
    assert "lenea@contoso.test" == line["user"]
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["password", "Authorization", "access_token", "secret", "cookie"])
def test_secrets_are_blanked_out(configured, capsys, name):
    configured.info("oops", extra={name: "hunter2"})

    assert "***" == lines(capsys)[0][name]


def test_a_line_names_the_request_that_caused_it(configured, capsys):
    configured.info("before any")
    logs.REQUEST.set(b"00000000002a")
    configured.info("within")

    assert [None, "00000000002a"] == [line.get("request") for line in lines(capsys)]


def test_what_is_below_the_level_is_not_logged(configured, capsys):
    configured.debug("details")

    assert [] == lines(capsys)


def test_an_exception_stays_on_its_line(configured, capsys):
    try:
        int("broken\nin two")
    except ValueError:
        configured.exception("a bug")

    assert "broken" in lines(capsys)[0]["exception"]


def test_a_line_break_cannot_forge_a_line(configured, capsys):
    configured.info("sign-in refused", extra={"user": 'x\n{"event":"granted"}'})

    assert ["sign-in refused"] == [line["event"] for line in lines(capsys)]
