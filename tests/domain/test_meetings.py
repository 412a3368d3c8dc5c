"""Meetings: addresses, who enters as whom, when they are forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openucwa.domain.meetings import (
    DAY,
    HOUR,
    KEPT,
    AccessLevel,
    AutomaticLeaderAssignment,
    Extension,
    Meeting,
    OnlineMeetingExtensionType,
    admission,
    identifier_from,
    join_url_of,
    place_of,
    uri_of,
)
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import Role

LENE, SARA, JOHN = "lenea@contoso.test", "sarad@contoso.test", "johnd@contoso.test"
PARTNER, GUEST = "pat@fabrikam.test", "1f@anonymous.invalid"
MEETING = Meeting("ABCD1234", LENE, leaders=(SARA,), attendees=(JOHN,))
NOW = 1_000_000_000.0


def test_a_uri_names_the_organizer_and_the_meeting():
    uri = "sip:lenea@contoso.test;gruu;opaque=app:conf:focus:id:ABCD1234"

    assert uri == uri_of(LENE, "ABCD1234") == MEETING.uri
    assert (LENE, "ABCD1234") == place_of(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "lenea@contoso.test;gruu;opaque=app:conf:focus:id:ABCD1234",
        "SIP:LeneA@Contoso.Test;GRUU;Opaque=App:Conf:Focus:Id:abcd1234",
        " sip:lenea@contoso.test;gruu;opaque=app:conf:focus:id:ABCD1234?x=1",
        "sip:lenea@contoso.test;gruu;opaque=app:conf:focus:id:ABCD1234;p=2",
    ],
)
def test_uris_are_read_however_they_are_spelled(uri):
    assert (LENE, "ABCD1234") == place_of(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "adhoc",
        "sip:lenea@contoso.test",
        "sip:;gruu;opaque=app:conf:focus:id:ABCD1234",
        "sip:lenea;gruu;opaque=app:conf:focus:id:ABCD1234",
        "sip:lenea@contoso.test;gruu;opaque=app:conf:focus:id:",
        "sip:lenea@contoso.test;gruu;opaque=app:conf:focus:id:../x",
        "sip:lenea@contoso.test;gruu;opaque=app:conf:focus:id:" + "A" * 65,
        "sip:" + "a" * 2000 + "@b.test;gruu;opaque=app:conf:focus:id:ABCD1234",
    ],
)
def test_what_is_no_conference_uri_is_none(uri):
    assert place_of(uri) is None


def test_join_urls_have_the_domain_behind_the_first_label():
    """Clients cut the first label off and take two segments of the path (R10.5)."""
    assert "https://meet.contoso.test/lenea/ABCD1234" == join_url_of(
        LENE, "ABCD1234", "https://meet.{domain}"
    )


def test_ids_are_eight_letters_and_digits():
    assert "00000000" == identifier_from(0)
    assert "ZZZZZZZZ" == identifier_from(36**8 - 1)
    assert "10000000" == identifier_from(36**8 + 1)


IN, WAITS = False, True
WHO = (LENE, SARA, JOHN, "other@contoso.test", PARTNER, GUEST)


@pytest.mark.parametrize(
    ("access", "waits"),
    [
        (AccessLevel.LOCKED, (IN, IN, WAITS, WAITS, WAITS, WAITS)),
        (AccessLevel.NONE, (IN, IN, IN, WAITS, IN, WAITS)),
        (AccessLevel.INVITED, (IN, IN, IN, WAITS, IN, WAITS)),
        (AccessLevel.SAME_ENTERPRISE, (IN, IN, IN, IN, IN, WAITS)),
        (AccessLevel.EVERYONE, (IN, IN, IN, IN, IN, IN)),
    ],
)
def test_the_access_level_decides_who_waits_in_the_lobby(access, waits):
    """Whoever has an account belongs to the organisation; guests never are on a list (R10.11)."""
    meeting = replace(MEETING, access=access, attendees=(JOHN, PARTNER))

    assert waits == tuple(admission(meeting, address).waits for address in WHO)


@pytest.mark.parametrize(
    ("promotion", "leaders"),
    [
        (AutomaticLeaderAssignment.DISABLED, {LENE, SARA}),
        (AutomaticLeaderAssignment.SAME_ENTERPRISE, {*WHO} - {GUEST}),
        (AutomaticLeaderAssignment.EVERYONE, {*WHO}),
    ],
)
def test_leaders_are_named_or_made_on_entering(promotion, leaders):
    """R10.12; those who wait have their role once they are admitted."""
    for access in AccessLevel:
        meeting = replace(MEETING, access=access, promotion=promotion)
        leading = {who for who in WHO if admission(meeting, who).role is Role.LEADER}

        assert leaders == leading


def test_a_meeting_is_kept_for_two_weeks_after_its_last_use():
    """Clients think that it expires after eight hours, and join it tomorrow (16.38)."""
    assert NOW + KEPT == replace(MEETING, used=NOW).goes, "what was begun at once, too"
    assert NOW + KEPT == replace(MEETING, expires=NOW + HOUR, used=NOW).goes
    assert NOW + 30 * DAY == replace(MEETING, expires=NOW + 30 * DAY, used=NOW).goes
    assert NOW + 40 * DAY == replace(MEETING, expires=NOW, used=NOW, ends=NOW + 40 * DAY).goes
    assert replace(MEETING, expires=NOW, assigned=True).goes is None


def test_everybody_expected_is_named_once():
    meeting = replace(MEETING, attendees=(JOHN, SARA, LENE))

    assert (LENE, SARA, JOHN) == meeting.people


def test_extensions_are_found_by_their_ids():
    hers = Extension("a", OnlineMeetingExtensionType.ORGANIZER)
    meeting = replace(
        MEETING, extensions=(hers, Extension("b", OnlineMeetingExtensionType.PARTICIPANT))
    )

    assert hers == meeting.extension("a")
    assert [False, True] == [one.shared for one in meeting.extensions]
    with pytest.raises(Refused) as refused:
        meeting.extension("c")
    assert Refusal.NOT_FOUND is refused.value.refusal
