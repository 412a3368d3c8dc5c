"""Several requests in one (BEHAVIOUR 6)."""

from __future__ import annotations

from dataclasses import dataclass

from openucwa.hyper.declare import Raw, Representation, post, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE


@dataclass(frozen=True, slots=True)
class Together:
    """Answer the requests in this body."""

    body: Raw


@resource("batch", at="batch", scopes=ANY_SCOPE, alone=True)
class Batch(Representation):
    """Where several requests are sent at once."""

    @staticmethod
    @post(200)
    def run(call: Call, given: Raw) -> Together:
        """Answer each request of a batch, in their order."""
        return Together(given)
