"""Changing the caller's contact list, and telling everybody whom that concerns."""

from __future__ import annotations

from collections.abc import Callable

from openucwa.domain.contacts import ContactList, Kind, difference
from openucwa.domain.notices import Notice
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import User
from openucwa.resources.call import Call, Services
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
        if call.services.live.is_here(address):
            call.others += await told_delegate(call.services, address, call.user)
        else:
            call.delegates.append(address)
    return after


async def told_delegate(
    services: Services, address: str, of: User
) -> list[tuple[User, list[Notice]]]:
    """Return what somebody is to be told who became a delegate, or is one no longer."""
    before, after = await services.contacts.reread(address)
    delegate = services.live.present(address)
    if before is None or delegate is None:
        return []
    notices = difference(before, after)
    return [(delegate, notices + follow(services, delegate, before, after, {of.address: of}))]
