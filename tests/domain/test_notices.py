"""Notices: what they mean when little is said."""

from __future__ import annotations

from openucwa.domain.notices import Audience, Notice


def test_a_bare_notice_says_to_all_available_applications_that_a_resource_changed():
    notice = Notice("presence")

    assert ("updated", (), Audience.AVAILABLE, "", None) == (
        notice.type,
        notice.params,
        notice.to,
        notice.inside,
        notice.shown,
    )


def test_equal_notices_are_one():
    """So the event that is made of them can be made once."""
    one, two = (Notice("note", to=Audience.LISTENING) for _ in range(2))

    assert {one: 1} == {two: 1}
    assert one != Notice("note")
