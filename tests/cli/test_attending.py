"""``openucwa meeting join``: a meeting, as several people at their terminals have it."""

from __future__ import annotations

import pytest

from openucwa.client import Client


@pytest.fixture
def join(ucwa_server, terminal):
    def one(person, where):
        words = ("meeting", "join", where, "--as", person.address, "--url", ucwa_server.url)
        return terminal(person, *words)

    return one


@pytest.fixture
def people(ucwa_server):
    return [ucwa_server.person(name) for name in ("lene", "sara", "toni")]


@pytest.fixture
async def arranged(ucwa_server, people):
    """Lene signed in for as long as the test runs, and a way to have her arrange a meeting."""
    lene = people[0]
    async with Client(ucwa_server.url, lene.address, lene.password, available=False) as client:
        href = client._application.part("onlineMeetings").href("myOnlineMeetings")

        async def arrange(**body):
            return (await client._transport.ask("POST", href, {"subject": "Plans"} | body)).resource

        arrange.client = client
        yield arrange


async def test_people_meet_talk_and_leave(join, people, arranged):
    """By the id, the URL or the address; who is there is shown, and what is said."""
    lene, sara, toni = people
    meeting = await arranged()
    mine = await join(lene, meeting.text("onlineMeetingId").lower())
    await mine.shows("You are in the meeting 'Plans'.")
    hers = await join(sara, meeting.text("joinUrl"))
    await hers.shows("You are in the meeting 'Plans'.")
    await mine.shows("Sara has come.")
    third = await join(toni, meeting.text("onlineMeetingUri"))
    await third.shows("You are in the meeting")
    await hers.shows("Toni has come.")

    hers.type("/who")
    assert {"You", "Lene", "Toni"} == {*(await hers.shows("You")).rstrip("\n").split(", ")}
    hers.type("//who is there?")
    assert "Sara: /who is there?\n" == await mine.shows("there?")
    mine.type("I am \x1b[31m")
    assert "Lene: I am  [31m\n" == await hers.shows("I am")
    assert 0 == await third.close()
    await hers.shows("Toni has left.")
    hers.type("/nonsense")
    await hers.shows("/who shows who is there")
    hers.type("/admit")
    await hers.shows("Nobody waits.")
    assert 0 == await hers.close()
    await mine.shows("Sara has left.")


async def test_a_leader_lets_people_in_or_turns_them_away(join, people, arranged):
    lene, sara, toni = people
    meeting = await arranged(accessLevel="Locked")
    where = meeting.text("joinUrl")
    hers = await join(sara, where)
    await hers.shows("You wait to be let in.")
    hers.type("typed too early")
    mine = await join(lene, where)
    await mine.shows("Sara waits in the lobby: /admit 1 or /reject 1")
    third = await join(toni, where)
    await mine.shows("Toni waits in the lobby: /admit 2 or /reject 2")
    mine.type("/reject 2")
    await third.shows("A leader of the meeting did not let you in.")
    assert 0 == await third.ended()
    await mine.shows("Toni waits no longer.")
    mine.type("/admit 2")
    await mine.shows("Nobody with this number waits.")
    mine.type("/admit")

    await mine.shows("Sara has come.")
    await hers.shows("You are in the meeting")
    assert "Sara: typed too early\n" == await mine.shows("typed")
    await arranged.client._transport.ask("DELETE", meeting.href("self"))
    await hers.shows("The meeting is over for everybody.")
    assert 0 == await hers.ended()


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("NOSUCH12", "You have arranged no such meeting"),
        ("https://meet.contoso.test/lenea/NOSUCH12", "meeting doesn't exist"),
        ("https://example", "You have arranged no such meeting"),
    ],
)
async def test_there_is_no_such_meeting(join, people, where, why):
    mine = await join(people[1], where)
    await mine.shows(f"Error: {why}" if "arranged" in why else why)
    assert 1 == await mine.ended()
