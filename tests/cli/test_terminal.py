"""A terminal in which people talk."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime

import pytest

from openucwa.cli.terminal import clean, show, typed
from openucwa.client import Message, Person, Typing


def test_what_others_say_moves_no_cursor(capsys):
    for name, address in (("Sara\r", "sara@contoso.test"), ("", "sara@contoso.test")):
        said = "one\x1b[2J\ntwo"
        show(Message(said, Person(address, name), datetime.now(UTC), None))

    lines = capsys.readouterr().out.splitlines()
    assert ["Sara : one [2J", "Sara : two", "sara@contoso.test: one [2J"] == lines[:3]


def test_who_is_typing_is_shown_and_who_has_stopped_is_not(capsys):
    show(Typing("Sara\x07", active=True))
    show(Typing("Sara", active=False))

    assert ("", "Sara  is typing ...\n") == capsys.readouterr()


def test_letters_of_all_kinds_are_kept():
    assert "ä ☃  b" == clean("ä ☃\t\u202eb")


@pytest.fixture
def keyboard(monkeypatch):
    """Where to write what is typed."""
    out, into = os.pipe()
    with os.fdopen(out) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield into


async def test_lines_come_as_they_are_typed_until_the_end(keyboard):
    """Also in pieces, with bytes that are no letters, and without an end of the last line."""
    lines = typed()
    async with asyncio.timeout(10):
        os.write(keyboard, b"one\ntw")
        assert "one" == await lines.get()
        os.write(keyboard, b"o\n\xff\nlast")
        assert ["two", "\ufffd"] == [await lines.get(), await lines.get()]
        os.close(keyboard)
        assert ["last", None] == [await lines.get(), await lines.get()]
