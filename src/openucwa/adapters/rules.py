"""What the settings say, as the operations understand it."""

from __future__ import annotations

from openucwa.adapters.meeting_terms import meeting_terms
from openucwa.domain.applications import Terms
from openucwa.domain.contacts import Limits
from openucwa.domain.people import Level
from openucwa.resources.call import Rules
from openucwa.settings import Settings


def rules_of(settings: Settings, domains: frozenset[str]) -> Rules:
    """Return what the operations have to know of the settings."""
    apps, subscriptions = settings.applications, settings.subscriptions
    contacts, messages = settings.contacts, settings.messages
    terms = Terms(
        apps.poll_grace, apps.idle, apps.activity_grace, apps.remember_gone, subscriptions.warning
    )
    return Rules(
        terms=terms,
        inactive_timeout=settings.presence.inactive_timeout,
        away_timeout=settings.presence.away_timeout,
        show_last_active=settings.presence.show_last_active,
        low=settings.events.low,
        medium=settings.events.medium,
        timeout=settings.events.timeout,
        applications_per_user=apps.per_user,
        subscriptions_per_application=subscriptions.per_application,
        contacts_per_subscription=subscriptions.contacts,
        list_limits=Limits(contacts.per_user, contacts.groups),
        expand_limit=contacts.expand_limit,
        migration_in_progress=contacts.migration_in_progress,
        default_level=Level(settings.privacy.default_level),
        domains=domains,
        photo_upload=settings.photos.upload,
        ring=messages.ring,
        lobby=settings.meetings.lobby,
        longest_message=messages.longest,
        conversations_per_user=messages.conversations,
        participants=messages.participants,
        follow_forwarding=messages.follow_forwarding,
        meetings=meeting_terms(settings, domains),
    )
