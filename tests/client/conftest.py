"""What the tests of the client share: a server that does as it is told, and no pauses."""

from __future__ import annotations

import pytest

from fake_ucwa import FakeUcwa
from openucwa.client import client, pace, transport


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    """Try again at once."""
    for module in (client, transport):
        monkeypatch.setattr(module, "pauses", lambda: pace.pauses(0.001, 0.002))


@pytest.fixture
def fake():
    return FakeUcwa()
