"""People as they come with resources."""

from __future__ import annotations

from openucwa.client.people import Person, person_of, uri_of
from openucwa.client.resources import Resource


def test_a_person_is_known_by_address_and_name():
    tree = {"uri": "sip:lene@contoso.test", "name": "Lene Aaling"}

    assert Person("lene@contoso.test", "Lene Aaling") == person_of(Resource(tree))
    assert Person("", "") == person_of(Resource({}))


def test_an_address_becomes_a_uri_once():
    assert "sip:lene@contoso.test" == uri_of("lene@contoso.test") == uri_of("sip:lene@contoso.test")
