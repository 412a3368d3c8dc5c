"""The only place that chooses adapters and puts the server together."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec

from openucwa import __version__
from openucwa.adapters import pages, testmode
from openucwa.adapters.asgi import Clock, Shell
from openucwa.adapters.batches import BatchFile
from openucwa.adapters.clock import MovableClock, SystemClock
from openucwa.adapters.collector import collect_rarely, settle_memory
from openucwa.adapters.journal import Journal
from openucwa.adapters.memory import ProcessLive
from openucwa.adapters.metrics import exposition
from openucwa.adapters.numbers import tel_uri
from openucwa.adapters.passwords import Passwords
from openucwa.adapters.pictures import PillowPictures
from openucwa.adapters.recovery import recover
from openucwa.adapters.remembered import (
    RememberedContacts,
    RememberedDirectory,
    RememberedStandings,
    RememberedTelephony,
)
from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.telephony import SqlTelephony
from openucwa.adapters.talks import ProcessConversations
from openucwa.adapters.ticker import Ticker
from openucwa.adapters.tokens import SignedTokens
from openucwa.app import openapi
from openucwa.app.announcer import Announcer
from openucwa.app.auth import Authenticator
from openucwa.app.batches import Batches
from openucwa.app.commit import Commit
from openucwa.app.delivery import Delivery
from openucwa.app.directory import DirectoryWatch
from openucwa.app.dispatch import Dispatcher
from openucwa.app.exchange import Request, Response
from openucwa.app.faults import Faults
from openucwa.app.grants import PATH, TokenEndpoint
from openucwa.app.meters import Meters
from openucwa.app.origins import Origins
from openucwa.app.policies import PolicyWatch
from openucwa.app.polls import Polls
from openucwa.app.render import Renderer
from openucwa.app.retention import Retention
from openucwa.app.scribe import Scribe
from openucwa.app.timers import Timers
from openucwa.domain.applications import Terms
from openucwa.domain.contacts import Limits
from openucwa.domain.people import Level
from openucwa.domain.wheel import Wheel
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from openucwa.resources.call import Rules, Services
from openucwa.settings import Settings
from openucwa.wire import markup


def identifier(digits: int) -> str:
    """Return so many random hexadecimal digits."""
    return secrets.token_hex(digits // 2)


def rules_of(settings: Settings, domains: frozenset[str]) -> Rules:
    """Return what the operations have to know of the settings."""
    apps, subscriptions = settings.applications, settings.subscriptions
    contacts, messages = settings.contacts, settings.messages
    terms = Terms(
        apps.poll_grace, apps.idle, apps.activity_grace, apps.remember_gone, subscriptions.warning
    )
    return Rules(
        terms=terms,
        inactive_timeout=settings.presence.inactive_timeout,
        away_timeout=settings.presence.away_timeout,
        show_last_active=settings.presence.show_last_active,
        low=settings.events.low,
        medium=settings.events.medium,
        timeout=settings.events.timeout,
        applications_per_user=apps.per_user,
        subscriptions_per_application=subscriptions.per_application,
        contacts_per_subscription=subscriptions.contacts,
        list_limits=Limits(contacts.per_user, contacts.groups),
        expand_limit=contacts.expand_limit,
        migration_in_progress=contacts.migration_in_progress,
        default_level=Level(settings.privacy.default_level),
        domains=domains,
        photo_upload=settings.photos.upload,
        ring=messages.ring,
        longest_message=messages.longest,
        conversations_per_user=messages.conversations,
        participants=messages.participants,
        follow_forwarding=messages.follow_forwarding,
    )


def gauges(
    live: ProcessLive, conversations: ProcessConversations, polls: Polls, wheel: Wheel
) -> dict[str, pages.Gauge]:
    """Return the metrics that are read from live state when somebody asks."""

    def applications() -> int:
        return sum(len(user.applications) for user in live.users())

    def available() -> int:
        return sum(len(user.endpoints()) for user in live.users())

    def queued() -> int:
        return sum(
            len(channel)
            for user in live.users()
            for app in user.applications.values()
            for channel in app.channels.values()
        )

    return {
        "openucwa_users": ("Users with live state.", lambda: len(live)),
        "openucwa_applications": ("Applications that exist.", applications),
        "openucwa_available": ("Applications that left lurker mode.", available),
        "openucwa_conversations": (
            "Conversations that go on or are just over.",
            lambda: len(conversations),
        ),
        "openucwa_parked_polls": ("Requests for events that wait.", lambda: len(polls)),
        "openucwa_queued_events": ("Events that wait to be fetched.", queued),
        "openucwa_armed_timers": ("Entries of the timing wheel.", lambda: len(wheel)),
    }


@dataclass(slots=True)
class Server:
    """A server that is put together: its ASGI application and what has to be closed."""

    app: Shell
    dispatcher: Dispatcher
    store: SqlStore
    photos: SqlPhotos
    pictures: PillowPictures
    policy_watch: PolicyWatch
    directory_watch: DirectoryWatch
    live: ProcessLive
    conversations: ProcessConversations
    scribe: Scribe
    polls: Polls
    timers: Timers
    meters: Meters
    faults: Faults
    clock: Clock
    _ticker: Ticker
    database: Database
    _passwords: Passwords

    @classmethod
    async def build(
        cls,
        settings: Settings,
        clock: Clock | None = None,
        passwords: Passwords | None = None,
        *,
        durable: bool = True,
        test_mode: bool = False,
    ) -> Self:
        """Open the store and put everything together.

        Without ``durable`` live state is not kept across restarts; in test mode it never is.
        Raises ``DatabaseUnusable``, ``JournalDamaged`` and ``JournalUnusable``.
        """
        movable = MovableClock() if test_mode else None
        clock = movable or clock or SystemClock()
        database = await Database.open(Path(settings.server.data))
        store, photos, pictures = SqlStore(database), SqlPhotos(database), PillowPictures()
        hasher = testmode.CHEAP if test_mode else None
        passwords = passwords or Passwords(settings.limits.passwords_at_once, hasher)
        domains = frozenset(settings.server.domains or await store.domains())
        rules = rules_of(settings, domains)
        catalogue, meters, wheel = Catalogue(CHAPTERS), Meters(), Wheel()
        standings = RememberedStandings(store)
        live = ProcessLive(standings)
        renderer = Renderer(catalogue)
        polls = Polls(renderer, live, wheel, meters)
        limit = settings.events.queue_limit
        delivery = Delivery(live=live, polls=polls, meters=meters, queue_limit=limit)
        conversations = ProcessConversations()
        announcer = Announcer(
            catalogue=catalogue,
            conversations=conversations,
            live=live,
            delivery=delivery,
            wheel=wheel,
            meters=meters,
        )
        polls.arrived = announcer.arrived
        commit = Commit(
            catalogue=catalogue,
            live=live,
            polls=polls,
            wheel=wheel,
            meters=meters,
            terms=rules.terms,
            delivery=delivery,
            announcer=announcer,
            default_level=rules.default_level,
        )
        directory = RememberedDirectory(store)
        telephony = RememberedTelephony(SqlTelephony(database))
        contacts = RememberedContacts(SqlContacts(database))
        authenticator = Authenticator(SignedTokens(await store.secret()), store)
        await authenticator.recheck(clock.now())
        policies = SqlPolicies(database)
        policy_watch = PolicyWatch(policies, live.users, commit)
        await policy_watch.recheck(clock.now())
        history = SqlHistory(database)
        scribe = Scribe(
            conversations=conversations,
            history=history,
            policies=policies,
            live=live,
            commit=commit,
            now=clock.now,
            turn=asyncio.Lock(),
        )
        retention = Retention(history, policies, settings.messages.retention)
        faults = Faults(draining=settings.server.draining)
        dispatcher = Dispatcher(
            catalogue=catalogue,
            services=Services(
                directory=directory,
                standings=standings,
                live=live,
                rules=rules,
                policies=policies,
                photos=photos,
                pictures=pictures,
                identifier=identifier,
                telephony=telephony,
                contacts=contacts,
                tel_uri=partial(tel_uri, region=settings.telephony.region),
                conversations=conversations,
                plain=markup.plain,
                history=history,
                write_history=scribe.flush,
            ),
            authenticator=authenticator,
            commit=commit,
            polls=polls,
            batches=Batches(settings.limits.batched_requests, clock.now),
            renderer=renderer,
            meters=meters,
            faults=faults,
            public_url=settings.server.public_url,
        )
        endpoint = TokenEndpoint(
            authenticator=authenticator,
            accounts=store,
            passwords=passwords,
            meters=meters,
            domains=domains,
            lifetime=settings.tokens.lifetime,
            failures_allowed=settings.limits.failed_sign_ins,
        )

        async def token(request: Request) -> Response:
            return await endpoint.answer(request, clock.now())

        async def answers() -> bool:
            return await database.answers()

        @cache
        def description() -> bytes:
            return msgspec.json.encode(openapi.document(catalogue, __version__))

        shown = gauges(live, conversations, polls, wheel)
        json = "application/json; charset=utf-8"
        beside: dict[str, pages.Answer] = {
            PATH.lower(): pages.post_only(token),
            "/healthz": pages.fixed(json, lambda: b'{"status":"alive"}'),
            "/readyz": pages.ready(answers),
            "/metrics": pages.metrics(lambda: exposition(meters, shown)),
            "/openapi.json": pages.fixed(json, description),
        }

        def forget(listening: Collection[str] = ()) -> None:
            directory.forget()
            telephony.forget()
            standings.forget()
            contacts.forget(listening)

        directory_watch = DirectoryWatch(
            authenticator=authenticator,
            accounts=store,
            services=dispatcher.services,
            commit=commit,
            users=live.users,
            forget=forget,
        )

        timers = Timers(wheel, commit, polls, meters)
        if movable:
            controls = testmode.Controls(
                clock=movable,
                timers=timers,
                live=live,
                conversations=conversations,
                commit=commit,
                faults=faults,
                store=store,
                database=database,
                passwords=passwords,
                forget=forget,
            )
            beside |= controls.pages()
        public = urlsplit(settings.server.public_url).hostname
        app = Shell(
            dispatch=dispatcher.dispatch,
            abandon=polls.abandon,
            when_stored=live.when_stored,
            pages=beside,
            clock=clock,
            longest_body=settings.limits.body,
            fqdn=public or socket.gethostname(),
            version=settings.server.version,
            origins=Origins(settings.web.allowed_origins),
            public_url=settings.server.public_url,
            sleep=movable.sleep if movable else asyncio.sleep,
        )

        async def beat() -> None:
            live.beat()
            settle_memory(len(live))
            await directory_watch.recheck(clock.now())
            await policy_watch.recheck(clock.now())
            await scribe.flush()
            await retention.recheck(clock.now())

        ticker = Ticker(timers, commit, standings, clock, beat)
        server = cls(
            app, dispatcher, store, photos, pictures, policy_watch, directory_watch, live,
            conversations, scribe, polls,
            timers, meters, faults, clock, ticker, database, passwords,
        )  # fmt: skip
        if durable and not test_mode:
            try:
                await server._resume(settings)
            except BaseException:
                await server.close()
                raise
        return server

    async def _resume(self, settings: Settings) -> None:
        """Go on with the live state of an earlier process."""
        file, now = BatchFile(Path(settings.server.data)), self.clock.now()
        journal = Journal(file, self.clock.now, self.live.users, self.conversations.all)
        self.live.journal = self.conversations.journal = journal
        users, conversations = recover(file, now, settings.events.queue_limit)
        self.live.restore(users)
        self.conversations.restore(conversations)
        self.dispatcher.commit.announcer.resume(conversations, now)
        standings = await self.store.standings() if users else {}
        self.dispatcher.commit.resume(users, standings, now)

    def start(self) -> None:
        """Let time pass and changes be stored; needs a running loop."""
        collect_rarely()
        if self.live.journal is not None:
            self.live.journal.start()
        self._ticker.start()

    def drain(self) -> None:
        """Answer all parked requests, so that connections can end."""
        self.polls.drain(self.clock.now())

    async def close(self) -> None:
        """Stop the clockwork, store what is left and close the database."""
        await self._ticker.stop()
        if self.live.journal is not None:
            await self.live.journal.stop()
        self._passwords.close()
        self.pictures.close()
        await self.database.close()
