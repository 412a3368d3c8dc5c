"""Watching people: putting them into presence subscriptions and telling what there is to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openucwa.domain.applications import Application
from openucwa.domain.contacts import ContactList, Kind
from openucwa.domain.notices import Notice
from openucwa.domain.presence import NOTHING_SAID
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.subscriptions import Subscription
from openucwa.domain.users import FACETS, NOTHING_SHOWN, User, arrive, unsubscribe, unwatch
from openucwa.resources.call import Call, Services

PRESENCE = FACETS[0]
"""What is told of everybody at the start, also of those who are offline (R7.31)."""


def subscription_named(call: Call, identifier: str) -> Subscription:
    """Return one of the application's subscriptions. Raises ``Refused``: NotFound (R16.14)."""
    found = call.application.subscriptions.get(identifier)
    if found is None:
        raise Refused(Refusal.NOT_FOUND, "This subscription has ended; subscribe again.")
    return found


async def watch(call: Call, subscription: Subscription, addresses: Sequence[str]) -> None:
    """Add people to a subscription of the calling application, or begin it (R7.31, R7.37).

    Raises ``Refused``: LimitExceeded, NotFound if it ended meanwhile.
    """
    app, rules = call.application, call.rules
    first = subscription.id not in app.subscriptions
    people = await call.services.live.peek_all(addresses)
    if len({*subscription.members, *addresses}) > rules.contacts_per_subscription:
        raise Refused(Refusal.LIMIT_EXCEEDED, "This subscription has too many contacts.")
    if not first:
        subscription_named(call, subscription.id)
    elif len(app.subscriptions) >= rules.subscriptions_per_application:
        raise Refused(Refusal.LIMIT_EXCEEDED, "This application has too many subscriptions.")
    call.notices += _watch(call.services, call.user, app, subscription, people)
    call.changed = True


def _watch(
    services: Services,
    user: User,
    app: Application,
    subscription: Subscription,
    people: dict[str, User],
) -> list[Notice]:
    """Add people who were looked up; whoever is watched already causes no events (R7.36)."""
    known = app.watched()
    first = subscription.id not in app.subscriptions
    app.subscriptions[subscription.id] = subscription
    subscription.members = tuple(dict.fromkeys([*subscription.members, *people]))
    # The index comes before the look at people, so that no change is lost between the two.
    live, default = services.live, services.rules.default_level
    live.rewatch(user)
    new = {address: person for address, person in people.items() if address not in known}
    notices = [
        Notice("contact", "added", (("person", address),), app.id, "subscribedContacts")
        for address in new
    ]
    if first:
        about = (("subscription", subscription.id),)
        notices.append(Notice("presenceSubscription", "added", about, app.id))
    for address, person in new.items():
        seen = (live.present(address) or person).shown_to(user.address, default)
        notices += [
            Notice(facet, params=(("person", address),), to=app.id)
            for facet, value, nothing in zip(FACETS, seen, NOTHING_SHOWN, strict=True)
            if facet == PRESENCE or value != nothing
        ]
    return notices


def watches_groups(user: User) -> bool:
    """Tell whether one of a user's applications subscribed to a group."""
    apps = user.applications.values()
    return any(one.group for app in apps for one in app.subscriptions.values())


async def may_join(call: Call, *joining: str) -> dict[str, User]:
    """Look up whomever a change of the list may put into a group that is watched.

    That comes before the change: its events are told at once, as those of the next one are.
    """
    if not watches_groups(call.user):
        return {}
    known = await call.services.contacts.contacts(call.user.address)
    return await call.services.live.peek_all({*known.contacts(), *joining})


def follow(
    services: Services,
    user: User,
    before: ContactList,
    after: ContactList,
    people: Mapping[str, User],
) -> list[Notice]:
    """Let a user's subscriptions to groups go along with who is in the groups now.

    Of those who join and are not among ``people`` only the presence is told.
    """
    notices: list[Notice] = []
    if after is before:
        return notices
    for app in user.applications.values():
        groups = [one for one in app.subscriptions.values() if one.group]
        for one in groups:
            room = max(services.rules.contacts_per_subscription - len(one.members), 0)
            new = _more(before, after, one.id)[:room]
            found = {who: people.get(who) or arrive(who, NOTHING_SAID) for who in new}
            notices += _watch(services, user, app, one, found)
        # Whoever only went from one group to another is watched all the time.
        for one in groups:
            if one.id in before.groups and one.id not in after.groups:
                notices += unsubscribe(app, one.id)
            else:
                notices += leave(app, one, _more(after, before, one.id))
    return notices


def leave(app: Application, subscription: Subscription, people: Iterable[str]) -> list[Notice]:
    """Take people out of a subscription (R7.38)."""
    left = {*people}.intersection(subscription.members)
    subscription.members = tuple(who for who in subscription.members if who not in left)
    return unwatch(app, sorted(left))


def _more(before: ContactList, after: ContactList, identifier: str) -> list[str]:
    """Return who is in a group after, and was not before."""
    then, now = before.groups.get(identifier), after.groups.get(identifier)
    return [one for one in now.members if not then or one not in then.members] if now else []


async def members_of(call: Call, identifier: str, most: int) -> Sequence[str]:
    """Return the people in a group; of more than ``most`` in one of the directory, one more.

    Raises ``Refused``: NotFound, Forbidden if nobody may see who is in it.
    """
    known = (await call.services.contacts.contacts(call.user.address)).groups.get(identifier)
    if known is not None and known.kind is not Kind.DISTRIBUTION:
        return known.members
    group = await call.services.directory.group_with_id(identifier)
    if group is None:
        raise Refused(Refusal.NOT_FOUND, "There is no such group.")
    if group.hidden:
        raise Refused(Refusal.FORBIDDEN, "Who is in this group is not told.")
    return await call.services.directory.everyone_in(group.address, most)
