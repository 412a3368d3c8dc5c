"""Putting events into the channels of applications, and waking who waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from openucwa.app.meters import Meters
from openucwa.app.polls import Key, Polls
from openucwa.domain.applications import Application
from openucwa.domain.channel import Event
from openucwa.domain.live import Live
from openucwa.domain.users import User

Told = dict[Key, None]
"""Channels that may have to be emptied sooner because of what was put into them."""

IN_ONE_GO = 25
"""So many requests for events are answered in one go."""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Delivers events; ``queue_limit`` is how many an application may leave waiting.

    ``hurry`` has the wheel looked at soon.
    """

    live: Live
    polls: Polls
    meters: Meters
    queue_limit: int
    hurry: Callable[[], None] = lambda: None

    def put(self, user: User, app: Application, event: Event, now: float, told: Told) -> None:
        """Tell one application; the caller notes that the user changed."""
        sooner, dropped = app.tell(event, now, self.queue_limit)
        if dropped:
            self.meters.dropped_queues += 1
            self.live.rewatch(user)
        for instance in app.channels if dropped else sooner:
            told[user.address, app.id, instance] = None

    def relay(
        self,
        applications: Sequence[tuple[str, str]],
        event: Event,
        now: float,
        told: Told,
        about: str = "",
    ) -> None:
        """Tell applications of any users, given as address and id, those that are still there.

        The event may be ``about`` a conversation.
        """
        for address, identifier in applications:
            user = self.live.present(address)
            app = user and user.applications.get(identifier)
            if user and app:
                self.put(user, app, event, now, told)
        self.live.relayed(event, now, list(applications), about)

    def wake(self, told: Iterable[Key], now: float) -> None:
        """Look at the requests that wait for these channels.

        Some are answered at once. If there are more, others get their turn in between: packages
        for hundreds who watch the same person would hold everybody else up for as long.
        """
        room = IN_ONE_GO
        for key in told:
            room -= self.polls.wake(key, now, later=room <= 0)
        if room < 0:
            self.hurry()
