"""What a node asks of the others of its pool, as a small contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from openucwa.app.exchange import Request, Response, Waiting
from openucwa.domain.administration import Finding, Question
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import User
from openucwa.resources.call import Call


class Visit(NamedTuple):
    """A user who calls from another node, with her application and its instance."""

    user: User
    application: str
    instance: str


class Neighbours(Protocol):
    """The other nodes of the pool."""

    async def forward(self, request: Request, shard: int) -> Response | Waiting:
        """Have a request answered where its user lives.

        Raises ``Refused``: ServiceUnavailable if it is not known who has that shard, or how far
        a node came that has just gone.
        """
        ...

    async def carry(self, request: Request, call: Call, shard: int) -> tuple[Response, bool]:
        """Have a request answered where its conversation lives; tell whether it was done.

        Raises ``Refused`` as ``forward`` does.
        """
        ...

    async def survey(self, question: Question) -> Mapping[str, Finding | None]:
        """Return what each of the other nodes answers, by name; None if it does not in time."""
        ...


class Nobody(Neighbours):
    """There are no other nodes, and nothing lives there."""

    async def forward(self, request: Request, shard: int) -> Response | Waiting:
        """Refuse: there is nobody who could answer."""
        del request, shard
        raise Refused(Refusal.SERVICE_UNAVAILABLE)

    async def carry(self, request: Request, call: Call, shard: int) -> tuple[Response, bool]:
        """Refuse: there is nobody who could answer."""
        del request, call, shard
        raise Refused(Refusal.SERVICE_UNAVAILABLE)

    async def survey(self, question: Question) -> Mapping[str, Finding | None]:
        """Return nothing."""
        del question
        return {}
