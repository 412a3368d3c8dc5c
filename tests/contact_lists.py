"""Whatever owners may do to their contact lists, drawn at random."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from openucwa.domain.contacts import NAMES, ContactList, Limits
from openucwa.domain.people import DistributionGroup
from openucwa.domain.refusals import Refused

LIMITS = Limits(contacts=5, groups=4)
SALES, EVERYONE = (
    DistributionGroup(f"{name}@contoso.test", name.title()) for name in ("sales", "everyone")
)

_people = st.sampled_from([f"p{number}@contoso.test" for number in range(8)])
_own = st.sampled_from(["a", "b", "c", "unknown"])
_system = st.sampled_from(tuple(NAMES))
_names = st.sampled_from(["Friends", "friends", "Émile's", "", "日本"]) | st.text(
    st.characters(exclude_characters="\0", codec="utf-8"), max_size=3
)
_distribution = st.sampled_from([SALES, EVERYONE])
_groups = st.builds(lambda kind: lambda before: before.only(kind).id, _system) | st.builds(
    lambda identifier: lambda _: identifier, _own | _distribution.map(lambda group: group.id)
)


def _change(name: str, *arguments) -> st.SearchStrategy[Callable[[ContactList], ContactList]]:
    """Call a method of a list; groups are found in the list that it is called for."""

    def make(*given):
        def change(before: ContactList) -> ContactList:
            return getattr(before, name)(*(one(before) if callable(one) else one for one in given))

        return change

    return st.builds(make, *arguments)


_limits = st.just(LIMITS)
CHANGES = st.one_of(
    _change("add", _people, _groups, _limits),
    _change("remove", _people, _groups),
    _change("remove_everywhere", _people),
    _change("create", _own, _names, _limits),
    _change("rename", _groups, _names),
    _change("delete", _groups),
    _change("add_distribution", _distribution, _names, _limits),
    _change("remove_distribution", _groups),
)
"""Changes of a list, many of which are refused."""


def attempted(before: ContactList, change: Callable[[ContactList], ContactList]) -> ContactList:
    """Return what a change makes of a list, or the same list if it is refused."""
    try:
        return change(before)
    except Refused:
        return before
