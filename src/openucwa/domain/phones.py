"""People's phones: the directory's numbers, which only the administrator changes, and their own."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from openucwa.domain.people import Person

_NUMBER = re.compile(r"tel:\+[0-9]{2,15}(?:;ext=[0-9]{1,20})?")


class PhoneType(enum.StrEnum):
    """The phones that everybody has, with or without a number (R8.16)."""

    WORK = "work"
    MOBILE = "mobile"
    HOME = "home"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OwnPhone:
    """What a person said of one of her phones."""

    number: str = ""
    shown: bool = False


NOTHING_OWN: Mapping[PhoneType, OwnPhone] = {}


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone. ``number`` may be empty; ``fixed`` is one that its owner may not change."""

    type: PhoneType
    number: str
    shown: bool
    fixed: bool


def phones(person: Person, own: Mapping[PhoneType, OwnPhone]) -> Iterator[Phone]:
    """Yield all phones of a person. A number in the directory wins over her own.

    The phone at work is the directory's even without a number.
    """
    for kind in PhoneType:
        listed: str = getattr(person, _field(kind))
        if listed or kind is PhoneType.WORK:
            yield Phone(kind, listed, shown=bool(listed), fixed=True)
        else:
            said = own.get(kind, OwnPhone())
            yield Phone(kind, said.number, said.shown, fixed=False)


def seen_by_others(person: Person, own: Mapping[PhoneType, OwnPhone]) -> Person:
    """Return the card with those numbers that others may see."""
    if not own:
        return person
    return _with(person, (phone for phone in phones(person, own) if phone.shown))


def seen_by_herself(person: Person, own: Mapping[PhoneType, OwnPhone]) -> Person:
    """Return the card with all numbers."""
    if not own:
        return person
    return _with(person, phones(person, own))


def is_number(text: str) -> bool:
    """Tell whether a text is the canonical URI of a phone: ``tel:``, E.164, perhaps ``;ext=``."""
    return _NUMBER.fullmatch(text) is not None


def _field(kind: PhoneType) -> str:
    return f"{kind.value}_phone"


def _with(person: Person, found: Iterator[Phone]) -> Person:
    numbers: dict[str, Any] = {_field(phone.type): phone.number for phone in found}
    return replace(person, **numbers)
