"""Search: finding people by name, address or number (R8.13, R8.14)."""

from __future__ import annotations

import pytest

from world import JSON, NAMESPACE, XML

both = pytest.mark.parametrize("accept", [JSON, XML])


@pytest.fixture
async def client(world):
    await world.person("lenea", "Lene Aaling", emails=("la@contoso.test",))
    await world.person("asa", "Åsa Ærø", work_phone="tel:+4587654321")
    return await world.client(await world.person("sarad", "Sara Davis"))


async def found(client, words, more=""):
    reply = await client.get(f"people/search?query={words}{more}")
    assert 200 == reply.status, reply.body
    return sorted(contact["name"] for contact in reply.tree.get("_embedded", {}).get("contact", []))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("lene", ["Lene Aaling"]),
        ("LENE+aal", ["Lene Aaling"]),
        ("aaling%20lene", ["Lene Aaling"]),
        ("sarad@contoso.test", ["Sara Davis"]),
        ("sip:sarad@contoso.test", ["Sara Davis"]),
        ("la@contoso.test", ["Lene Aaling"]),
        ("asa", ["Åsa Ærø"]),
        ("%C3%85SA", ["Åsa Ærø"]),
        ("ing", []),
        ("zz", []),
        ("*", []),
        ("%25", []),
        ("%27%20OR%201=1--", []),
    ],
)
async def test_what_is_found(client, words, names):
    """R8.14: prefixes of words, in any case and without accents."""
    assert names == await found(client, words)


@both
async def test_the_answer(world, client, accept):
    """R8.13"""
    reply = await client.get("people/search?query=lene", {"Accept": accept})

    assert "false" == str(reply.property("moreResultsAvailable")).lower()
    assert b"contactPresence" in reply.body


@both
async def test_nothing_found_embeds_nothing(client, accept):
    """R8.13, R15.27: a sample decides by the existence of it."""
    reply = await client.get("people/search?query=zz", {"Accept": accept})

    assert 200 == reply.status
    if accept == JSON:
        assert "_embedded" not in reply.tree
    else:
        assert reply.xml.find(f"{NAMESPACE}resource") is None


async def test_a_limit_says_when_there_is_more(client):
    """R8.13"""
    one = await client.get("people/search?query=a&limit=1")
    all_of_them = await client.get("people/search?Query=a&Limit=2")

    assert [1, True] == [len(one.tree["_embedded"]["contact"]), one.tree["moreResultsAvailable"]]
    assert False is all_of_them.tree["moreResultsAvailable"]


async def test_revision_two_searches_by_mail(client):
    """R8.13"""
    reply = await client.get("people/search?mail=la@contoso.test")

    assert "Lene Aaling" == reply.tree["_embedded"]["contact"][0]["name"]


async def test_the_exact_address_of_a_stranger_is_a_contact(client):
    """R8.13; nobody is invented in our own domain."""
    assert ["x@elsewhere.test"] == await found(client, "sip:x@elsewhere.test")
    assert [] == await found(client, "x@contoso.test")


@both
@pytest.mark.parametrize(
    ("query", "bad"),
    [
        ("", ["query"]),
        ("?query=", ["query"]),
        ("?query=+", ["query"]),
        ("?query=" + "x" * 257, ["query"]),
        ("?query=x&limit=0", ["limit"]),
        ("?query=x&limit=101", ["limit"]),
        ("?query=x&limit=many", ["limit"]),
    ],
)
async def test_bad_queries(client, accept, query, bad):
    """R8.13: 1 to 256 characters, 1 to 100 hits."""
    reply = await client.get(f"people/search{query}", {"Accept": accept})

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert bad == reply.bad
