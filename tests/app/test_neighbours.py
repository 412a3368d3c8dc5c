"""Without other nodes nothing can be passed on."""

from __future__ import annotations

import pytest

from openucwa.app.exchange import Request
from openucwa.app.neighbours import Nobody
from openucwa.domain.administration import Question
from openucwa.domain.refusals import Refusal, Refused


async def test_there_is_nobody_who_could_answer():
    request = Request("GET", "/", "", {})
    for passing_on in (Nobody().forward(request, 1), Nobody().carry(request, None, 1)):
        with pytest.raises(Refused) as told:
            await passing_on
        assert Refusal.SERVICE_UNAVAILABLE is told.value.refusal


async def test_nobody_is_asked_for_administrators():
    assert {} == await Nobody().survey(Question("figures"))
