"""What all tests share: the Hypothesis profiles, and a server in a test."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from process import company, network, openucwa, people, servers  # noqa: F401
from world import World

# Shared machines stall, so there are no deadlines; CI repeats the same examples every time.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=200, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture
async def world(tmp_path):
    """A server with nobody in it yet."""
    made = await World.create(tmp_path)
    yield made
    await made.close()
