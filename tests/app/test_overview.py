"""One node's overview; tests/resources/test_admin_sessions.py has the rest of it."""

from __future__ import annotations

import pytest

from openucwa.app import overview as module
from openucwa.domain.administration import Question
from openucwa.domain.refusals import Refusal, Refused
from world import DOMAIN


@pytest.fixture
async def overview(world):
    return world.server.overview


@pytest.mark.parametrize("size", [1, 2, 2000])
async def test_sessions_come_in_order_whatever_the_slices(world, overview, monkeypatch, size):
    monkeypatch.setattr(module, "SLICE", size)
    for number in (3, 1, 2, 0):
        address = await world.person(f"p{number}")
        for end in range(2):
            await world.client(address, endpointId=f"e{end}")
    everybody = (await overview.answer(Question("sessions", 100))).sessions
    found, after = [], ("", "")
    while some := (await overview.answer(Question("sessions", 3, after))).sessions:
        found += some
        after = some[-1][:2]

    assert list(everybody) == found
    assert sorted(one[:2] for one in found) == [one[:2] for one in found]
    assert [f"p{number // 2}@{DOMAIN}" for number in range(8)] == [one.address for one in found]


async def test_a_session_that_is_gone_cannot_be_ended(world, overview):
    address = await world.person("lenea")
    for known in (False, True):
        if known:
            await world.client(address)
        with pytest.raises(Refused) as told:
            await overview.end(address, "1", world.clock.now())
        assert Refusal.NOT_FOUND is told.value.refusal


async def test_figures_of_nobody(overview):
    finding = await overview.answer(Question("figures"))

    assert (0, 0, 0) == finding.figures[1:4]
    assert [] == (await overview.answer(Question("samples", 5))).samples
