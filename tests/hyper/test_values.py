"""Moments, lengths of time and texts."""

from __future__ import annotations

import copy
import pickle

import pytest

from openucwa.hyper.values import Date, External, Span, Words


def test_equal_when_kind_and_seconds_are_equal():

    assert Date(5) == Date(5.0)
    assert hash(Date(5)) == hash(Date(5.0))
    assert Date(5) != Date(6)
    assert Date(5) != Span(5)
    assert Date(5) != 5


def test_cannot_be_changed():
    date = Date(5)

    with pytest.raises(AttributeError, match="Date is immutable"):
        date.seconds = 6


def test_copies_and_shows_itself():

    assert Date(5) == copy.deepcopy(Date(5)) == pickle.loads(pickle.dumps(Date(5)))
    assert "Span(1.5)" == repr(Span(1.5))


def test_words_are_plain_unless_they_say_so():
    assert ("Hello", False) == Words("Hello")
    assert Words("Hello") != Words("Hello", html=True)


def test_what_is_carried_by_a_link_is_equal_when_it_says_the_same():
    hello = External(Words("Hello"))

    assert hello == External(Words("Hello"))
    assert hash(hello) == hash(External(Words("Hello")))
    assert hello != External(Words("Hello", html=True))
    assert hello != Words("Hello")
    assert "External(Words(text='Hello', html=False))" == repr(hello)
