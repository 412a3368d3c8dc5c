"""Who is calling."""

from __future__ import annotations

import dataclasses

import pytest

from openucwa.domain.identity import Identity


def test_an_identity_cannot_be_changed_and_is_no_guest_unless_it_says_so():
    """It is remembered between requests, so whoever holds it must not be able to grow."""
    identity = Identity("lenea@contoso.test", frozenset({"User.ReadWrite"}), 5.0)

    assert not identity.anonymous
    with pytest.raises(dataclasses.FrozenInstanceError):
        identity.scopes = frozenset({"Meetings.ReadWrite"})
