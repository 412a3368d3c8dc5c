"""The words of a declaration, and what a spec says of itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from msgspec import UNSET, Struct, UnsetType

from openucwa.domain.identity import Identity
from openucwa.hyper.declare import (
    Capability,
    Condition,
    Embed,
    Link,
    Priority,
    Raw,
    Representation,
    Scope,
    Started,
    delete,
    get,
    operation,
    post,
    put,
    resource,
)
from openucwa.hyper.values import Words


@dataclass
class ACall:
    identity: Identity
    awake: bool = True


class Wish(Struct):
    text: str = ""


AWAKE = Condition("Conflict", lambda call: call.awake)
QUIET = Condition("TooManyRequests", lambda call: not call.awake)


@resource("nap", at="naps/{nap}", also=("sleep",), scopes=(Scope.USER,), requires=(AWAKE,))
class Nap(Representation):
    """A nap."""

    links = (Link("pillow"), Embed("dream", many=True))

    how_long: int
    dream_of: str | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: ACall) -> Nap:
        return Nap(how_long=5)

    @staticmethod
    @post(201, counts=True)
    def start(call: ACall, given: Wish) -> Nap:
        return Nap(how_long=5)

    @staticmethod
    @put()
    def change(call: ACall, given: Wish) -> Nap:
        return Nap(how_long=5)

    @staticmethod
    @delete()
    def end(call: ACall) -> None:
        """Wake up."""


@resource("yawn", at="yawn")
class Yawn(Capability):
    """A yawn."""

    @staticmethod
    @post()
    def yawn(call: ACall) -> None:
        """Yawn."""


def test_a_declaration_says_what_the_decorator_was_told():
    spec = Nap.spec

    assert ("nap", "naps/{nap}", ("sleep",), 1) == (spec.rel, spec.at, spec.also, spec.revision)
    assert (False, False, False, "") == (spec.public, spec.etag, spec.guid, spec.answered_by)
    assert Nap.links is spec.links


@pytest.mark.parametrize(
    ("method", "status", "given", "counts", "waits"),
    [
        ("GET", 200, None, False, True),
        ("POST", 201, Wish, True, False),
        ("PUT", 200, Wish, False, False),
        ("DELETE", 204, None, False, False),
    ],
)
def test_each_verb_is_an_operation(method, status, given, counts, waits):
    verb = Nap.spec.operations[method]

    assert (status, given, counts, waits) == (verb.status, verb.given, verb.counts, verb.waits)


def test_a_capability_is_one_post_that_answers_204():
    assert [("POST", 204)] == [(verb.method, verb.status) for verb in Yawn.spec.operations.values()]


def test_other_verbs_can_be_declared_too():
    @operation("REPORT", 207)
    def report(call):
        """Report."""

    assert ("REPORT", 207, False) == report.__operation__


def test_properties_are_the_fields_in_camel_case_and_nothing_that_is_private():
    assert ["howLong", "dreamOf"] == [info.encode_name for info in Nap.spec.properties]


def test_allow_names_the_verbs_and_head_where_there_is_get():
    assert "HEAD, GET, POST, PUT, DELETE, OPTIONS" == Nap.spec.allow
    assert "POST, OPTIONS" == Yawn.spec.allow


@pytest.mark.parametrize(
    ("scopes", "awake", "refusal"),
    [
        ({Scope.USER}, True, None),
        ({Scope.USER, Scope.MEETINGS}, True, None),
        ({Scope.USER}, False, "Conflict"),
        ({Scope.MEETINGS}, True, "Forbidden"),
        (set(), False, "Forbidden"),
    ],
)
def test_scopes_are_asked_first_then_conditions(scopes, awake, refusal):
    call = ACall(Identity("lenea@contoso.test", frozenset(scopes), 0), awake)

    assert refusal == Nap.spec.refusal(call)
    assert Yawn.spec.refusal(call) is None, "who requires nothing refuses nobody"


def test_the_first_condition_that_does_not_hold_is_the_reason():
    @resource("both", at="both", requires=(AWAKE, QUIET))
    class Both(Representation):
        """Never to be had."""

    nobody = Identity("", frozenset(), 0)

    assert "Conflict" == Both.spec.refusal(ACall(nobody, awake=False))
    assert "TooManyRequests" == Both.spec.refusal(ACall(nobody, awake=True))


def test_r3_17_priorities_are_in_order():
    assert Priority.LOW < Priority.MEDIUM < Priority.HIGH


@resource("talk", at="talk")
class Talk(Capability):
    """Says something."""

    @staticmethod
    @post(201)
    def say(call: ACall, words: Words) -> Started:
        return Started("talk", {"talk": "1"})

    @staticmethod
    @put()
    def replace(call: ACall, body: Raw) -> None:
        """Replace it."""

    @staticmethod
    @get()
    def show(call: ACall) -> Talk:
        return Talk()


@pytest.mark.parametrize(
    ("verb", "says", "raw", "bare"),
    [
        (Talk.spec.operations["POST"], True, False, False),
        (Talk.spec.operations["PUT"], False, True, False),
        (Talk.spec.operations["GET"], False, False, True),
        (Nap.spec.operations["POST"], False, False, False),
        (Nap.spec.operations["DELETE"], False, False, False),
        (Yawn.spec.operations["POST"], False, False, True),
    ],
)
def test_an_operation_takes_parameters_a_body_or_what_it_says(verb, says, raw, bare):
    assert (says, raw, bare) == (verb.says, verb.raw, verb.bare)
    assert not (verb.given and (says or raw)), "one of them"


def test_what_an_event_carries_is_shown_only_by_those_who_say_how():
    with pytest.raises(NotImplementedError):
        Talk.as_seen(object())
