"""Who is calling."""

from __future__ import annotations

import dataclasses

import pytest

from openucwa.domain.identity import GUESTS, Identity, is_guest


def test_an_identity_cannot_be_changed_and_is_no_guest_unless_it_says_so():
    """It is remembered between requests, so whoever holds it must not be able to grow."""
    identity = Identity("lenea@contoso.test", frozenset({"User.ReadWrite"}), 5.0)

    assert not identity.anonymous
    with pytest.raises(dataclasses.FrozenInstanceError):
        identity.scopes = frozenset({"Meetings.ReadWrite"})


@pytest.mark.parametrize(
    ("address", "guest"),
    [
        (f"x@{GUESTS}", True),
        ("lenea@contoso.test", False),
        (f"x@not{GUESTS}", False),
        (f"{GUESTS}@contoso.test", False),
    ],
)
def test_guests_are_known_by_their_domain(address, guest):
    assert guest is is_guest(address)
