"""Conversations: who talks to whom, and what each of them sees (BEHAVIOUR 9.1).

One object stands for a conversation of all; clients know it by the same id below each application.
The rules by which it changes are in ``inviting``, ``messaging`` and ``conferences``. Times are
seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from openucwa.domain import meetings
from openucwa.domain.identity import is_guest
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.parties import PLAIN, Attendance, Invitation, Meeting, Message, Party, Seat
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import (
    UNDECIDED,
    AudienceMessaging,
    ConversationSeen,
    ConversationState,
    Delivery,
    Direction,
    Importance,
    InvitationSeen,
    InvitationState,
    MeetingSeen,
    MessageSeen,
    MessagingSeen,
    ParticipantMessagingSeen,
    ParticipantSeen,
    Role,
)

LINGER = 60.0
"""Seconds for which the invitations of a conversation can be looked at after its end (R9.6)."""

REOPENS = 600.0
"""Seconds after the last one has left in which a meeting goes on when somebody comes (R10.15)."""


@dataclass(slots=True)
class Conversation:
    """Who takes part, who is invited, and what was said lately.

    ``count`` is the number of the last message and ``logged`` of the last one in the history;
    ``unsettled`` tells whether there is anything else for the history. ``names`` are those of
    everyone who ever took part or was invited. Those in the ``lobby`` of a meeting do not take
    part yet, and those who were ``ejected`` come back through it. It has ``ended`` when nobody is
    left.
    """

    id: str
    thread: str
    subject: str
    importance: Importance
    created: float
    parties: dict[str, Party] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    attendances: list[Attendance] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    meeting: Meeting | None = None
    count: int = 0
    logged: int = 0
    unsettled: bool = False
    audience: AudienceMessaging = AudienceMessaging.ENABLED
    ended: float | None = None
    lobby: dict[str, Party] = field(default_factory=dict)
    ejected: set[str] = field(default_factory=set)

    # -- who -----------------------------------------------------------------------------------

    def party(self, seat: Seat) -> Party:
        """Return who takes part, waits in the lobby, or is invited, at an application.

        Raises ``Refused``: NotFound.
        """
        party = self.parties.get(seat.address) or self.lobby.get(seat.address)
        if party is not None and party.application == seat.application:
            return party
        for invitation in self.invitations.values():
            if invitation.party is not None and seat in invitation.ringing():
                return invitation.party
        raise Refused(Refusal.CONVERSATION_NOT_FOUND)

    def others(self, party: Party) -> list[Party]:
        """Return everyone else who takes part."""
        return [one for one in self.parties.values() if one.address != party.address]

    def seats(self, but: Party | None = None, *, talking: bool = False) -> tuple[Seat, ...]:
        """Return where everyone takes part but one, or where they can be talked to."""
        return tuple(
            party.seat
            for party in self.parties.values()
            if party is not but and (party.connected or not talking)
        )

    def addresses(self) -> frozenset[str]:
        """Return those who take part, wait, are invited, or invited somebody."""
        ringing = [one.party for one in self.invitations.values() if one.ringing()]
        callers = [one.caller.address for one in self.invitations.values()]
        asked = [party.address for party in ringing if party]
        return frozenset([*self.parties, *self.lobby, *callers, *asked])

    def is_of(self, address: str) -> bool:
        """Tell whether somebody takes part, waits, or is invited."""
        ringing = [one.party for one in self.invitations.values() if one.ringing()]
        there = address in self.parties or address in self.lobby
        return there or any(one and one.address == address for one in ringing)

    def everyone(self) -> list[Seat]:
        """Return the applications that take part, that wait, or where it rings."""
        ringing = [seat for one in self.invitations.values() for seat in one.ringing()]
        there = [*self.parties.values(), *self.lobby.values()]
        return [*(party.seat for party in there), *ringing]

    def has(self, seat: Seat) -> bool:
        """Tell whether somebody takes part, waits, or is invited, at an application."""
        party = self.parties.get(seat.address) or self.lobby.get(seat.address)
        if party is not None and party.application == seat.application:
            return True
        return any(seat in invitation.ringing() for invitation in self.invitations.values())

    @property
    def arrangement(self) -> meetings.Meeting | None:
        """How the meeting was arranged or begun; None for chats, also those that have grown."""
        return self.meeting.arranged if self.meeting is not None else None

    @property
    def arranged(self) -> bool:
        """Whether it is a meeting that somebody arranged or began, and no chat that has grown."""
        return self.arrangement is not None

    def attending(self) -> frozenset[str]:
        """Return the people with an account who are in a meeting now."""
        there = self.parties if self.arranged else ()
        return frozenset(one for one in there if not is_guest(one))

    def invitation(self, identifier: str, seat: Seat) -> Invitation:
        """Return an invitation that an application sent or got. Raises ``Refused``: NotFound."""
        found = self.invitations.get(identifier)
        if found is not None:
            if found.caller == seat:
                return found
            if (
                found.party is not None
                and found.party.address == seat.address
                and seat.application in found.heard
            ):
                return found
        raise Refused(Refusal.NOT_FOUND)

    def remembered(self, number: int, seat: Seat) -> Message | None:
        """Return a message if it is kept, and was said after somebody who takes part had come."""
        party = self.parties.get(seat.address)
        there = party is not None and party.seat == seat
        came = (
            one.first for one in self.attendances if one.owner == seat.address and one.last is None
        )
        return self.messages.get(number) if there and number >= min(came, default=0) else None

    def formats(self) -> tuple[MessageFormat, ...]:
        """Return the formats that everyone who can be talked to understands (R9.48)."""
        talking = [party for party in self.parties.values() if party.connected]
        html = all(MessageFormat.HTML in party.formats for party in talking)
        return (*PLAIN, MessageFormat.HTML) if html else PLAIN

    # -- what they see -------------------------------------------------------------------------

    def seen(self, party: Party) -> ConversationSeen:
        """Return what somebody sees of the conversation."""
        ringing = party.state is ConversationState.INCOMING and self.meeting is None
        return ConversationSeen(
            self.id,
            party.state,
            self.thread,
            self.subject,
            self.importance,
            self.created,
            messaging=party.connected or ringing,
            me=party.address,
            my_name=party.name,
            conference=self.meeting is not None,
            participants=len(self.parties),
            audience=self.audience if self.meeting is not None else None,
            leading=party.role is Role.LEADER,
        )

    def messaging_seen(self, party: Party) -> MessagingSeen:
        """Return what somebody sees of messaging."""
        return MessagingSeen(
            self.id,
            party.messaging,
            self.formats() if party.connected else (),
            may_add=self.meeting is not None and party.state is ConversationState.CONFERENCED,
            may_say=self.may_say(party),
        )

    def may_say(self, party: Party) -> bool:
        """Tell whether somebody may say anything: attendees only if leaders let them (R9.46)."""
        return self.audience is AudienceMessaging.ENABLED or party.role is not Role.ATTENDEE

    def participant_seen(self, party: Party, viewer: Party) -> ParticipantSeen:
        """Return what somebody sees of herself or of somebody else."""
        return ParticipantSeen(
            self.id,
            party.address,
            party.name,
            party.uri,
            local=party.address == viewer.address,
            messaging=party.connected,
            organizer=party.organizer,
            role=party.role,
            leading=viewer.role is Role.LEADER,
            waiting=party.address in self.lobby,
        )

    def participant_messaging_seen(self, party: Party) -> ParticipantMessagingSeen:
        """Return that somebody takes part in messaging."""
        return ParticipantMessagingSeen(self.id, party.address, party.name)

    def invitation_seen(
        self, invitation: Invitation, seat: Seat, *, decided: bool = False
    ) -> InvitationSeen:
        """Return what an application sees of an invitation; once ``decided`` it is not open."""
        outgoing = seat == invitation.caller
        state = invitation.state if outgoing else invitation.heard[seat.application]
        caller = invitation.caller.address
        sender = self.parties.get(caller) or self.lobby.get(caller) or self.absent(caller)
        viewer = sender if outgoing else invitation.party or sender
        accepted = self.parties.get(invitation.accepted_by) if outgoing else None
        message = self.messages.get(invitation.message)
        return InvitationSeen(
            invitation.id,
            self.id,
            Direction.OUTGOING if outgoing else Direction.INCOMING,
            state,
            self.importance,
            invitation.operation if outgoing else "",
            self.subject if invitation.subject is None else invitation.subject,
            self.thread,
            invitation.to,
            self.participant_seen(sender, viewer),
            message.said if message is not None else None,
            open=state in UNDECIDED and not decided,
            accepted_by=self.participant_seen(accepted, viewer) if accepted else None,
            on_behalf_of=invitation.on_behalf_of,
            accepted_elsewhere=invitation.accepted_by if state is InvitationState.FAILED else "",
            meeting=self.meeting.uri if self.meeting is not None else "",
            guest=self.names[caller] if is_guest(caller) else "",
        )

    def message_seen(self, message: Message, direction: Direction) -> MessageSeen:
        """Return what its sender, or those whom it reached, see of a message."""
        outgoing = direction is Direction.OUTGOING
        return MessageSeen(
            self.id,
            message.number,
            direction,
            message.time,
            message.said,
            message.sender.address,
            self.names[message.sender.address],
            message.operation if outgoing else "",
            message.status if outgoing else Delivery.SUCCEEDED,
            tuple(message.failed) if outgoing else (),
        )

    def meeting_seen(self) -> MeetingSeen | None:
        """Return what everyone sees of the meeting, if it is one."""
        meeting = self.meeting
        if meeting is None:
            return None
        return MeetingSeen(
            self.id,
            meeting.id,
            meeting.uri,
            meeting.join_url,
            meeting.organizer,
            meeting.organizer_name,
            self.subject,
            meeting.arranged.traits if meeting.arranged is not None else None,
        )

    def absent(self, address: str) -> Party:
        """Return who has left, as far as she is still known."""
        return Party(address, self.names.get(address, ""), f"sip:{address}")

    def part(self, party: Party, now: float) -> None:
        """Note that somebody has left; without anybody it is over."""
        self.parties.pop(party.address, None)
        self.attended(party.address)
        self.close(now)

    def close(self, now: float) -> None:
        """Note that it is over if nobody is left, not even in the lobby."""
        if not (self.parties or self.lobby):
            self.ended = now

    # -- the history ---------------------------------------------------------------------------

    def attend(self, owner: str, now: float, *, incoming: bool, missed: bool = False) -> None:
        """Have what is said from now on belong into somebody's history."""
        first = self.count + 1
        self.attendances.append(Attendance(owner, first, now, incoming, missed=missed))
        self.unsettled = True

    def attended(self, owner: str, *, missed: bool | None = None) -> None:
        """Note that somebody came (not ``missed``), or that it ends here for her."""
        for one in self.attendances:
            if one.owner == owner and one.last is None:
                if missed is None:
                    one.last = self.count
                else:
                    one.missed = missed
                self.unsettled = True

    def joined(self, owner: str, now: float) -> None:
        """Note that somebody joins who was invited: what was said before is not hers."""
        for one in self.attendances:
            if one.owner == owner and one.last is None:
                one.first, one.time, one.missed = self.count + 1, now, False
                self.unsettled = True

    def never_joined(self, owner: str) -> None:
        """Note that somebody who was invited did not join: nothing that was said is hers."""
        for one in self.attendances:
            if one.owner == owner and one.last is None:
                one.last = one.first - 1
                self.unsettled = True

    def unlogged(self) -> list[Message]:
        """Return what the history does not have yet."""
        return [one for number, one in self.messages.items() if number > self.logged]

    def settle(self, attendances: Iterable[Attendance], logged: int) -> None:
        """Note what the history has now: copies of attendances, and messages up to one."""
        written = list(attendances)
        self.logged = max(self.logged, logged)
        self.unsettled = any(one not in written for one in self.attendances)
        self.attendances = [
            one for one in self.attendances if one.last is None or one not in written
        ]

    @property
    def has_news_for_history(self) -> bool:
        """Whether there is anything that the history does not have."""
        return self.unsettled or self.count > self.logged

    def is_over(self, now: float) -> bool:
        """Tell whether it can be forgotten."""
        return self.goes is not None and self.goes <= now and not self.has_news_for_history

    @property
    def goes(self) -> float | None:
        """When it may be forgotten, or None while somebody is there."""
        return self.ended and self.ended + (REOPENS if self.arranged else LINGER)
