"""Servers with other settings than usual."""

from __future__ import annotations

import pytest

from world import World


@pytest.fixture
async def world_with(tmp_path):
    """Give tests a way to ask for settings: ``presence={"away_timeout": 60}``."""
    made = []

    async def build(**sections):
        made.append(await World.create(tmp_path, **sections))
        return made[-1]

    yield build
    for world in made:
        await world.close()
