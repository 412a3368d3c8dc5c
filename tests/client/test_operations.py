"""Operations end once, however that becomes known."""

from __future__ import annotations

import pytest

from openucwa.client import Reason, operations
from openucwa.client.operations import Operations
from openucwa.client.resources import Resource, package_of


def completed(identifier, outcome="Success", kind="completed"):
    reason = {"code": "RemoteFailure"}
    event = {"link": {"rel": "message"}, "type": kind, "status": outcome, "reason": reason}
    event["_embedded"] = {"message": {"operationId": identifier}}
    tree = {"_links": {"next": {"href": "/2"}}, "sender": [{"events": [event]}]}
    return package_of(Resource(tree), tree).events[0]


@pytest.mark.parametrize(("outcome", "succeeded"), [("Success", True), ("Failure", False)])
async def test_the_first_event_that_completes_it_counts(outcome, succeeded):
    known = Operations()
    async with known.begin() as operation:
        known.take(completed("another"))
        known.take(completed(operation.id, "Failure", "started"))
        known.take(completed(operation.id, outcome))
        known.take(completed(operation.id, "Failure"))

        assert (succeeded, Reason("RemoteFailure")) == (await operation.outcome())[1:]
    assert [] == known.under_way()


@pytest.mark.parametrize(
    ("shown", "succeeded"),
    [
        ({"status": "Succeeded"}, True),
        ({"state": "Connected"}, True),
        ({"state": "Declined"}, False),
        ({"status": "Failed", "state": "Connected"}, False),
    ],
)
async def test_what_it_looks_like_tells_how_it_ended(shown, succeeded):
    async with Operations().begin() as operation:
        operation.settle_as(Resource({"state": "Connecting"}))
        operation.settle_as(Resource(shown))

        assert succeeded == (await operation.outcome())[1]


async def test_what_is_not_heard_of_for_too_long_has_failed(monkeypatch):
    monkeypatch.setattr(operations, "LONGEST", 0.01)
    async with Operations().begin() as operation:
        _, succeeded, reason = await operation.outcome()

    assert (False, "Timeout") == (succeeded, reason.code)


async def test_all_can_fail_together():
    known = Operations()
    async with known.begin() as one, known.begin() as two:
        known.fail(Reason(text="gone"))

        assert [(False, "gone")] * 2 == [
            (succeeded, reason.text)
            for _, succeeded, reason in (await one.outcome(), await two.outcome())
        ]
