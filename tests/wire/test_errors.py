"""Refusals as status, code and subcode."""

from __future__ import annotations

import pytest

from openucwa.domain.refusals import Refusal
from openucwa.wire.errors import ERRORS, reason

SHARED = {("ListLimitExceeded", "LimitExceeded")}
"""R8.9: the same subcode, with another code than elsewhere."""

UNSAID = {"Moved"}
"""R14.2: clients are to rediscover on any 403; no page names a subcode for it."""


def test_every_refusal_has_a_row():

    assert set(Refusal) == set(ERRORS)


@pytest.mark.parametrize("name", ERRORS)
def test_rows_are_consistent(name):
    """A subcode is the refusal's own name; a row without one is told by its code alone."""
    error = ERRORS[name]

    assert error.subcode in {None, name} or (name, error.subcode) in SHARED
    assert error.subcode is not None or error.code == name or name in UNSAID
    assert error.message.endswith(".")
    assert 400 <= error.status < 600


def test_a_code_always_has_the_same_status():
    """R5.3."""
    pairs = {(error.code, error.status) for error in ERRORS.values()}

    assert len(dict(pairs)) == len(pairs)


@pytest.mark.parametrize(
    ("name", "status", "code", "subcode"),
    [
        ("PGetReplaced", 409, "Conflict", "PGetReplaced"),
        ("TooManyApplications", 410, "Gone", "TooManyApplications"),
        ("CannotRedirect", 410, "Gone", "CannotRedirect"),
        ("LimitExceeded", 403, "Forbidden", "LimitExceeded"),
        ("NotFound", 404, "NotFound", None),
        ("Conflict", 409, "Conflict", None),
        ("CallbackChannelError", 500, "ServiceFailure", "CallbackChannelError"),
        ("PreconditionRequired", 428, "PreconditionRequired", None),
        ("Timeout", 504, "Timeout", None),
    ],
)
def test_known_rows(name, status, code, subcode):
    """R5.3."""
    error = ERRORS[name]

    assert (status, code, subcode) == (error.status, error.code, error.subcode)


def test_a_reason_without_subcode_and_parameters_leaves_them_out():
    status, tree = reason("NotFound")

    assert 404 == status
    assert ["code", "message"] == list(tree)


def test_a_reason_names_each_bad_parameter():
    status, tree = reason("ParameterValidationFailure", "No.", [("duration", "Too long.")])

    assert 400 == status
    assert [
        ("code", "BadRequest"),
        ("subcode", "ParameterValidationFailure"),
        ("message", "No."),
        ("parameters", [{"name": "duration", "reason": "Too long."}]),
    ] == list(tree.items())
