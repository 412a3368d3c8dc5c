"""What the nodes of a pool say to each other, as bytes."""

from __future__ import annotations

import msgspec

from openucwa.adapters.batches import read_event, write_event
from openucwa.app.letters import Numbered
from openucwa.domain import administration
from openucwa.domain.users import Change, User


class Pass(msgspec.Struct, array_like=True, tag=True):
    """A client's request, to be answered where its user lives."""

    method: str
    path: str
    query: str
    headers: dict[bytes, bytes]
    body: bytes
    scheme: str
    in_batch: bool
    waits: bool = True
    """Whether a request for events may wait for some."""


class Carry(msgspec.Struct, array_like=True, tag=True):
    """A client's request, to be answered where its conversation lives."""

    request: Pass
    user: User
    application: str
    instance: str


class Post(msgspec.Struct, array_like=True, tag=True):
    """Letters of a shard for another one."""

    sender: int
    to: int
    letters: list[Numbered]


class Look(msgspec.Struct, array_like=True, tag=True):
    """A question how people are; ``watcher`` is the node that wants to hear of changes, if any."""

    addresses: list[str]
    watcher: str = ""


class News(msgspec.Struct, array_like=True, tag=True):
    """What has changed about people that a node watches, and when."""

    changes: dict[str, tuple[Change, float]]


class Flush(msgspec.Struct, array_like=True, tag=True):
    """A wish that everything said so far be in the history."""


class Stale(msgspec.Struct, array_like=True, tag=True):
    """What is remembered of these people by this name has changed in the database."""

    what: str
    addresses: list[str]


class Survey(msgspec.Struct, array_like=True, tag=True):
    """A question of administrators who lives at a node, or how much goes on there."""

    question: administration.Question


Question = Pass | Carry | Post | Look | News | Flush | Stale | Survey


class Answered(msgspec.Struct, array_like=True, tag=True):
    """A response; ``active`` if the request was activity of its user."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    private: bool = False
    active: bool = False


class Received(msgspec.Struct, array_like=True, tag=True):
    """Letters have come and are stored, up to this number."""

    number: int


class Looked(msgspec.Struct, array_like=True, tag=True):
    """How people are."""

    users: list[User]


class Unwatched(msgspec.Struct, array_like=True, tag=True):
    """Of whom nothing more needs to be told."""

    addresses: list[str]


class Surveyed(msgspec.Struct, array_like=True, tag=True):
    """What is to be said for administrators."""

    finding: administration.Finding


class Done(msgspec.Struct, array_like=True, tag=True):
    """It is done."""


class Moved(msgspec.Struct, array_like=True, tag=True):
    """It cannot be done here: another node has the shard."""

    shard: int


class Failed(msgspec.Struct, array_like=True, tag=True):
    """It cannot be done just now."""


Reply = Answered | Received | Looked | Unwatched | Surveyed | Done | Moved | Failed

_ENCODER = msgspec.msgpack.Encoder(enc_hook=write_event)
_QUESTION: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(
    Question, dec_hook=read_event
)
_REPLY: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply, dec_hook=read_event)


def write(frame: Question | Reply) -> bytes:
    """Write a question or a reply."""
    return _ENCODER.encode(frame)


def question(body: bytes) -> Question:
    """Read a question. Raises ``msgspec.DecodeError``."""
    return _QUESTION.decode(body)


def reply(body: bytes) -> Reply:
    """Read a reply. Raises ``msgspec.DecodeError``."""
    return _REPLY.decode(body)
