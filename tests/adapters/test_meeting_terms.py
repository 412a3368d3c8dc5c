"""What settings say of meetings."""

from __future__ import annotations

import msgspec
import pytest

from openucwa.adapters.meeting_terms import meeting_terms
from openucwa.domain.arranging import Region, Terms
from openucwa.settings import Settings


def terms(domains=("contoso.test",), public_url="", **meetings):
    sections = {"server": {"public_url": public_url}, "meetings": meetings}
    return meeting_terms(msgspec.convert(sections, Settings), domains)


def test_without_a_word_the_terms_are_the_defaults():
    assert Terms() == terms()


@pytest.mark.parametrize(
    ("public_url", "domains", "base"),
    [
        ("https://ucwa.contoso.test", ["contoso.test"], "https://ucwa.contoso.test"),
        ("https://ucwa.contoso.test", ["contoso.test", "b.test"], "https://meet.{domain}"),
        ("https://contoso.test", ["contoso.test"], "https://meet.{domain}"),
        ("https://a.b.contoso.test", ["contoso.test"], "https://meet.{domain}"),
        ("https://ucwa.contoso.test", [], "https://meet.{domain}"),
    ],
)
def test_people_join_here_if_clients_find_the_domain_in_the_address(public_url, domains, base):
    """R10.5"""
    assert base == terms(domains, public_url).join_url


def test_numbers_have_a_region_and_languages():
    given = terms(dial_in=["Denmark|+45 70 12 34 56|da-DK en-GB", "Norway|+4721000000"])

    assert (
        Region("Denmark", "+45 70 12 34 56", ("da-DK", "en-GB")),
        Region("Norway", "+4721000000"),
    ) == given.regions
    assert (2, 2) == (len(given.eligible.phone), len(given.eligible.lobby_bypass))
    assert (1, 1) == (len(terms().eligible.phone), len(terms().eligible.lobby_bypass))


@pytest.mark.parametrize(
    "meetings",
    [
        {"dial_in": ["Denmark"]},
        {"dial_in": ["Denmark|70123456"]},
        {"join_url": "https://meet.contoso.test/path"},
        {"join_url": "meet.contoso.test"},
        {"invitation_logo": "javascript:alert(1)"},
        {"access": "Nobody"},
        {"access_allowed": ["Nobody"]},
    ],
)
def test_what_means_nothing_is_no_setting(meetings):
    with pytest.raises(msgspec.ValidationError):
        terms(**meetings)
