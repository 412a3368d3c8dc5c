"""The lobby of a meeting, and what leaders decide about those in it (BEHAVIOUR 9.6)."""

from __future__ import annotations

from openucwa.domain import joining
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import Role
from openucwa.hyper.declare import Capability, Embed, Representation, get, post, resource
from openucwa.resources.call import Call
from openucwa.resources.conversations import AT, EITHER, inside_in_path, party_in_path
from openucwa.resources.participants import ONE, Participant, address_in_path


@resource("lobby", at=f"{AT}/lobby", scopes=EITHER)
class Lobby(Representation):
    """Those who wait to be let in, as leaders see them."""

    links = (Embed("participant", many=True),)

    @staticmethod
    @get()
    def show(call: Call) -> Lobby:
        talk, viewer = inside_in_path(call)
        if viewer.role is not Role.LEADER:
            raise Refused(Refusal.NOT_FOUND, "Only leaders of a meeting see its lobby.")
        waiting = [talk.participant_seen(one, viewer) for one in talk.lobby.values()]
        return Lobby(_embedded={"participant": [Participant.as_seen(one) for one in waiting]})


@resource("admit", at=f"{ONE}/admit", scopes=EITHER)
class Admit(Capability):
    """Lets somebody in who waits in the lobby."""

    @staticmethod
    @post()
    def admit(call: Call) -> None:
        """Let her in. Raises ``Refused``: NotFound, Forbidden, Conflict, TooManyParticipants."""
        talk, _ = party_in_path(call)
        address = address_in_path(call)
        if address in talk.lobby and len(talk.parties) >= call.rules.participants:
            raise Refused(Refusal.TOO_MANY_PARTICIPANTS)
        call.announce(talk, joining.admit(talk, call.seat, address, call.now))


@resource("reject", at=f"{ONE}/reject", scopes=EITHER)
class Reject(Capability):
    """Turns somebody away who waits in the lobby."""

    @staticmethod
    @post()
    def reject(call: Call) -> None:
        talk, _ = party_in_path(call)
        call.announce(talk, joining.reject(talk, call.seat, address_in_path(call), call.now))
