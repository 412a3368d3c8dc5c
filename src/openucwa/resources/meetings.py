"""Online meetings: the dashboard that every application embeds (BEHAVIOUR 10)."""

from __future__ import annotations

from openucwa.hyper.declare import Representation, get, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE


@resource("onlineMeetings", at="onlineMeetings", scopes=ANY_SCOPE)
class OnlineMeetings(Representation):
    """The user's meetings; empty of links until meetings can be held (R13.2)."""

    @staticmethod
    @get()
    def show(call: Call) -> OnlineMeetings:
        return OnlineMeetings()
