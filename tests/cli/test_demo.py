"""``openucwa demo``: passwords are guessable only where nobody else can reach the server."""

from __future__ import annotations

import pytest

from openucwa.cli.serve import is_loopback


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("pool.contoso.test", False),
        ("", False),
    ],
)
def test_who_can_reach_an_address(host, alone):
    assert alone == is_loopback(host)
