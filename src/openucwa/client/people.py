"""People, by their addresses."""

from __future__ import annotations

from dataclasses import dataclass

from openucwa.client.resources import Resource

SCHEME = "sip:"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: an address like ``lene@contoso.test``, and a name. Either may be empty."""

    address: str
    name: str


def person_of(resource: Resource) -> Person:
    """Return who a contact or a participant is."""
    return Person(resource.text("uri").removeprefix(SCHEME), resource.text("name"))


def uri_of(address: str) -> str:
    """Return the SIP URI of an address."""
    return address if address.startswith(SCHEME) else SCHEME + address
