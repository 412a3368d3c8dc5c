"""What people are found by: the words that are stored, and the condition that looks them up."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from openucwa.adapters.sql.tables import people, words
from openucwa.domain.folding import digits, fold
from openucwa.domain.people import Person

_NAME, _MAIL, PHONE = "name", "mail", "phone"
_FEWEST_DIGITS = 3
_MOST_WORDS = 32
"""Nobody's name has so many words; a statement must not grow with what a client sends."""
_HIGHEST = "\U0010ffff"


def words_of(person: Person) -> set[tuple[str, str]]:
    """Return kind and word of everything that a person may be found by."""
    found = {(_NAME, word) for word in fold(person.name)}
    found |= {(_MAIL, mail.casefold()) for mail in (person.address, *person.emails)}
    return found | phone_words(person)


def phone_words(person: Person) -> set[tuple[str, str]]:
    """Return kind and word of the numbers on a card."""
    phones = (person.work_phone, person.mobile_phone, person.home_phone, person.other_phone)
    return {(PHONE, digits(phone)) for phone in phones if digits(phone)}


def matches(query: str) -> ColumnElement[bool] | None:
    """Return the condition on ``people`` that a query states, or None if it finds nobody.

    Matches are ranges of the index, not patterns, so no character of the query is special.
    """
    folded = set(fold(query))
    if not folded:
        return None
    mail = query.strip().casefold().removeprefix("sip:").removeprefix("mailto:")
    ways = [_begins(_MAIL, mail)] if mail else []
    if len(digits(query)) >= _FEWEST_DIGITS:
        ways.append(_begins(PHONE, digits(query)))
    if len(folded) <= _MOST_WORDS:
        ways.append(and_(*(_begins(_NAME, word) for word in sorted(folded))))
    return or_(*ways)


def _begins(kind: str, start: str) -> ColumnElement[bool]:
    found = select(words.c.address).where(words.c.kind == kind)
    return people.c.address.in_(found.where(words.c.word >= start, words.c.word < start + _HIGHEST))
