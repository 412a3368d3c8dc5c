"""The letters of a shard: numbered, and known when they come again."""

from __future__ import annotations

import pytest

from openucwa.app.letters import Got, Mail, Posted, Reached, Sent, nobody

LETTERS = [Reached("c", number, "lene@contoso.test") for number in range(4)]


@pytest.fixture
def mail():
    made = Mail()
    made.begin(100)
    return made


def test_letters_are_numbered_one_after_the_other(mail):
    posted = [mail.post(to, letter) for to, letter in zip((7, 8, 7), LETTERS, strict=False)]

    assert [101, 102, 103] == [one.number for one in posted]
    assert {7: [(101, LETTERS[0]), (103, LETTERS[2])], 8: [(102, LETTERS[1])]} == mail.waiting
    assert [7, 8] == mail.destinations()


def test_what_has_come_is_forgotten(mail):
    for letter in LETTERS:
        mail.post(7, letter)
    mail.apply(Sent(7, 102))
    assert [103, 104] == [number for number, _ in mail.waiting[7]]
    mail.apply(Sent(7, 104))
    assert {} == mail.waiting
    mail.apply(Sent(7, 104))


def test_what_came_before_is_known(mail):
    mail.apply(Got(3, 1))

    assert [False, False, True] == [mail.is_new(3, number) for number in range(3)]
    assert mail.is_new(4, 1)


def test_no_number_is_used_in_two_lives(mail):
    """What an earlier owner posted, and could not store, may have been sent."""
    mail.post(7, LETTERS[0])
    mail.begin(200)
    assert 201 == mail.post(7, LETTERS[1]).number
    mail.begin(50)
    assert 202 == mail.post(7, LETTERS[2]).number


def test_it_comes_back_as_its_steps_say(mail):
    again = Mail()
    for step in (Posted(7, 101, LETTERS[0]), Posted(7, 102, LETTERS[1]), Sent(7, 101), Got(3, 9)):
        again.apply(step)

    assert Mail(102, {7: [(102, LETTERS[1])]}, {3: 9}) == again


def test_where_everybody_lives_at_one_node_nothing_is_sent():
    with pytest.raises(RuntimeError):
        nobody("a", "b", LETTERS[0])
