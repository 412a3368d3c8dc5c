"""``openucwa meeting``: meetings that are arranged for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture
def meeting(command):
    return lambda *words: command("meeting", *words)


TIMES = ("--start", "2099-12-01T10:00Z", "--end", "2099-12-01T11:00Z")
DAY = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
SOON = ("--start", f"{DAY}T10:00Z", "--end", f"{DAY}T11:00Z")


def test_a_meeting_is_arranged_listed_shown_and_ended(meeting, lene):
    named = ("--leader", "sarad@contoso.test", "--attendee", "sip:Jo@fabrikam.test")
    added = meeting("add", lene, "--subject", "Plans", "--access", "Invited", *named)
    name, url = added.output.split()

    assert f"https://meet.contoso.test/lenea/{name}" == url
    assert f"{name}\t-\t-\tPlans\n" == meeting("list", lene).output
    rows = dict(line.split("\t") for line in meeting("show", name.lower()).output.splitlines())
    assert (lene, "Plans", url, "Invited", "sarad@contoso.test", "jo@fabrikam.test", "-") == tuple(
        rows[key]
        for key in ("organizer", "subject", "join", "access", "leaders", "attendees", "starts")
    )
    assert f"sip:{lene};gruu;opaque=app:conf:focus:id:{name}" == rows["uri"]
    assert f"ended {name}\n" == meeting("end", name).output
    assert "" == meeting("list", lene).output


def test_a_meeting_may_have_a_time(meeting, lene):
    name = meeting("add", lene, *SOON).output.split()[0]

    assert f"{name}\t{DAY}T10:00+00:00\t{DAY}T11:00+00:00\t\n" == (meeting("list", lene).output)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["lene"], 2, "'lene' is not an address"),
        (["nobody@contoso.test"], 1, "nobody has the address nobody@contoso.test"),
        (["lenea@contoso.test", "--start", "soon"], 2, "'soon' is no time"),
        (["lenea@contoso.test", *SOON[:2]], 2, "Expected both startTime and endTime"),
        (["lenea@contoso.test", *TIMES], 2, "ten years ahead"),
        (["lenea@contoso.test", "--access", "Nobody"], 2, "'Nobody' is not one of"),
        (["lenea@contoso.test", "--leader", "x"], 2, "'x' is not an address"),
    ],
)
def test_what_cannot_be_arranged_is_said(meeting, lene, words, code, said):
    done = meeting("add", *words)

    assert (code, True) == (done.exit_code, said in done.stderr), done.stderr
    assert "" == meeting("list", lene).output


@pytest.mark.parametrize("verb", ["show", "end"])
def test_there_is_no_such_meeting(meeting, verb):
    done = meeting(verb, "XXXX")

    assert (1, True) == (done.exit_code, "there is no meeting XXXX" in done.stderr)
