"""Who is calling: what a token is worth, and for how long that is believed (R1.36, R1.42)."""

from __future__ import annotations

import jwt
import pytest

from openucwa.adapters.tokens import SignedTokens
from openucwa.app import auth
from openucwa.app.auth import RECHECK, Authenticator, Grant, from_cookie
from openucwa.app.exchange import Request
from openucwa.domain.identity import Identity
from openucwa.domain.people import Account

NOW = 1_790_000_000.0
LENE = "lenea@contoso.test"
SECRET = b"s" * 32
SCOPES = frozenset({"User.ReadWrite"})


class Accounts:
    """Accounts by address, and how often somebody looked."""

    def __init__(self):
        self.by_address = {LENE: Account(LENE, "hash")}
        self.looks = 0

    async def account(self, address):
        self.looks += 1
        return self.by_address.get(address)

    async def revision(self):
        return hash(tuple(self.by_address.values()))


@pytest.fixture
def accounts():
    return Accounts()


@pytest.fixture
def authenticator(accounts):
    return Authenticator(SignedTokens(SECRET), accounts)


def a_header(authenticator, lifetime=3600.0, generation=0, anonymous=False):
    identity = Identity(LENE, SCOPES, NOW + lifetime, anonymous)
    return b"Bearer " + authenticator.issue(Grant(identity, generation)).encode()


async def caller(authenticator, header, now=NOW):
    """Ask in the order in which a request does: memory first, then the token itself."""
    return authenticator.remembered(header, now) or await authenticator.identify(header, now)


async def test_a_token_says_who_is_calling(authenticator):
    identity = await caller(authenticator, a_header(authenticator))

    assert Identity(LENE, SCOPES, NOW + 3600) == identity


async def test_r1_36_the_token_begins_with_cwt_and_the_scheme_is_in_any_case(authenticator):
    header = a_header(authenticator)

    assert header.startswith(b"Bearer cwt=")
    assert await caller(authenticator, header.replace(b"Bearer", b"bearer "))
    assert await caller(authenticator, header.replace(b"cwt=", b"")) is None


async def test_a_known_token_is_believed_without_looking_while_no_account_changes(
    authenticator, accounts
):
    """Every heartbeat carries one, and a client may report only every four minutes."""
    header = a_header(authenticator)
    for seconds in (0, 1, RECHECK, 1000):
        await authenticator.recheck(NOW + seconds)
        assert await caller(authenticator, header, NOW + seconds)

    assert 1 == accounts.looks


async def test_r1_42_a_token_expires_also_while_it_is_known(authenticator):
    header = a_header(authenticator, lifetime=30)

    assert await caller(authenticator, header, NOW + 29.999)
    assert await caller(authenticator, header, NOW + 30) is None


@pytest.mark.parametrize(
    "account",
    [None, Account(LENE, "hash", disabled=True), Account(LENE, "other", generation=1)],
    ids=["removed", "disabled", "password changed"],
)
async def test_a_locked_account_loses_its_tokens_within_seconds(authenticator, accounts, account):
    header = a_header(authenticator)
    await authenticator.recheck(NOW)
    await caller(authenticator, header)
    accounts.by_address = {} if account is None else {LENE: account}
    await authenticator.recheck(NOW + RECHECK - 1)

    assert await caller(authenticator, header, NOW + RECHECK - 1)
    await authenticator.recheck(NOW + RECHECK)
    assert await caller(authenticator, header, NOW + RECHECK) is None
    assert authenticator.remembered(header, NOW + RECHECK) is None


async def test_a_token_of_the_new_generation_is_good(authenticator, accounts):
    accounts.by_address[LENE] = Account(LENE, "hash", generation=4)

    assert await caller(authenticator, a_header(authenticator, generation=4))
    assert await caller(authenticator, a_header(authenticator, generation=3)) is None


