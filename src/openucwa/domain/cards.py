"""Directory cards as an administrator types them: what texts may be, and what becomes of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from openucwa.domain.people import address_of

PHONES = ("work_phone", "mobile_phone", "home_phone", "other_phone")
DETAILS = ("title", "department", "company", "office", "email", *PHONES, "manager")
"""What may be said of a person beside address and name."""
LONGEST = 256

TelUri = Callable[[str], str | None]
"""Returns a phone number as a ``tel:`` URI, or None if it cannot be one."""


def card_from(texts: Mapping[str, str], tel_uri: TelUri) -> tuple[str, dict[str, Any]]:
    """Return the address and the other fields of a ``Person`` that are typed.

    Raises ``ValueError`` that says what is wrong.
    """
    typed = tidy("address", texts.get("address", ""))
    address = typed_address(typed)
    card = fields_from({name: text for name, text in texts.items() if name != "address"}, tel_uri)
    if not card.get("name"):
        raise ValueError("name is missing")
    card["uri"] = "sip:" + (typed[4:] if typed[:4].lower() == "sip:" else typed).partition(";")[0]
    return address, card


def fields_from(texts: Mapping[str, str], tel_uri: TelUri) -> dict[str, Any]:
    """Return the fields of a ``Person`` that are typed.

    Several e-mails have ``;`` between. Phone numbers become ``tel:`` URIs if they can.
    Raises ``ValueError`` that says what is wrong.
    """
    card: dict[str, Any] = {column: tidy(column, text) for column, text in texts.items()}
    if "email" in card:
        card["emails"] = parts(card.pop("email"))
    for column in card.keys() & {*PHONES}:
        card[column] = tel_uri(card[column]) or card[column]
    if card.get("manager"):
        card["manager"] = typed_address(card["manager"])
    return card


def tidy(column: str, text: str) -> str:
    """Return a text with single spaces."""
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise ValueError(f"{column} has more than {LONGEST} characters")
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
        raise ValueError(f"{column} has control characters")
    return text


def parts(text: str) -> tuple[str, ...]:
    """Return what is separated by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def typed_address(typed: str) -> str:
    """Return a canonical address. Raises ``ValueError`` for what is none."""
    address = address_of(typed)
    if address is None:
        raise ValueError(f"{typed!r} is not an address: write user@domain or sip:user@domain")
    return address
