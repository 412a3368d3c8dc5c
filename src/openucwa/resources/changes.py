"""Changing the caller's contact list, and telling everybody whom that concerns."""

from __future__ import annotations

from collections.abc import Callable

from openucwa.domain.contacts import ContactList, Kind, difference
from openucwa.domain.refusals import Refusal, Refused
from openucwa.resources.call import Call
from openucwa.resources.watching import follow, may_join


async def change_list(
    call: Call, change: Callable[[ContactList], ContactList], *joining: str
) -> ContactList:
    """Change the list and return it; the events say how, whoever listens (R7.45, R7.46).

    ``joining`` are those who may come onto the list. Raises ``Refused``: MigrationInProgress while
    the setting says so, and what ``change`` raises.
    """
    if call.rules.migration_in_progress:
        raise Refused(Refusal.MIGRATION_IN_PROGRESS)
    people = await may_join(call, *joining)
    before, after = await call.services.contacts.change(call.user.address, change)
    call.tell(difference(before, after))
    call.tell(follow(call.services, call.user, before, after, people))
    for address in {*before.only(Kind.DELEGATES).members} ^ {*after.only(Kind.DELEGATES).members}:
        await _tell_delegate(call, address)
    return after


async def _tell_delegate(call: Call, address: str) -> None:
    """Let somebody know that she became a delegate, or is one no longer."""
    before, after = await call.services.contacts.reread(address)
    delegate = call.services.live.present(address)
    if before is not None and delegate is not None:
        notices = difference(before, after)
        notices += follow(call.services, delegate, before, after, {call.user.address: call.user})
        call.others.append((delegate, notices))
