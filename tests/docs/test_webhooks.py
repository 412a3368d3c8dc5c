"""docs/webhooks.md: the check of signatures that it shows, and what it says of limits."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from docs.blocks import ROOT, blocks
from openucwa.adapters.couriers import GATHER
from openucwa.adapters.outward import AT_ONCE, LONGEST_ANSWER
from openucwa.app.webhooks import BATCH, RECHECK, message
from openucwa.domain.webhooks import FIRST, ROTATION, Report, Target, headers, secret_of

PAGE = ROOT / "docs" / "webhooks.md"
OLD, NEW, BODY = secret_of(b"o" * 32), secret_of(b"n" * 32), b'{"sender":[]}'
TARGET = Target(id="t", url="https://bot.test/", secret=NEW, old_secret=OLD, rotated=1000.0)


@pytest.fixture
def is_genuine():
    [source] = [text for language, text in blocks(PAGE) if language == "python"]
    names = {}
    exec(source, names)
    return names["is_genuine"]


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_what_is_signed_is_genuine_with_either_secret(is_genuine, secret):
    assert is_genuine(headers(TARGET, "name", 1500, BODY), BODY, secret, 1790)


def test_what_is_old_changed_or_signed_by_others_is_not(is_genuine):
    given = headers(TARGET, "name", 1500, BODY)

    assert not is_genuine(given, BODY, NEW, 1801)
    assert not is_genuine(given, BODY + b" ", NEW, 1500)
    assert not is_genuine(given | {"Webhook-Id": "other"}, BODY, NEW, 1500)
    assert not is_genuine(given | {"Webhook-Timestamp": "1501"}, BODY, NEW, 1500)
    assert not is_genuine(given, BODY, secret_of(b"x" * 32), 1500)


def test_the_report_that_is_shown_is_one_that_is_sent():
    [shown] = [json.loads(text) for language, text in blocks(PAGE) if language == "json"]
    [change] = shown["changes"]
    since = datetime.fromisoformat(change["since"]).timestamp()
    values = {**change, "since": since}

    assert shown == json.loads(message([Report(**values)]))


def test_limits_are_as_it_says():
    assert (0.2, 100, 10.0, 0.5, 24 * 3600, 64 * 1024, 32) == (
        GATHER,
        BATCH,
        RECHECK,
        FIRST,
        ROTATION,
        LONGEST_ANSWER,
        AT_ONCE,
    )
