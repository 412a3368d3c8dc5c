"""Who may do what to whom in a meeting: role x operation x state, row by row (R9.39, 9.6)."""

from __future__ import annotations

import pytest

from convened import arrange, gather, join, visitor
from talking import settled, talker

OK, FORBIDDEN, MISSING, CONFLICT = 204, 403, 404, 409
ABSENT = "nobody@contoso.test"
TABLE = {
    # (who asks, what of whom): answers for admit, reject, promote, demote, eject
    ("organizer", "organizer"): (CONFLICT, CONFLICT, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    ("organizer", "leader"): (CONFLICT, CONFLICT, CONFLICT, OK, OK),
    ("organizer", "attendee"): (CONFLICT, CONFLICT, OK, CONFLICT, OK),
    ("organizer", "guest"): (CONFLICT, CONFLICT, OK, CONFLICT, OK),
    ("organizer", "waiting"): (OK, OK, MISSING, MISSING, MISSING),
    ("organizer", "absent"): (MISSING, MISSING, MISSING, MISSING, MISSING),
    ("leader", "organizer"): (CONFLICT, CONFLICT, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    ("leader", "leader"): (CONFLICT, CONFLICT, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    ("leader", "attendee"): (CONFLICT, CONFLICT, OK, CONFLICT, OK),
    ("leader", "guest"): (CONFLICT, CONFLICT, OK, CONFLICT, OK),
    ("leader", "waiting"): (OK, OK, MISSING, MISSING, MISSING),
    ("attendee", "leader"): (FORBIDDEN,) * 5,
    ("attendee", "attendee"): (FORBIDDEN,) * 5,
    ("attendee", "guest"): (FORBIDDEN,) * 5,
    ("attendee", "waiting"): (FORBIDDEN, FORBIDDEN, MISSING, MISSING, MISSING),
    ("guest", "organizer"): (FORBIDDEN,) * 5,
    ("guest", "attendee"): (FORBIDDEN,) * 5,
    ("guest", "waiting"): (FORBIDDEN, FORBIDDEN, MISSING, MISSING, MISSING),
    ("waiting", "organizer"): (FORBIDDEN,) * 5,
    ("waiting", "waiting"): (FORBIDDEN, FORBIDDEN, MISSING, MISSING, MISSING),
    ("organizer", "ejected"): (MISSING,) * 5,
    ("ejected", "attendee"): (MISSING,) * 5,
    ("ejected", "waiting"): (MISSING,) * 5,
    ("organizer", "back"): (OK, OK, MISSING, MISSING, MISSING),
    ("leader", "back"): (OK, OK, MISSING, MISSING, MISSING),
    ("back", "attendee"): (FORBIDDEN,) * 5,
    ("back", "waiting"): (FORBIDDEN, FORBIDDEN, MISSING, MISSING, MISSING),
}
OPERATIONS = ("admit", "reject", "promote", "demote", "eject")


async def people_in_a_meeting(world):
    """Return somebody in each state there is, and all who are told of it."""
    organizer = await talker(world, "lenea", "Lene Aaling")
    leader = await talker(world, "sarad", "Sara Davis")
    attendee = await talker(world, "johnd", "John Doe")
    waiting = await talker(world, "adaw", "Ada West")
    ejected = await talker(world, "tonid", "Toni Dahl")
    back = await talker(world, "annk", "Ann Kay")
    uri = await arrange(
        organizer,
        leaders=[f"sip:{leader.address}"],
        attendees=[f"sip:{one.address}" for one in (attendee, ejected, back)],
        accessLevel="Invited",
    )
    await gather(uri, organizer, leader, attendee, ejected, back)
    guest = await visitor(world, uri)
    await join(guest, uri)
    everyone = [organizer, leader, attendee, guest]
    await settled(*everyone)
    href = organizer.latest("conversation").href
    admitted = await organizer.client.post(f"{href}/participants/{guest.address}/admit")
    assert admitted.status == 204
    await settled(*everyone)
    await join(waiting, uri)
    everyone += [waiting, ejected, back]
    for one in (ejected, back):
        assert (
            await organizer.client.post(f"{href}/participants/{one.address}/eject")
        ).status == 204
    await settled(*everyone)
    await join(back, uri)
    await settled(*everyone)
    names = ("organizer", "leader", "attendee", "guest", "waiting", "ejected", "back")
    return dict(zip(names, everyone, strict=True))


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_role_by_operation_by_state(world, operation):
    """What is refused changes nothing; what is shown to be possible is; all are told the truth."""
    people = await people_in_a_meeting(world)
    for (who, whom), answers in TABLE.items():
        asks = people[who]
        expected = answers[OPERATIONS.index(operation)]
        address = people[whom].address if whom in people else ABSENT
        href = f"{asks.latest('conversation').href}/participants/{address}"
        shown = await asks.client.get(href)
        linked = shown.status == 200 and operation in shown.links()
        assert (expected == OK) is linked, (who, whom)
        if expected != OK:
            assert expected == (await asks.client.post(f"{href}/{operation}")).status, (who, whom)
    await settled(*people.values())


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_what_is_allowed_is_done_for_everybody(world, operation):
    allowed = [
        pair for pair, answers in TABLE.items() if answers[OPERATIONS.index(operation)] == OK
    ]
    who, whom = allowed[0]
    people = await people_in_a_meeting(world)
    href = f"{people[who].latest('conversation').href}/participants/{people[whom].address}"

    assert OK == (await people[who].client.post(f"{href}/{operation}")).status
    await settled(*people.values())