async def test_guests_have_no_account(authenticator, accounts):
    identity = await caller(authenticator, a_header(authenticator, anonymous=True))

    assert identity.anonymous
    assert 0 == accounts.looks


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer cwt=",
        b"Bearer cwt=a.b.c",
        b"Bearer cwt=\xff\xfe",
        b"Basic bGVuZWE6cGFzcw==",
        b"Negotiate " + b"A" * 10_000,
        b"Bearer cwt=" + jwt.encode({"sub": LENE}, b"x" * 32, "HS256").encode(),
        b"Bearer cwt=" + jwt.encode({"sub": LENE}, None, "none").encode(),
    ],
)
async def test_whatever_else_is_sent_is_worth_nothing_and_not_remembered(authenticator, header):
    assert await caller(authenticator, header) is None
    assert authenticator.remembered(header, NOW) is None


async def test_a_changed_token_is_worth_nothing_although_the_true_one_is_known(authenticator):
    header = a_header(authenticator)
    await caller(authenticator, header)
    last = header[-5:-4]

    assert (
        await caller(authenticator, header[:-5] + (b"A" if last != b"A" else b"B") + header[-4:])
        is None
    )


async def test_another_servers_tokens_are_foreign(authenticator, accounts):
    other = Authenticator(SignedTokens(b"t" * 32), accounts)

    assert await caller(authenticator, a_header(other)) is None


async def test_a_look_that_a_change_overtook_is_not_remembered(authenticator, accounts):
    """The account is removed, and that is noticed, while somebody still reads that it is there."""
    await authenticator.recheck(NOW)
    header, look = a_header(authenticator), accounts.account

    async def slow(address):
        account = await look(address)
        accounts.by_address.clear()
        assert await authenticator.recheck(NOW + RECHECK)
        return account

    accounts.account = slow
    await caller(authenticator, header)
    accounts.account = look

    assert await caller(authenticator, header) is None


async def test_the_memory_is_bounded(authenticator, monkeypatch):
    monkeypatch.setattr(auth, "_REMEMBERED", 3)
    headers = [a_header(authenticator, lifetime=100 + number) for number in range(10)]
    for header in headers:
        assert await caller(authenticator, header)

    assert sum(authenticator.remembered(header, NOW) is not None for header in headers) <= 3


@pytest.mark.parametrize(
    ("method", "cookies", "header"),
    [
        ("GET", b"cwt_ucwa=cwt%3Da.b", b"Bearer cwt=a.b"),
        ("HEAD", b"cwt_ucwa=cwt=a.b", b"Bearer cwt=a.b"),
        ("GET", b"a=b; cwt_ucwa=cwt=a; c=d", b"Bearer cwt=a"),
        ("GET", b"a=b;cwt_ucwa=cwt=a;c=d", b"Bearer cwt=a"),
        ("GET", b"my_cwt_ucwa=cwt=a", b""),
        ("GET", b"cwt_ucwa", b""),
        ("GET", b"", b""),
        ("POST", b"cwt_ucwa=cwt=a", b""),
        ("PUT", b"cwt_ucwa=cwt=a", b""),
    ],
)
def test_the_cookie_stands_for_a_header_as_long_as_nothing_changes(method, cookies, header):
    """R1.36, R2.31"""
    assert header == from_cookie(Request(method, "/", headers={b"cookie": cookies}))


async def test_a_role_is_what_the_account_says_now(authenticator, accounts):
    """A token that was issued before has it, and loses it again."""
    header = a_header(authenticator)
    assert not (await caller(authenticator, header)).administrator
    accounts.by_address[LENE] = Account(LENE, "hash", admin=True)
    await authenticator.recheck(NOW)
    await authenticator.recheck(NOW, 0.0)

    assert (await caller(authenticator, header)).administrator
    accounts.by_address[LENE] = Account(LENE, "hash")
    await authenticator.recheck(NOW + RECHECK)
    assert not (await caller(authenticator, header)).administrator


async def test_no_token_says_that_its_holder_is_an_administrator(authenticator):
    identity = Identity(LENE, SCOPES, NOW + 3600, administrator=True)
    header = b"Bearer " + authenticator.issue(Grant(identity)).encode()

    assert a_header(authenticator) == header
    assert not (await caller(authenticator, header)).administrator
