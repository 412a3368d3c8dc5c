"""What operations require: each is checked for the operation and for the links to it."""

from __future__ import annotations

from openucwa.domain.refusals import Refusal
from openucwa.hyper.declare import Condition, Scope
from openucwa.resources.call import Call

ANY_SCOPE = tuple(Scope)


def _signed_in(call: Call) -> bool:
    return not call.identity.anonymous


def _guest(call: Call) -> bool:
    return call.identity.anonymous


def _meets_people(call: Call) -> bool:
    return not call.identity.anonymous or bool(call.identity.meeting)


def _available(call: Call) -> bool:
    return call.application.available


def _offers_availability(call: Call) -> bool:
    return call.application.offers_availability


def _administrator(call: Call) -> bool:
    return call.identity.administrator and call.identity.scopes.issuperset(Scope)


SIGNED_IN = Condition(Refusal.ANONYMOUS_NOT_ALLOWED, _signed_in)
"""The caller is a person with an account, not an anonymous guest of a meeting."""

KNOWN_PERSON = Condition(Refusal.FORBIDDEN, _signed_in)
"""Like SIGNED_IN, where the reference has a plain Forbidden for guests."""

GUEST = Condition(Refusal.FORBIDDEN, _guest)
"""The caller is an anonymous guest."""

MEETS_PEOPLE = Condition(Refusal.FORBIDDEN, _meets_people)
"""The caller is a person with an account, or a guest of a meeting, who sees those in it (R2.26)."""

AVAILABLE = Condition(Refusal.MAKE_ME_AVAILABLE_REQUIRED, _available)
"""The application has left lurker mode."""

LURKING = Condition(Refusal.ALREADY_EXISTS, _offers_availability)
"""The application has not made its user available, or was opened anew (R2.15)."""

ADMINISTRATOR = Condition(Refusal.FORBIDDEN, _administrator)
"""The caller may look after others, and her token is not limited to some scopes."""
