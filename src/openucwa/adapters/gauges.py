"""Metrics that are read from what there is when somebody asks."""

from __future__ import annotations

from collections.abc import Callable

from openucwa.adapters.memory import ProcessLive
from openucwa.adapters.pages import Gauge
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.talks import ProcessConversations
from openucwa.app.polls import Polls
from openucwa.app.webhooks import WebhookWatch
from openucwa.domain.wheel import Wheel


def of_live(
    live: ProcessLive, conversations: ProcessConversations, polls: Polls, wheel: Wheel
) -> dict[str, Gauge]:
    """Return the metrics that are read from live state when somebody asks."""

    def applications() -> int:
        return sum(len(user.applications) for user in live.users())

    def available() -> int:
        return sum(len(user.endpoints()) for user in live.users())

    def queued() -> int:
        return sum(
            len(channel)
            for user in live.users()
            for app in user.applications.values()
            for channel in app.channels.values()
        )

    return {
        "openucwa_users": ("Users with live state.", lambda: len(live)),
        "openucwa_applications": ("Applications that exist.", applications),
        "openucwa_available": ("Applications that left lurker mode.", available),
        "openucwa_conversations": (
            "Conversations that go on or are just over.",
            lambda: len(conversations),
        ),
        "openucwa_parked_polls": ("Requests for events that wait.", lambda: len(polls)),
        "openucwa_queued_events": ("Events that wait to be fetched.", queued),
        "openucwa_armed_timers": ("Entries of the timing wheel.", lambda: len(wheel)),
    }


def of_pushing(watch: WebhookWatch, now: Callable[[], float]) -> dict[str, Gauge]:
    """Return the metrics of what is pushed."""
    return {
        "openucwa_pushed_channels": (
            "Event channels that are pushed to a callback.",
            lambda: len(watch.callbacks),
        ),
        "openucwa_unreachable_channels": (
            "Those of them whose callback cannot be reached.",
            lambda: watch.callbacks.lost(now()),
        ),
        "openucwa_waiting_reports": (
            "Changes of presence that wait to be sent to webhooks.",
            lambda: len(watch.reports),
        ),
    }


def of_node(residence: Residence) -> dict[str, Gauge]:
    """Return the metrics of a node of a pool."""
    return {
        "openucwa_shards": ("Shards that this node has.", lambda: len(residence.here)),
        "openucwa_nodes": ("Nodes of the pool that live.", lambda: len(residence.nodes)),
        "openucwa_adrift": (
            "Whether the lease of this node is over (1), as when Redis does not answer.",
            lambda: int(residence.adrift),
        ),
    }
