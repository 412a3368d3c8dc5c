"""What happens when time passes: the wheel's keys, looked at against the truth.

A user's key is the address, a parked request's the ``Key`` that it has in ``Polls``, a
conversation's is ``Due``.
"""

from __future__ import annotations

from typing import cast

from openucwa.app.announcer import Due
from openucwa.app.commit import Commit
from openucwa.app.meters import Meters
from openucwa.app.polls import Key, Polls
from openucwa.domain.wheel import Wheel

BATCH = 10
"""So many keys are looked at before others get their turn."""


class Timers:
    """Runs whatever is due."""

    def __init__(self, wheel: Wheel, commit: Commit, polls: Polls, meters: Meters) -> None:
        self._wheel = wheel
        self._commit = commit
        self._polls = polls
        self._meters = meters

    def next(self) -> float | None:
        """Return when to run again (seconds since 1970), or None if nothing is armed."""
        return self._wheel.next()

    def run(self, now: float) -> None:
        """Do what is due, or the first of it: what is left is still due."""
        due = self._wheel.next()
        if due is not None and due <= now:
            self._meters.wheel_lag.observe(now - due)
        fired = self._wheel.due(now, BATCH)
        for key in fired:
            if isinstance(key, str):
                self._commit.tend(key, now)
            elif isinstance(key, Due):
                self._commit.announcer.tend(key, now)
            else:
                self._polls.wake(cast("Key", key), now)
