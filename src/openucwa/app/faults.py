"""Refusals that come from outside the rules: faults to be tried out, and pools being emptied.

Every operation may be refused for reasons that lie with the deployment and not with the
caller. They are kept here, apart from the declarations, so that dispatch asks one question.
"""

from __future__ import annotations

from dataclasses import dataclass

from openucwa.domain.refusals import Refusal


@dataclass(slots=True)
class Fault:
    """One refusal to hand out: for calls of a rel by a user (None: any), so many times."""

    refusal: Refusal
    rel: str | None = None
    address: str | None = None
    count: int = 1


class Faults:
    """What stands in the way of calls that are otherwise fine."""

    def __init__(self, *, draining: bool = False) -> None:
        self.draining = draining
        self._planted: list[Fault] = []

    def plant(self, fault: Fault) -> None:
        """Refuse coming calls."""
        self._planted.append(fault)

    def clear(self) -> None:
        """Forget all planted faults."""
        self._planted.clear()

    def take(self, rel: str, address: str) -> Refusal | None:
        """Return what a call is refused with, or None.

        A pool that is emptied and has no backup refuses everything (R14.2).
        """
        if self.draining:
            return Refusal.CANNOT_REDIRECT
        for fault in self._planted:
            if fault.rel in (None, rel) and fault.address in (None, address):
                fault.count -= 1
                if fault.count <= 0:
                    self._planted.remove(fault)
                return fault.refusal
        return None
