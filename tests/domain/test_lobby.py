"""The lobby as leaders see it; ``test_joining`` has what happens there."""

from __future__ import annotations

from openucwa.domain import lobby
from openucwa.domain.seen import Role
from small_talks import lines, party, seat, several


def a_lobby():
    """Lene leads, Sara attends, Ada waits."""
    talk = several("toni")
    talk.lobby["ada@contoso.test"] = party("ada")
    return talk


def test_leaders_see_it():
    talk = a_lobby()

    assert (seat("lene"),) == lobby.leaders(talk)


def test_who_comes_to_lead_is_told_and_told_otherwise_afterwards():
    talk = a_lobby()
    sara = talk.parties["sara@contoso.test"]
    sara.role = Role.LEADER

    assert ["participant added", "participant added in lobby"] == lines(
        lobby.see(talk, sara), "sara"
    )
    assert ["participant deleted in lobby", "participant deleted"] == lines(
        lobby.lose_sight(talk, sara), "sara"
    )


def test_nobody_is_told_if_nobody_leads():
    talk = a_lobby()

    assert [] == lobby.of_waiting(talk, (), talk.lobby["ada@contoso.test"])
