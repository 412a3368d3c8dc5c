"""Who people are: addresses and directory cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ADDRESS = re.compile(r"[^\s@<>\"'/\\?#%;,:]{1,128}@[^\s@<>\"'/\\?#%;,:]{1,255}")


@lru_cache(maxsize=1024)
def address_of(text: str) -> str | None:
    """Return the canonical address of a SIP URI: ``user@domain``, lower case, no scheme.

    Addresses compare case-insensitively and with or without ``sip:`` (R4.23). Parameters
    after ``;`` are dropped. Returns None for anything that is not a user's address.
    """
    text = text.strip()
    if text[:4].lower() == "sip:":
        text = text[4:]
    text = text.partition(";")[0]
    return text.lower() if _ADDRESS.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Person:
    """A directory card. ``address`` is canonical; ``uri`` keeps the spelling for display."""

    address: str
    uri: str
    name: str
    title: str = ""
    department: str = ""
    company: str = ""
    office: str = ""
    emails: tuple[str, ...] = ()
    work_phone: str = ""
    mobile_phone: str = ""
    home_phone: str = ""
    other_phone: str = ""

    @property
    def address_shown(self) -> str:
        """The address in the spelling for display, as the paths of photos have it (R4.23)."""
        return self.uri.removeprefix("sip:")


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs: the argon2 hash and whether the account may be used.

    ``generation`` grows when the password changes or the account is disabled; tokens of an
    older generation are refused.
    """

    address: str
    password_hash: str
    disabled: bool = False
    generation: int = 0
