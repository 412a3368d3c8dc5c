"""Messages as JSON made from templates: what people do most is what is rendered most.

A template is an event as the renderer makes it, with gaps for what differs between the messages
of one sender in one conversation; so they look the same as all else.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from openucwa.domain.modalities import MessageFormat
from openucwa.domain.seen import Delivery, Direction, MessageSeen, MessageText
from openucwa.hyper.values import Date
from openucwa.wire import datauris, dates, json

Allowed = tuple[bool, ...]
"""Which links of a message may be shown."""

_TEXT = uuid.uuid4().hex  # noqa: TID251  it never leaves this module
_NUMBER = int(_TEXT, 16)
_MOMENT = float(_NUMBER % 10**8 + 10**8)
_OPERATION = _TEXT[::-1]
"""What stands in the place of a message's own values; nobody can guess it."""


class Kind(NamedTuple):
    """What all messages of a template have in common."""

    conversation: str
    direction: Direction
    sender: str
    name: str
    html: bool
    identified: bool
    status: Delivery

    def example(self) -> MessageSeen:
        """Return a message of this kind, with marks for its own values."""
        return MessageSeen(
            self.conversation,
            _NUMBER,
            self.direction,
            _MOMENT,
            MessageText(_TEXT, MessageFormat.HTML if self.html else MessageFormat.PLAIN),
            self.sender,
            self.name,
            _OPERATION if self.identified else "",
            self.status,
        )


class Template(NamedTuple):
    """Pieces of JSON, and which of a message's values each second one stands for."""

    pieces: list[bytes]
    gaps: list[int]


class Templates:
    """Makes the JSON of messages; ``render`` makes that of an example, below an application."""

    def __init__(self, application: str, render: Callable[[MessageSeen, Allowed], bytes]) -> None:
        marks = [
            application.encode(),
            b"%d" % _NUMBER,
            b"%d" % dates.milliseconds(Date(_MOMENT)),
            _TEXT.encode(),
            _OPERATION.encode(),
        ]
        gaps = re.compile(b"(" + b"|".join(marks) + b")")

        @lru_cache(maxsize=2048)
        def template(kind: Kind, allowed: Allowed) -> Template:
            pieces = gaps.split(render(kind.example(), allowed))
            return Template(pieces, [marks.index(mark) for mark in pieces[1::2]])

        self._template = template

    def fill(self, seen: MessageSeen, allowed: Allowed, application: str) -> bytes:
        """Return the JSON of a message that failed for nobody, below an application."""
        kind = Kind(
            seen.conversation,
            seen.direction,
            seen.sender,
            seen.name,
            seen.said.format is MessageFormat.HTML,
            bool(seen.operation),
            seen.status,
        )
        template = self._template(kind, allowed)
        values = (
            application.encode(),
            b"%d" % seen.number,
            b"%d" % dates.milliseconds(Date(seen.time)),
            datauris.escape(seen.said.text).encode(),
            json.encode_text(seen.operation)[1:-1],
        )
        pieces = template.pieces.copy()
        pieces[1::2] = [values[gap] for gap in template.gaps]
        return b"".join(pieces)
