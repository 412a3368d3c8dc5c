"""What searches find people and distribution groups by, with SQLite's index for full text, FTS5.

Each of ``entries`` has its row in ``entry_words``, which is built and emptied by the migrations:
whoever is deleted is not found any more. There a name is its folded words, and each address and
number one word, because the tokenizer ends words only at spaces and control characters. Marks
before addresses and numbers keep the three kinds apart: a filter of columns would do that as well,
but reads every number that begins with 49 to find that nobody is called so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    select,
    table,
)

from openucwa.adapters.sql.rows import chunks, phones_of
from openucwa.adapters.sql.tables import Text, entries, people, phones
from openucwa.domain.folding import digits, fold
from openucwa.domain.people import DistributionGroup, Person
from openucwa.domain.phones import seen_by_others

_FEWEST_DIGITS = 3
_MOST_WORDS = 32
"""Nobody's name has so many words; a query must not cost more with each that a client sends."""
_LOOKED_AT = 1000
"""So many matches are put into order; who wants one of more has to type more."""

_MAIL, _PHONE = "@", "+"
"""The marks; no word of a name begins so."""

_WHOLE = re.compile(r"[^\0-\x20\x7f]+")
_NUMBERS = ("work_phone", "mobile_phone", "home_phone", "other_phone")
_CARD = [people.c[name] for name in ("address", "uri", "name", "emails", *_NUMBERS)]
"""As much of a card as is looked at here. These columns are as old as the table."""

_words = table("entry_words", *(column(name) for name in ("rowid", "name", "mail", "phone")))


def index_people(connection: Connection, addresses: Iterable[str]) -> None:
    """Let searches find these people by what their cards and phones say now."""
    for some in chunks(list(addresses)):
        own = phones_of(connection.execute(select(phones).where(phones.c.address.in_(some))))
        cards = connection.execute(select(*_CARD).where(people.c.address.in_(some)))
        known = (Person(**row._mapping) for row in cards)  # noqa: SLF001  public by its manual
        _index(connection, [seen_by_others(one, own.get(one.address, {})) for one in known])


def index_groups(connection: Connection, groups: Iterable[DistributionGroup]) -> None:
    """Let searches find these groups by name and address."""
    for some in chunks(list(groups)):
        _index(connection, some)


def _index(connection: Connection, found: Sequence[Person | DistributionGroup]) -> None:
    if not found:
        return
    addresses = [one.address for one in found]
    connection.execute(delete(entries).where(entries.c.address.in_(addresses)))
    last = connection.scalar(select(func.max(entries.c.id))) or 0
    listed, words = [], []
    for number, one in enumerate(found, last + 1):
        said = words_of(one)
        is_group = isinstance(one, DistributionGroup)
        entry = {"address": one.address, "sort_name": said["name"], "is_group": is_group}
        listed.append({"id": number, **entry})
        words.append({"rowid": number, **said})
    connection.execute(entries.insert(), listed)
    connection.execute(_words.insert(), words)


def words_of(one: Person | DistributionGroup) -> dict[str, str]:
    """Return all that somebody is found by, for each column of the index."""
    card = one if isinstance(one, Person) else Person(one.address, "", one.name)
    mails = {mail.casefold() for mail in (card.address, *card.emails) if _WHOLE.fullmatch(mail)}
    numbers = {number for name in _NUMBERS for number in _spellings(getattr(card, name))}
    return {
        "name": " ".join(fold(card.name)),
        "mail": " ".join(_MAIL + mail for mail in sorted(mails)),
        "phone": " ".join(_PHONE + number for number in sorted(numbers)),
    }


def _spellings(phone: str) -> Iterator[str]:
    """Yield the digits of a phone, with the country code and without."""
    typed = phone.strip().lower().removeprefix("tel:").partition(";")[0]
    number = digits(typed)
    if not number:
        return
    yield number
    if typed.startswith("+"):
        for length in (1, 2, 3):
            if int(number[:length]) in COUNTRY_CODE_TO_REGION_CODE:
                yield number[length:]
                return


def found_by(query: str, limit: int) -> Select[Any] | None:
    """Return the statement that finds address and kind of ``limit`` entries, and one more.

    They are in the order of their names. None if the query can find nobody.
    """
    wanted = expression(query)
    if not wanted or limit < 1:
        return None
    is_match = literal_column("entry_words").op("MATCH")(bindparam("wanted", wanted, Text))
    hits = select(_words.c.rowid).where(is_match).limit(_LOOKED_AT).subquery()
    found = select(entries.c.address, entries.c.is_group)
    found = found.join_from(hits, entries, entries.c.id == hits.c.rowid)
    return found.order_by(entries.c.sort_name, entries.c.address).limit(limit + 1)


def expression(query: str) -> str:
    """Return what a query means in the language of FTS5; empty if it can find nobody."""
    words = set(fold(query))
    if not words:
        return ""
    ways = []
    if len(words) <= _MOST_WORDS:
        ways.append(f"({' AND '.join(_begins(word) for word in sorted(words))})")
    mail = query.strip().casefold().removeprefix("sip:").removeprefix("mailto:")
    if _WHOLE.fullmatch(mail):
        ways.append(_begins(_MAIL + mail))
    number = digits(query)
    # A zero before a number within the country, and two before a country code, are not indexed.
    starts = sorted({number, number.lstrip("0")})
    ways += [_begins(_PHONE + start) for start in starts if len(start) >= _FEWEST_DIGITS]
    return " OR ".join(ways)


def _begins(text: str) -> str:
    """Return the pattern for words that begin with a text, in which no character is special."""
    quoted = text.replace('"', '""')
    return f'"{quoted}" *'
