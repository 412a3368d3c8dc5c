"""Logs: one JSON object a line, on standard error, without secrets."""

from __future__ import annotations

import contextlib
import io
import json
import logging

import pytest

from openucwa.adapters import logs


@pytest.fixture
def stream():
    """Send logs to standard error, for one test, and return what stands in for it."""
    root, number = logging.getLogger(), logs.REQUEST.set(b"")
    level = root.level
    with contextlib.redirect_stderr(io.StringIO()) as stream:
        logs.configure("info", "json")
    (handler,) = root.handlers
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    logs.REQUEST.reset(number)


@pytest.fixture
def log(stream):
    return logging.getLogger("openucwa.test")


@pytest.fixture
def lines(stream):
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_happened_and_to_whom(log, lines):
    log.info("signed in", extra={"user": "lenea@contoso.test"})
    line = lines()[0]

    assert ("signed in", "info") == (line["event"], line["level"])
    assert "lenea@contoso.test" == line["user"]
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["password", "Authorization", "access_token", "secret", "cookie"])
def test_secrets_are_blanked_out(log, lines, name):
    log.info("oops", extra={name: "hunter2"})

    assert "***" == lines()[0][name]


def test_a_line_names_the_request_that_caused_it(log, lines):
    log.info("before any")
    logs.REQUEST.set(b"00000000002a")
    log.info("within")

    assert [None, "00000000002a"] == [line.get("request") for line in lines()]


def test_what_is_below_the_level_is_not_logged(log, lines):
    log.debug("details")

    assert [] == lines()


def test_an_exception_stays_on_its_line(log, lines):
    try:
        int("broken\nin two")
    except ValueError:
        log.exception("a bug")

    assert "broken" in lines()[0]["exception"]


def test_a_line_break_cannot_forge_a_line(log, lines):
    log.info("sign-in refused", extra={"user": 'x\n{"event":"granted"}'})

    assert ["sign-in refused"] == [line["event"] for line in lines()]
