"""What searches find people and distribution groups by.

Each of ``entries`` is found by the folded words of a name, and by addresses and numbers, each of
which is one word. Marks before addresses and numbers keep the three kinds apart: a filter would
do that as well, but reads every number that begins with 49 to find that nobody is called so.
``fts5`` and ``tsvectors`` keep these words as their engines do, and the migrations see to it that
whoever is deleted is not found any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from sqlalchemy import Connection, Dialect, Select, delete, select

from openucwa.adapters.sql import fts5, tsvectors
from openucwa.adapters.sql.rows import chunks, phones_of
from openucwa.adapters.sql.tables import entries, people, phones
from openucwa.domain.folding import digits, fold
from openucwa.domain.people import DistributionGroup, Person
from openucwa.domain.phones import seen_by_others

Way = Sequence[str]
"""A way to be found: somebody has words that begin with all of these."""

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


def index_people(connection: Connection, addresses: Iterable[str]) -> None:
    """Let searches find these people by what their cards and phones say now."""
    for some in chunks(list(addresses)):
        cards = select(*_CARD).where(people.c.address.in_(some)).order_by(people.c.address)
        # Who changes card and phones at once waits, or would let searches find what was before.
        held = connection.execute(cards.with_for_update(key_share=True)).all()
        own = phones_of(connection.execute(select(phones).where(phones.c.address.in_(some))))
        known = (Person(**row._mapping) for row in held)  # noqa: SLF001  public by its manual
        _index(connection, [seen_by_others(one, own.get(one.address, {})) for one in known])


def index_groups(connection: Connection, groups: Iterable[DistributionGroup]) -> None:
    """Let searches find these groups by name and address."""
    for some in chunks(list(groups)):
        _index(connection, some)


def _index(connection: Connection, found: Sequence[Person | DistributionGroup]) -> None:
    if not found:
        return
    words = {one.address: words_of(one) for one in found}
    rows = [
        {
            "address": one.address,
            "sort_name": words[one.address]["name"],
            "is_group": isinstance(one, DistributionGroup),
        }
        for one in found
    ]
    connection.execute(delete(entries).where(entries.c.address.in_(words)))
    _index_of(connection.dialect).insert(connection, rows, words)


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


def found_by(dialect: Dialect, ways: Sequence[Way], limit: int) -> Select[Any]:
    """Return the statement that finds address and kind of ``limit`` entries, and one more.

    They are in the order of their names.
    """
    hits = _index_of(dialect).hits(ways, _LOOKED_AT).subquery()
    found = select(hits.c.address, hits.c.is_group)
    return found.order_by(hits.c.sort_name, hits.c.address).limit(limit + 1)


def ways_of(query: str) -> list[Way]:
    """Return the ways to be found that a query means; none if it can find nobody."""
    words = set(fold(query))
    if not words:
        return []
    ways = [sorted(words)] if len(words) <= _MOST_WORDS else []
    mail = query.strip().casefold().removeprefix("sip:").removeprefix("mailto:")
    if _WHOLE.fullmatch(mail):
        ways.append([_MAIL + mail])
    number = digits(query)
    # A zero before a number within the country, and two before a country code, are not indexed.
    starts = sorted({number, number.lstrip("0")})
    ways += [[_PHONE + start] for start in starts if len(start) >= _FEWEST_DIGITS]
    return list(ways)


def _index_of(dialect: Dialect) -> Any:
    return tsvectors if dialect.name == "postgresql" else fts5
