"""Pictures of people, and the sizes in which they are shown (R2.32)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Size = Literal[
    "HR48X48",
    "HR96X96",
    "HR120X120",
    "HR240X240",
    "HR360X360",
    "HR432X432",
    "HR504X504",
    "HR648X648",
]
"""The names of the sizes; all pictures are square."""

SIDES: Final = {name: int(name.partition("X")[2]) for name in get_args(Size)}
"""The pixels along one side."""

SMALLEST, LARGEST = min(SIDES.values()), max(SIDES.values())


@dataclass(frozen=True, slots=True)
class Photo:
    """A square picture as it is kept: between the smallest and the largest size.

    ``digest`` is another one for another picture.
    """

    jpeg: bytes
    digest: str


def side_kept(width: int, height: int) -> int:
    """Return the side of the square to keep of a picture, which is enlarged only if it must."""
    return max(SMALLEST, min(LARGEST, width, height))


def side_shown(asked: int, kept: int) -> int:
    """Return the side to show: the one asked for, or the next smaller one that there is."""
    return max(side for side in SIDES.values() if side <= min(asked, kept))
