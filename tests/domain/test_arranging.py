"""What may be arranged: eligible values and times within bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openucwa.domain.arranging import Eligible, Region, Terms, check
from openucwa.domain.meetings import DAY, HOUR, EntryExitAnnouncement, Meeting, PhoneUserAdmission
from openucwa.domain.refusals import Refusal, Refused

MEETING = Meeting("ABCD1234", "lenea@contoso.test")
NOW = 1_000_000_000.0


def refusal(**changes):
    with pytest.raises(Refused) as refused:
        check(replace(MEETING, **changes), Eligible(), NOW)
    assert Refusal.PARAMETER_VALIDATION_FAILURE is refused.value.refusal
    return [name for name, _ in refused.value.parameters]


def test_values_that_are_not_eligible_are_named_all_at_once():
    assert ["entryExitAnnouncement", "phoneUserAdmission"] == refusal(
        announcement=EntryExitAnnouncement.ENABLED, phone=PhoneUserAdmission.ENABLED
    )


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"expires": NOW - 367 * DAY}, ["expirationTime"]),
        ({"expires": NOW + 3661 * DAY}, ["expirationTime"]),
        ({"starts": NOW}, ["endTime"]),
        ({"ends": NOW}, ["endTime"]),
        ({"starts": NOW, "ends": NOW}, ["endTime"]),
        ({"starts": NOW, "ends": NOW + 8 * DAY}, ["endTime"]),
        ({"starts": NOW + 3661 * DAY, "ends": NOW + 3662 * DAY}, ["startTime"]),
    ],
)
def test_times_are_within_bounds(changes, wrong):
    assert wrong == refusal(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"expires": NOW - 364 * DAY},
        {"expires": NOW + 3650 * DAY},
        {"starts": NOW, "ends": NOW + HOUR},
    ],
)
def test_what_is_allowed_is_not_refused(changes):
    check(replace(MEETING, **changes), Eligible(), NOW)


def test_people_can_dial_in_where_there_is_a_number():
    assert not Terms().dial_in
    assert Terms(regions=(Region("Denmark", "+4570123456"),)).dial_in
