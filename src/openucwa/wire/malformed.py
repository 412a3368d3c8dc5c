"""What every decoder raises for a body it cannot read."""

from __future__ import annotations


class Malformed(Exception):
    """A body that is not what its type promises (R4.4); the text says why, for people."""
