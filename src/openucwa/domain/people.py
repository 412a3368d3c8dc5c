"""Who people are: addresses, directory cards, and how close they are to each other."""

from __future__ import annotations

import base64
import enum
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

_LETTER = r"[^\s\0-\x1f\x7f\ud800-\udfff@<>\"'/\\?#%;,:]"
"""What an address may be made of; nothing that a database cannot keep."""
_ADDRESS = re.compile(f"{_LETTER}{{1,128}}@{_LETTER}{{1,255}}")


_SHORT = 400
"""What is longer is not remembered: clients choose what it is."""


def address_of(text: str) -> str | None:
    """Return the canonical address of a SIP URI: ``user@domain``, lower case, no scheme.

    Addresses compare case-insensitively and with or without ``sip:`` (R4.23). Parameters
    after ``;`` are dropped. Returns None for anything that is not a user's address.
    """
    return _address_of(text) if len(text) <= _SHORT else _address_of.__wrapped__(text)


@lru_cache(maxsize=8192)
def _address_of(text: str) -> str | None:
    text = text.strip()
    if text[:4].lower() == "sip:":
        text = text[4:]
    text = text.partition(";")[0]
    return text.lower() if _ADDRESS.fullmatch(text) else None


def identifier_of(text: str) -> str:
    """Return the id of what a text stands for, in the shape that clients know (R1.15).

    That is Base64 with its ``=``, but with the letters that need no escape in a path.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Person:
    """A directory card.

    ``address`` is canonical, and so is that of the ``manager``, who may be unknown; ``uri`` keeps
    the spelling for display.
    """

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
    manager: str = ""

    @property
    def address_shown(self) -> str:
        """The address in the spelling for display, as the paths of photos have it (R4.23)."""
        return self.uri.removeprefix("sip:")


class Level(enum.StrEnum):
    """How close two people are (PrivacyRelationshipLevel).

    UNKNOWN is nobody's choice: it stands for what cannot have a level, such as oneself.
    """

    UNKNOWN = "Unknown"
    BLOCKED = "Blocked"
    EXTERNAL = "External"
    COLLEAGUES = "Colleagues"
    WORKGROUP = "Workgroup"
    FRIENDS_AND_FAMILY = "FriendsAndFamily"


@dataclass(frozen=True, slots=True)
class DistributionGroup:
    """A group of the directory: people, and other such groups.

    ``address`` is canonical. Who is in a ``hidden`` one is not told.
    """

    address: str
    name: str
    hidden: bool = False

    @property
    def id(self) -> str:
        """What UCWA calls the group."""
        return identifier_of(self.address)


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs: the argon2 hash and whether the account may be used.

    ``generation`` grows when the password changes or the account is disabled; tokens of an
    older generation are refused. An ``admin`` may look after other people.
    """

    address: str
    password_hash: str
    disabled: bool = False
    generation: int = 0
    admin: bool = False
