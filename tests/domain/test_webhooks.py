"""What is signed, when it is tried again, and what waits meanwhile."""

from __future__ import annotations

import base64
import hmac

from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.webhooks import (
    FIRST,
    Outbox,
    Patience,
    Reach,
    Report,
    Target,
    headers,
    secret_of,
    signature,
)

OLD, NEW = secret_of(b"o" * 32), secret_of(b"n" * 32)


def report(address, number):
    return Report(address, number, 0.0, "Online", None, None, None)


def test_the_signature_is_that_of_the_standard():
    """The example of the specification (Standard Webhooks 1.0.0)."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == signature(
        [secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body
    )


@given(st.binary(min_size=24, max_size=64), st.binary(), st.integers(0, 2**32))
def test_id_time_and_body_are_signed(key, body, time):
    digest = hmac.new(key, b"name.%d.%s" % (time, body), "sha256").digest()
    given = headers(Target(id="t", url="", secret=secret_of(key)), "name", time + 0.7, body)

    assert "v1," + base64.b64encode(digest).decode() == given["Webhook-Signature"]
    assert ("name", str(time)) == (given["Webhook-Id"], given["Webhook-Timestamp"])


def test_for_a_day_the_old_secret_signs_beside_the_new_one():
    target = Target(id="t", url="", secret=NEW, old_secret=OLD, rotated=1000.0)

    assert (NEW, OLD) == target.secrets(1000.0 + 86_399)
    assert (NEW,) == target.secrets(1000.0 + 86_400)
    assert 2 == len(signature((NEW, OLD), "n", 1, b"").split())


def test_secrets_are_not_shown_by_accident():
    target = Target(id="t", url="https://bot.test/", secret=NEW, old_secret=OLD)

    assert NEW not in repr(target)
    assert OLD not in repr(target)


@given(st.floats(0, 1), st.integers(1, 10_000), st.floats(0.001, 3600))
def test_pauses_grow_to_a_limit_and_chance_halves_them_at_most(chance, failures, longest):
    patience = Patience(longest=longest)
    reach, before = Reach(failures), Reach(max(1, failures - 1))
    full = min(FIRST * 2.0 ** min(failures - 1, 64), longest)

    assert full / 2 <= reach.pause(patience, chance) <= full
    assert before.pause(patience, 0.0) <= reach.pause(patience, 0.0)


def test_who_fails_too_often_or_for_too_long_is_lost_until_it_answers():
    patience, reach = Patience(failures=3, span=30.0), Reach()
    assert not reach.is_lost(patience, 10_000.0)

    reach.failed(100.0)
    assert not reach.is_lost(patience, 129.9)
    assert reach.is_lost(patience, 130.0)
    reach.failed(101.0)
    assert not reach.is_lost(patience, 102.0)
    reach.failed(102.0)
    assert reach.is_lost(patience, 102.0)

    reach.succeeded()
    assert not reach.is_lost(patience, 200.0)
    reach.failed(300.0)
    assert not reach.is_lost(patience, 301.0), "the time counts anew"


@given(
    st.lists(st.one_of(st.sampled_from("abcdef"), st.integers(1, 4)), max_size=60),
    st.integers(1, 6),
)
def test_of_each_person_the_latest_waits_and_no_more_than_the_limit(steps, limit):
    outbox, waiting = Outbox(limit), {}
    for number, step in enumerate(steps):
        if isinstance(step, int):
            taken = outbox.take(step)
            assert taken == list(waiting.values())[:step]
            for one in taken:
                del waiting[one.address]
            continue
        waiting[step] = report(step, number)
        if len(waiting) > limit:
            assert outbox.put(report(step, number)) == waiting.pop(next(iter(waiting)))
        else:
            assert outbox.put(report(step, number)) is None
        assert len(waiting) == len(outbox)
