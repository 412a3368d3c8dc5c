"""Answering requests that come together, one after the other (BEHAVIOUR 6)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import cast

from openucwa.app.answers import refusal
from openucwa.app.exchange import Request, Response, Waiting
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import Raw
from openucwa.resources.call import Call
from openucwa.wire import batching
from openucwa.wire.malformed import Malformed
from openucwa.wire.media import negotiate

INHERITED = (b"authorization", b"host", b"x-ms-origin")
"""What the batch says for all of its parts, so that none of them speaks for somebody else."""

Dispatch = Callable[[Request, float], Awaitable[Response | Waiting]]


class Batches:
    """Runs batches by ``dispatch``; ``now`` tells the seconds since 1970.

    ``most`` is how many requests in batches one person may have under way (R6.8).
    """

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._outstanding: Counter[str] = Counter()

    async def run(self, dispatch: Dispatch, batch: Request, call: Call, body: Raw) -> Response:
        """Answer a batch; what one part changed, the next one sees.

        Raises ``Malformed`` and ``Refused``, and then none of the parts has run, except for
        ServiceUnavailable: it is not certain that what they changed will stay.
        """
        if not body.content_type.lower().startswith("multipart/"):
            raise Refused(Refusal.UNSUPPORTED_MEDIA_TYPE, "Send multipart/batching.")
        parts = batching.split(body.content_type, body.body)
        address = call.user.address
        if self._outstanding[address] + len(parts) > self._most:
            why = f"At most {self._most} requests in batches may be under way. Send fewer at once."
            raise Refused(Refusal.TOO_MANY_REQUESTS, why)
        inherited = {name: batch.headers.get(name, b"") for name in INHERITED}
        self._outstanding[address] += len(parts)
        try:
            answers = []
            for part in batching.read(parts, inherited):  # all are read before the first runs
                if isinstance(part, Malformed):
                    answers.append(_unreadable(part))
                    continue
                request = Request(*part, batch.scheme, in_batch=True)
                # Nothing that waits is allowed in a batch, so there is an answer at once.
                answer = cast("Response", await dispatch(request, self._now()))
                if part.method == "HEAD":
                    answer.body = b""
                answers.append(answer)
        finally:
            self._outstanding[address] -= len(parts)
            if not self._outstanding[address]:
                del self._outstanding[address]
        if any(answer.unstored for answer in answers):
            await call.services.live.stored()
        boundary = str(uuid.UUID(call.services.identifier(32), version=4))
        kind = f'multipart/batching; boundary="{boundary}"'
        headers = [(b"Content-Type", kind.encode())]
        return Response(200, headers, batching.join(boundary, map(_written, answers)))


def _unreadable(part: Malformed) -> Response:
    return refusal(Refused(Refusal.DESERIALIZATION_FAILURE, str(part)), negotiate(None))


def _written(answer: Response) -> bytes:
    caching = [] if answer.private else [(b"Cache-Control", b"no-cache")]
    return batching.answer(answer.status, [*caching, *answer.headers], answer.body)
