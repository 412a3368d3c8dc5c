"""People as administrators look after them: cards, passwords, locks and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.cards import card_from, fields_from
from openucwa.domain.people import Account, Person
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.catalogue import escape_query
from openucwa.hyper.declare import (
    ADMIN,
    Capability,
    Embed,
    Link,
    Representation,
    delete,
    get,
    post,
    resource,
)
from openucwa.resources.administration import (
    ONLY,
    Address,
    ListInput,
    acting,
    address_in_path,
    require_other,
)
from openucwa.resources.call import Call

PEOPLE = f"{ADMIN}/people"
ONE = f"{PEOPLE}/{{person}}"

LOOKED_AT = 1000
"""So many of those whom a query finds can be listed."""

Text = Annotated[str, Meta(max_length=256)]
Password = Annotated[str, Meta(min_length=8, max_length=256)]

COLUMNS = {
    "name": "name",
    "title": "title",
    "department": "department",
    "company": "company",
    "office": "office",
    "email": "emailAddresses",
    "work_phone": "workPhoneNumber",
    "mobile_phone": "mobilePhoneNumber",
    "home_phone": "homePhoneNumber",
    "other_phone": "otherPhoneNumber",
    "manager": "manager",
}
"""What may be changed of a card, and what it is called on the wire."""


class CardInput(Struct, rename="camel"):
    """What is written on a card; what is left out stays as it is, and empty texts clear."""

    name: Text | None = None
    title: Text | None = None
    department: Text | None = None
    company: Text | None = None
    office: Text | None = None
    email_addresses: Annotated[list[Text], Meta(max_length=20)] | None = None
    work_phone_number: Text | None = None
    mobile_phone_number: Text | None = None
    home_phone_number: Text | None = None
    other_phone_number: Text | None = None
    manager: Text | None = None

    def texts(self) -> dict[str, str]:
        """Return what is given, by column."""
        wire = {info: getattr(self, name) for name, info in _FIELDS.items()}
        emails = wire.pop("email")
        given = {column: text for column, text in wire.items() if text is not None}
        return given | ({} if emails is None else {"email": ";".join(emails)})


_FIELDS = dict(zip(CardInput.__struct_fields__, COLUMNS, strict=True))


class NewPersonInput(CardInput, rename="camel", kw_only=True):
    """A new person's card, and her password unless one is to be made."""

    address: Address
    name: Text
    password: Password | None = None


class PeopleInput(ListInput):
    """Whom to list: all, or those whom a query finds."""

    query: Text = ""


@resource("adminPeople", at=PEOPLE, requires=ONLY)
class AdminPeople(Representation):
    """People by address, or by name those whom a query finds, of which there may be ``more``."""

    links = (
        Link("administration"),
        Link("next", to="adminPeople", query="{page}"),
        Embed("adminPerson", many=True),
    )

    more: bool

    @staticmethod
    @get()
    async def show(call: Call, given: PeopleInput) -> AdminPeople:
        """List people; the query matches names, addresses and phones as a search does."""
        if given.query.strip():
            found, after = await _found(call, given)
        else:
            hand = call.services.administration.look
            found = [*await hand.registry.page(given.after, given.limit + 1)]
            after = found[given.limit - 1][0].address if len(found) > given.limit else ""
        query = f"query={escape_query(given.query)}&" if given.query.strip() else ""
        page = f"{query}limit={given.limit}&after={escape_query(after)}"
        return AdminPeople(
            more=bool(after),
            _at={"page": page},
            _embedded={"adminPerson": [AdminPerson.of(call, *one) for one in found[: given.limit]]},
            _without=() if after else ("next",),
        )

    @staticmethod
    @post(201)
    async def create(call: Call, given: NewPersonInput) -> AdminPerson:
        """Add a person. A password that was made for her is shown this once."""
        _check(call, given.texts())
        texts = {"address": given.address, **given.texts()}
        try:
            address, card = card_from(texts, call.services.tel_uri)
        except ValueError as error:
            name = "name" if str(error).startswith("name") else "address"
            raise bad_parameter(name, str(error)) from None
        hashed, made = await _password(call, given.password)
        async with acting(call, "person.add", address) as hand:
            try:
                await hand.registry.add([(Person(address, **card), hashed)])
            except KeyError:
                text = "Somebody has this address, or a group."
                raise Refused(Refusal.ALREADY_EXISTS, text) from None
        return await _shown(call, address, made)


async def _found(call: Call, given: PeopleInput) -> tuple[list[tuple[Person, Account]], str]:
    """Return the people whom a query finds, and after how many of them the next page begins."""
    hand = call.services.administration.look
    start = int(given.after) if given.after.isascii() and given.after.isdecimal() else 0
    start = min(start, LOOKED_AT)
    people = (await hand.directory.search(given.query, LOOKED_AT)).people
    page = people[start : start + given.limit]
    accounts = await hand.accounts.accounts(one.address for one in page)
    end = start + given.limit
    found = [(one, accounts[one.address]) for one in page if one.address in accounts]
    return found, str(end) if len(people) > end else ""


