"""People and groups in vCards, of version 3.0 or 4.0 (RFC 2426, RFC 6350)."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from icalendar.parser import Contentline, split_on_unescaped_semicolon, unescape_backslash

from openucwa.cli.roster import Entry, Place, Problem, card_from
from openucwa.domain.cards import tidy
from openucwa.domain.people import address_of

LONGEST_FILE = 1024**3
LONGEST_CARD = 16 * 1024**2
"""Bytes and characters: a card may carry the longest picture that is read."""

_SAME = {"MANAGER": "X-MANAGER", "X-ADDRESSBOOKSERVER-KIND": "KIND"}
_SAME |= {"X-ADDRESSBOOKSERVER-MEMBER": "MEMBER"}
_PHONES = {"cell": "mobile_phone", "work": "work_phone", "home": "home_phone"}
_NO_PHONES = {"fax", "pager", "textphone"}


class Said(NamedTuple):
    """One line of a card: the kinds that it names, in lower case, and its value as written."""

    kinds: frozenset[str]
    value: str
    encoded: bool

    @property
    def text(self) -> str:
        """The value as it is meant."""
        return str(unescape_backslash(self.value))


Card = dict[str, list[Said]]


class Broken(ValueError):
    """A file that is of no use after some line."""


def read(path: Path, region: str = "") -> Iterator[Entry | Problem]:
    """Read the cards of a file; what is wrong with one does not end it."""
    try:
        for line, lines in _cards(path):
            place = Place(str(path), line)
            try:
                entry = _entry(place, lines, region)
            except ValueError as error:
                yield Problem(place, str(error))
            else:
                if entry is not None:
                    yield entry
    except Broken as error:
        line, text = error.args
        yield Problem(Place(str(path), line), text)


def _cards(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of each card, with the number of its first one. Raises ``Broken``."""
    if path.stat().st_size > LONGEST_FILE:
        raise Broken(1, "the file is longer than 1 GB: split it")
    start, length, lines = 0, 0, list[str]()
    for number, line in _unfolded(path):
        length += len(line)
        word = line.strip().upper()
        if (word == "BEGIN:VCARD") != (start == 0):
            raise Broken(number, "a card must begin with BEGIN:VCARD and end with END:VCARD")
        if length > LONGEST_CARD:
            raise Broken(start, f"the card is longer than {LONGEST_CARD // 1024**2} MB")
        if word == "BEGIN:VCARD":
            start, length, lines = number, 0, []
        elif word == "END:VCARD":
            yield start, lines
            start = 0
        else:
            lines.append(line)
    if start:
        raise Broken(start, "the card has no END:VCARD")


def _unfolded(path: Path) -> Iterator[tuple[int, str]]:
    """Yield lines as they were before they were folded, with their numbers."""
    with path.open(encoding="utf-8-sig") as file:
        begun, pieces, number = 1, list[str](), 0
        try:
            for number, line in enumerate(file, 1):
                if line[0] not in " \t":
                    if any(pieces):
                        yield begun, "".join(pieces)
                    begun, pieces = number, []
                pieces.append(line[line[0] in " \t" :].rstrip("\n"))
        except UnicodeDecodeError:
            raise Broken(number + 1, "this is not UTF-8") from None
        if any(pieces):
            yield begun, "".join(pieces)


