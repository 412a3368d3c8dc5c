"""The chapters of the API: an explicit list, and nothing else."""

from __future__ import annotations

from openucwa.resources import (
    applications,
    communication,
    discovery,
    events,
    me,
    meetings,
    people,
    policies,
    subscriptions,
    xframe,
)

CHAPTERS = (
    discovery,
    xframe,
    applications,
    policies,
    events,
    me,
    people,
    subscriptions,
    communication,
    meetings,
)
