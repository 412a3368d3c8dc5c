"""The chapters of the API: an explicit list, and nothing else."""

from __future__ import annotations

from openucwa.resources import (
    applications,
    batch,
    communication,
    discovery,
    events,
    forwarding,
    forwarding_steps,
    me,
    meetings,
    network,
    people,
    phones,
    photos,
    policies,
    subscriptions,
    xframe,
)

CHAPTERS = (
    discovery,
    xframe,
    applications,
    policies,
    batch,
    network,
    events,
    me,
    phones,
    forwarding,
    forwarding_steps,
    people,
    photos,
    subscriptions,
    communication,
    meetings,
)
