"""Discovery: from a bare host name to the place where applications are created (BEHAVIOUR 1.1)."""

from __future__ import annotations

from openucwa.hyper.declare import Link, Representation, get, resource
from openucwa.resources.call import Call

NEVER_KEEP = [(b"Pragma", b"no-cache"), (b"Expires", b"-1")]
"""Discovery must not be cached on the way (R1.3)."""

_ROOT = "/Autodiscover/AutodiscoverService.svc/root"


@resource("root", at=_ROOT, also=("/",), public=True)
class Root(Representation):
    """The entry point: where to sign in."""

    links = (Link("user"), Link("xframe"))

    @staticmethod
    @get()
    def show(call: Call) -> Root:
        call.headers += NEVER_KEEP
        return Root()


@resource("user", at=f"{_ROOT}/oauth/user", also=(f"{_ROOT}/user",))
class User(Representation):
    """The signed-in user's way to his applications; the first place that asks for a token."""

    links = (Link("applications"), Link("xframe"))

    @staticmethod
    @get()
    def show(call: Call) -> User:
        call.headers += NEVER_KEEP
        return User()