@resource("adminPerson", at=ONE, requires=ONLY)
class AdminPerson(Representation, kw_only=True):
    """A person's card and account. A ``password`` is shown by who has just made it, and once."""

    links = (
        Link("adminPeople"),
        Link("adminDisable"),
        Link("adminEnable"),
        Link("adminSetPassword"),
        Link("adminGrant"),
        Link("adminRevoke"),
        Link("adminPersonPolicies"),
        Link("adminSessions", query="person={query}"),
        Link("adminAudit", query="person={query}"),
    )

    address: str
    uri: str
    name: str
    title: str
    department: str
    company: str
    office: str
    email_addresses: list[str]
    work_phone_number: str
    mobile_phone_number: str
    home_phone_number: str
    other_phone_number: str
    manager: str
    disabled: bool
    has_password: bool
    administrator: bool
    password: str | UnsetType = UNSET

    @classmethod
    def of(cls, call: Call, person: Person, account: Account, password: str = "") -> AdminPerson:
        """Show somebody. Of herself nobody is shown what she cannot do to herself."""
        without = {
            "adminDisable" if account.disabled else "adminEnable",
            "adminGrant" if account.admin else "adminRevoke",
        }
        if person.address == call.identity.address:
            without |= {"adminDisable", "adminRevoke"}
        return cls(
            address=person.address,
            uri=person.uri,
            name=person.name,
            title=person.title,
            department=person.department,
            company=person.company,
            office=person.office,
            email_addresses=list(person.emails),
            work_phone_number=person.work_phone,
            mobile_phone_number=person.mobile_phone,
            home_phone_number=person.home_phone,
            other_phone_number=person.other_phone,
            manager=person.manager,
            disabled=account.disabled,
            has_password=bool(account.password_hash),
            administrator=account.admin,
            password=password or UNSET,
            _at={"person": person.address, "query": escape_query(person.address)},
            _without=without,
        )

    @staticmethod
    @get()
    async def show(call: Call) -> AdminPerson:
        return await _shown(call, address_in_path(call, "person"))

    @staticmethod
    @post(200)
    async def change(call: Call, given: CardInput) -> AdminPerson:
        """Write other things on a card."""
        address, texts = address_in_path(call, "person"), given.texts()
        fields = _check(call, texts)
        if "name" in fields and not fields["name"]:
            raise bad_parameter("name", "A person has a name.")
        changed = [COLUMNS[column] for column in texts]
        async with acting(call, "person.change", address, *changed) as hand:
            person = await hand.directory.person(address)
            if person is None:
                raise Refused(Refusal.NOT_FOUND)
            await hand.registry.change([replace(person, **fields)])
        return await _shown(call, address)

    @staticmethod
    @delete()
    async def remove(call: Call) -> None:
        """Delete a person with everything that is hers; nothing of it comes back."""
        address = address_in_path(call, "person")
        async with acting(call, "person.remove", address) as hand:
            require_other(call, address)
            await hand.registry.remove(address)


def _check(call: Call, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields that texts give a card. Raises ``Refused`` that names the first bad one."""
    fields: dict[str, Any] = {}
    for column, text in texts.items():
        try:
            fields |= fields_from({column: text}, call.services.tel_uri)
        except ValueError as error:
            raise bad_parameter(COLUMNS[column], str(error)) from None
    return fields


async def _shown(call: Call, address: str, password: str = "") -> AdminPerson:
    hand = call.services.administration.look
    person, account = await hand.directory.person(address), await hand.accounts.account(address)
    if person is None or account is None:
        raise Refused(Refusal.NOT_FOUND, "Nobody has this address.")
    if password:
        call.headers.append((b"Cache-Control", b"no-store"))
    return AdminPerson.of(call, person, account, password)


async def _password(call: Call, given: str | None) -> tuple[str, str]:
    """Return the hash of a password, and the password itself if it was made here."""
    made = "" if given else call.services.identifier(20)
    return await call.services.administration.hash_password(given or made), made


@resource("adminDisable", at=f"{ONE}/disable", requires=ONLY)
class AdminDisable(Capability):
    """Locks an account: nobody can sign in with it, and its tokens end."""

    @staticmethod
    @post()
    async def disable(call: Call) -> None:
        address = address_in_path(call, "person")
        async with acting(call, "person.disable", address) as hand:
            require_other(call, address)
            await hand.registry.set_disabled(address, disabled=True)


@resource("adminEnable", at=f"{ONE}/enable", requires=ONLY)
class AdminEnable(Capability):
    """Unlocks an account."""

    @staticmethod
    @post()
    async def enable(call: Call) -> None:
        address = address_in_path(call, "person")
        async with acting(call, "person.enable", address) as hand:
            await hand.registry.set_disabled(address, disabled=False)


class PasswordInput(Struct, rename="camel"):
    """The password, unless one is to be made."""

    password: Password | None = None


@resource("adminSetPassword", at=f"{ONE}/setPassword", requires=ONLY)
class AdminSetPassword(Capability):
    """Replaces a password; who is signed in with the old one has to sign in again."""

    @staticmethod
    @post(200)
    async def replace(call: Call, given: PasswordInput) -> AdminPerson:
        """Set the password. One that was made here is shown this once."""
        address = address_in_path(call, "person")
        hashed, made = await _password(call, given.password)
        async with acting(call, "person.password", address) as hand:
            await hand.registry.set_password(address, hashed)
        return await _shown(call, address, made)


@resource("adminGrant", at=f"{ONE}/makeAdministrator", requires=ONLY)
class AdminGrant(Capability):
    """Makes somebody an administrator."""

    @staticmethod
    @post()
    async def grant(call: Call) -> None:
        address = address_in_path(call, "person")
        async with acting(call, "administrator.grant", address) as hand:
            await hand.registry.set_admin(address, admin=True)


@resource("adminRevoke", at=f"{ONE}/revokeAdministrator", requires=ONLY)
class AdminRevoke(Capability):
    """Makes somebody an administrator no longer."""

    @staticmethod
    @post()
    async def revoke(call: Call) -> None:
        address = address_in_path(call, "person")
        async with acting(call, "administrator.revoke", address) as hand:
            require_other(call, address)
            await hand.registry.set_admin(address, admin=False)
