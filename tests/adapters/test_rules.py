"""What settings say to operations."""

from __future__ import annotations

import msgspec

from openucwa.adapters.rules import rules_of
from openucwa.resources.call import Rules
from openucwa.settings import Settings


def test_settings_become_rules():
    given = {
        "applications": {"idle": 7, "per_user": 3},
        "subscriptions": {"warning": 9, "contacts": 2},
    }
    rules = rules_of(msgspec.convert(given, Settings), frozenset({"contoso.test"}))

    assert (7, 9) == (rules.terms.idle, rules.terms.warning)
    assert (3, 2) == (rules.applications_per_user, rules.contacts_per_subscription)
    assert {"contoso.test"} == rules.domains


def test_without_a_word_they_are_the_defaults():
    assert Rules() == rules_of(Settings(), frozenset())