def _entry(place: Place, lines: list[str], region: str) -> Entry | None:
    """Return what a card says; None if it is neither of a person nor of a group."""
    card = _card(lines)
    version = _first(card, "VERSION")
    if version not in {"3.0", "4.0"}:
        raise ValueError(f"vCards of version {version or '?'} are not read: export as 3.0 or 4.0")
    kind = _first(card, "KIND").lower() or "individual"
    if kind not in {"individual", "group"}:
        return None
    mails = tuple(tidy("email", said.text) for said in card.get("EMAIL", ()))
    sip = [said.text for said in card.get("IMPP", ()) if said.text[:4].lower() == "sip:"]
    sip += [said.text for said in card.get("X-SIP", ())]
    texts = {"address": next(iter((*sip, *mails)), ""), "name": _name(card)}
    if not texts["address"]:
        raise ValueError("the card has no address: it needs IMPP:sip:user@domain or EMAIL")
    uid = _uid(_first(card, "UID")) if "UID" in card else ""
    if kind == "group":
        address, said = card_from(texts)
        members = tuple(_named(line) for line in card.get("MEMBER", ()))
        return Entry(
            place=place,
            address=address,
            card={"name": said["name"]},
            is_group=True,
            members=members or None,
            uid=uid,
        )
    texts |= _details(card)
    address, fields = card_from(texts, region)
    said_more = {"emails": mails, "manager": _manager(card)}
    fields |= {field: value for field, value in said_more.items() if value}
    return Entry(place=place, address=address, card=fields, picture=_picture(card), uid=uid)


def _card(lines: list[str]) -> Card:
    card: Card = {}
    for line in lines:
        try:
            name, parameters, value = _parts(line)
        except ValueError:
            raise ValueError(f"{line[:40]!r} cannot be read") from None
        name = name.upper().rpartition(".")[2]  # Apple's item1.TEL
        given = parameters.get("TYPE", ())
        kinds = given.split(",") if isinstance(given, str) else given
        encoded = str(parameters.get("ENCODING", "")).upper() in {"B", "BASE64"}
        said = Said(frozenset(kind.strip().lower() for kind in kinds), value.strip(), encoded)
        card.setdefault(_SAME.get(name, name), []).append(said)
    return card


def _parts(line: str) -> tuple[str, Mapping[str, Any], str]:
    content: Any = Contentline  # the library's types end here
    name, parameters, value = content(line).raw_parts()
    return name, parameters, value


def _first(card: Card, name: str) -> str:
    return card[name][0].text if name in card else ""


def _name(card: Card) -> str:
    """Return the name that others see, or put it together."""
    if _first(card, "FN"):
        return _first(card, "FN")
    units = split_on_unescaped_semicolon(card["N"][0].value) if "N" in card else []
    return " ".join(reversed(units[:2]))


def _details(card: Card) -> dict[str, str]:
    """Return title, company, department, and the first phone of each kind."""
    texts = {"title": _first(card, "TITLE")} if "TITLE" in card else {}
    if "ORG" in card:
        units = split_on_unescaped_semicolon(card["ORG"][0].value)
        texts |= zip(("company", "department"), units, strict=False)
    for said in card.get("TEL", ()):
        if not said.kinds & _NO_PHONES:
            kind = next((kind for kind in _PHONES if kind in said.kinds), "")
            texts.setdefault(_PHONES.get(kind, "other_phone"), said.text)
    return texts


def _manager(card: Card) -> str:
    """Return how the manager is named, if that leads to somebody: an address or a UID."""
    named = [said for said in card.get("RELATED", ()) if "manager" in said.kinds]
    named += card.get("X-MANAGER", [])
    return next(filter(None, (_reference(said.text) for said in named)), "")


def _named(said: Said) -> str:
    reference = _reference(said.text)
    if not reference:
        raise ValueError(f"member {said.text[:100]!r} is neither mailto: nor sip: nor urn:uuid:")
    return reference


def _reference(text: str) -> str:
    """Return the address or the UID that a URI stands for; empty if neither."""
    if text[:9].lower() == "urn:uuid:":
        return _uid(text)
    return address_of(text[7:] if text[:7].lower() == "mailto:" else text) or ""


def _uid(text: str) -> str:
    """Return a UID in the form of a URI, as members name it."""
    return "urn:uuid:" + text.lower().removeprefix("urn:uuid:")


def _picture(card: Card) -> bytes | None:
    """Return the picture that a card carries. One that is elsewhere is not fetched."""
    for said in card.get("PHOTO", ()):
        inline = said.value[:5].lower() == "data:"
        if inline or said.encoded:
            data = said.value.replace("\\", "").rpartition(",")[2]
            try:
                return base64.b64decode(data, validate=True)
            except ValueError:
                raise ValueError("PHOTO is not Base64") from None
    return None
