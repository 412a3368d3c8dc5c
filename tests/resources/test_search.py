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


async def found(client, words, more="", rel="contact"):
    reply = await client.get(f"people/search?query={words}{more}")
    assert 200 == reply.status, reply.body
    return sorted(one["name"] for one in reply.tree.get("_embedded", {}).get(rel, []))


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


async def test_nothing_is_left_when_all_is_shown(client):
    """R8.13: also exactly at the limit, and if nobody is found."""
    for query in ("query=a&limit=100", "query=aa&limit=1", "query=zz&limit=1"):
        assert False is (await client.get(f"people/search?{query}")).tree["moreResultsAvailable"]


async def test_fifty_are_shown_unless_the_client_says_otherwise(world, client):
    """R8.13: the reference has no default; in order of names."""
    for number in range(60):
        await world.person(f"p{number}", f"Peter {number:02}")
    reply = await client.get("people/search?query=peter")
    names = [one["name"] for one in reply.tree["_embedded"]["contact"]]

    assert [f"Peter {number:02}" for number in range(50)] == names
    assert True is reply.tree["moreResultsAvailable"]
    assert 60 == len(await found(client, "peter", "&limit=100"))


# --- distribution groups


@pytest.fixture
async def groups(world, client):
    """Distribution groups: one is on Sara's contact list under a name of her own."""
    sales = await world.distribution_group("Sales-Lene", "sarad@contoso.test")
    secret = await world.distribution_group("Secret", "sarad@contoso.test", hidden=True)
    body = {"displayName": "Whom I know", "smtpAddress": sales}
    assert 204 == (await client.post("people/groups/addToContactList", body)).status
    return {"sales": sales, "secret": secret}


@pytest.mark.parametrize(
    ("words", "people", "names"),
    [
        ("lene", ["Lene Aaling"], ["Whom I know"]),
        ("SAL", [], ["Whom I know"]),
        ("secret", [], ["Secret"]),
        ("secret@contoso", [], ["Secret"]),
        ("s", ["Sara Davis"], ["Secret", "Whom I know"]),
        ("whom", [], []),
    ],
)
async def test_groups_are_found_too(client, groups, words, people, names):
    """R8.13: by their own names and addresses; hidden ones, too, only their members are hidden."""
    assert people == await found(client, words)
    assert names == await found(client, words, rel="distributionGroup")


@both
async def test_a_group_says_whether_it_is_on_the_contact_list(client, groups, accept):
    """R8.6: to be put there or to be taken off it; both can be expanded and watched."""
    shown = {}
    for words in ("sales", "secret"):
        reply = await client.get(f"people/search?query={words}", {"Accept": accept})
        if accept == JSON:
            (group,) = reply.tree["_embedded"]["distributionGroup"]
            shown[group["uri"]] = group["_links"].keys() - {"self"}
        else:
            (group,) = reply.xml.findall(f"{NAMESPACE}resource[@rel='distributionGroup']")
            uri = group.find(f"{NAMESPACE}property[@name='uri']").text
            shown[uri] = {link.get("rel") for link in group.findall(f"{NAMESPACE}link")}
    always = {"expandDistributionGroup", "subscribeToGroupPresence"}

    assert {
        groups["sales"]: {"removeFromContactList", *always},
        groups["secret"]: {"addToContactList", *always},
    } == shown


async def test_a_group_that_was_found_can_be_put_on_the_list_and_taken_off(client, groups):
    """Its own properties are what the operation takes."""
    for query, rel in (("secret", "addToContactList"), ("secret", "removeFromContactList")):
        reply = await client.get(f"people/search?query={query}")
        (group,) = reply.tree["_embedded"]["distributionGroup"]
        body = {
            "displayName": group["name"],
            "smtpAddress": group["uri"],
            "groupId": group["id"],
        }
        assert 204 == (await client.post(group["_links"][rel]["href"], body)).status

    assert ["Secret"] == await found(client, "secret", rel="distributionGroup")
    assert "Secret" not in await client.groups()


async def test_groups_count_as_hits(client, groups):
    """R8.13: people and groups in one order of names share the limit."""
    reply = await client.get("people/search?query=s&limit=1")
    several = await client.get("people/search?query=s&limit=3")

    assert True is reply.tree["moreResultsAvailable"]
    assert 1 == sum(len(some) for some in reply.tree["_embedded"].values())
    assert False is several.tree["moreResultsAvailable"]


@both
async def test_groups_alone_are_embedded_beside_no_people(client, groups, accept):
    """R4.6, R15.31: whoever walks what is embedded finds an empty array of people."""
    reply = await client.get("people/search?query=secret", {"Accept": accept})

    if accept == JSON:
        assert {"contact", "distributionGroup"} == reply.tree["_embedded"].keys()
        assert [] == reply.tree["_embedded"]["contact"]
    assert b"secret@contoso.test" in reply.body


async def test_revision_two_searches_by_mail(client):
    """R8.13"""
    reply = await client.get("people/search?mail=la@contoso.test")

    assert "Lene Aaling" == reply.tree["_embedded"]["contact"][0]["name"]


async def test_the_exact_address_of_a_stranger_is_a_contact(client):
    """R8.13; nobody is invented in our own domain."""
    for words in ("sip:x@elsewhere.test", "X@Elsewhere.test", "sip:x@elsewhere.test;transport=tls"):
        assert ["x@elsewhere.test"] == await found(client, words)
    for words in ("x@contoso.test", "x@elsewhere.test y", "x@", "elsewhere.test"):
        assert [] == await found(client, words)


@both
async def test_a_stranger_says_that_she_is_one(client, accept):
    """R8.13: and nothing else is known of her."""
    reply = await client.get("people/search?query=x@elsewhere.test", {"Accept": accept})

    assert b"Federated" in reply.body
    assert b"emailAddresses" not in reply.body


async def test_a_stranger_whom_the_directory_knows_is_found_there(world, client):
    """By her e-mail address: she has another name in SIP."""
    await world.person("lisa", "Lisa", emails=("lisa@elsewhere.test",))

    assert ["Lisa"] == await found(client, "lisa@elsewhere.test")


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
