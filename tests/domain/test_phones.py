"""Whose word counts for a phone number, and who sees it (R8.16)."""

from __future__ import annotations

import pytest

from openucwa.domain.people import Person
from openucwa.domain.phones import (
    OwnPhone,
    Phone,
    PhoneType,
    is_number,
    phones,
    seen_by_herself,
    seen_by_others,
)

LENE = Person("lenea@x.test", "sip:lenea@x.test", "Lene", work_phone="1", home_phone="2")
OWN = {
    PhoneType.WORK: OwnPhone("8", shown=True),
    PhoneType.HOME: OwnPhone("9", shown=False),
    PhoneType.MOBILE: OwnPhone("3", shown=True),
    PhoneType.OTHER: OwnPhone("4", shown=False),
}


def test_the_directory_wins_and_cannot_be_changed():
    assert [
        Phone(PhoneType.WORK, "1", shown=True, fixed=True),
        Phone(PhoneType.MOBILE, "3", shown=True, fixed=False),
        Phone(PhoneType.HOME, "2", shown=True, fixed=True),
        Phone(PhoneType.OTHER, "4", shown=False, fixed=False),
    ] == list(phones(LENE, OWN))


def test_there_is_a_phone_of_each_type_without_any_number():
    """The one at work is the directory's even then."""
    nobody = Person("x@x.test", "sip:x@x.test", "X")

    assert [
        Phone(kind, "", shown=False, fixed=kind is PhoneType.WORK) for kind in PhoneType
    ] == list(phones(nobody, {}))


def test_others_see_what_is_shown_and_herself_everything():
    def numbers(card):
        return card.work_phone, card.mobile_phone, card.home_phone, card.other_phone

    assert ("1", "3", "2", "") == numbers(seen_by_others(LENE, OWN))
    assert ("1", "3", "2", "4") == numbers(seen_by_herself(LENE, OWN))
    assert LENE == seen_by_others(LENE, {})


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("tel:+4512345678", True),
        ("tel:+4512345678;ext=12", True),
        ("tel:4512345678", False),
        ("tel:+45123456789012345", False),
        ("tel:+45 12", False),
        ("tel:+٤٥١٢", False),
        ("+4512345678", False),
        ("tel:+4512345678\n", False),
    ],
)
def test_a_number_is_canonical_or_none(text, holds):
    assert holds == is_number(text)
