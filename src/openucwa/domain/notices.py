"""Notices: what is to be told to a person's own applications."""

from __future__ import annotations

import enum
from typing import NamedTuple

from openucwa.domain.seen import Seen


class Audience(enum.Enum):
    """Which of the applications are told."""

    AVAILABLE = "those that left lurker mode"
    LISTENING = "those that subscribed to contacts and groups (R7.45)"


class Notice(NamedTuple):
    """An event of a declared resource.

    ``to`` is the id of one application, or several of them. ``params`` are the path parameters
    of the resource; ``inside`` is the collection it is in, if any. ``shown`` is embedded as it was
    then.
    """

    rel: str
    type: str = "updated"
    params: tuple[tuple[str, str], ...] = ()
    to: str | Audience = Audience.AVAILABLE
    inside: str = ""
    shown: Seen | None = None
