"""Calls that are answered where their conversation lives."""

from __future__ import annotations

from types import SimpleNamespace

from openucwa.app.dispatch import Dispatcher
from openucwa.app.exchange import Response
from openucwa.domain.users import User


async def test_what_was_done_is_answered_though_who_asked_lives_elsewhere_by_now():
    """To report her activity here would fail, and the call would be made once more."""
    answer = Response(201, [])

    async def carry(request, call, shard):
        return answer, True

    live = SimpleNamespace(is_here=lambda address: False)
    dispatcher = SimpleNamespace(
        neighbours=SimpleNamespace(carry=carry), services=SimpleNamespace(live=live)
    )
    call = SimpleNamespace(user=User("lene@contoso.test"))  # which can report nothing
    operation = SimpleNamespace(counts=True)

    assert answer is await Dispatcher._carry(dispatcher, None, call, operation, 1)
