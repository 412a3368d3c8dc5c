"""Trouble that comes from outside the rules: faults to be tried out.

They are kept here, apart from the declarations, so that dispatch asks one question.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from openucwa.domain.refusals import Refusal


@dataclass(slots=True)
class Fault:
    """One kind of trouble: for calls of a rel by a user (None: any), so many times.

    A ``refusal`` is the answer instead of the operation. ``delay`` keeps the answer back, in
    seconds; ``drop`` closes the connection instead of answering, so that without a refusal the
    operation happens and nobody is told.
    """

    refusal: Refusal | None = None
    rel: str | None = None
    address: str | None = None
    count: int = 1
    delay: float = 0.0
    drop: bool = False


HIT: ContextVar[Fault | None] = ContextVar("HIT", default=None)
"""The fault that has hit the call of this context: whoever sends the answer does the rest."""


class Faults:
    """What stands in the way of calls that are otherwise fine."""

    def __init__(self) -> None:
        self._planted: list[Fault] = []

    @property
    def planted(self) -> tuple[Fault, ...]:
        """The faults that are still to come."""
        return tuple(self._planted)

    def plant(self, fault: Fault) -> None:
        """Trouble coming calls; those planted first come first."""
        self._planted.append(fault)

    def clear(self) -> None:
        """Forget all planted faults."""
        self._planted.clear()

    def take(self, rel: str, address: str) -> Refusal | None:
        """Return what a call is refused with, or None; set ``HIT`` if a fault hits it."""
        for fault in self._planted:
            if fault.rel in (None, rel) and fault.address in (None, address):
                fault.count -= 1
                if fault.count <= 0:
                    self._planted.remove(fault)
                HIT.set(fault)
                return fault.refusal
        return None
