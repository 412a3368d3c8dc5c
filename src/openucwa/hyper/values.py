"""Moments, lengths of time and texts as property values.

They are plain classes because msgspec would write a dataclass as an object; so each codec
decides how they look on the wire.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn, Self


class _Seconds:
    """A frozen number of seconds; what it counts is the subclass's business."""

    __slots__ = ("seconds",)

    seconds: float

    def __new__(cls, seconds: float) -> Self:
        self = super().__new__(cls)
        object.__setattr__(self, "seconds", seconds)
        return self

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.seconds == other.seconds

    def __hash__(self) -> int:
        return hash((type(self), self.seconds))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.seconds!r})"

    def __reduce__(self) -> tuple[type[Self], tuple[float]]:
        return type(self), (self.seconds,)


class Date(_Seconds):
    """A moment: seconds since 1970-01-01 00:00 UTC."""

    __slots__ = ()


class Span(_Seconds):
    """A length of time in seconds."""

    __slots__ = ()


class Words(NamedTuple):
    """A text, plain or HTML."""

    text: str
    html: bool = False


class External:
    """A text that is shown as a link which carries it (ExternalResource, R4.25, R9.28)."""

    __slots__ = ("words",)

    def __init__(self, words: Words) -> None:
        self.words = words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, External) and other.words == self.words

    def __hash__(self) -> int:
        return hash(self.words)

    def __repr__(self) -> str:
        return f"External({self.words!r})"
