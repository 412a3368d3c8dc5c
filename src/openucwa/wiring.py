"""The only place that chooses adapters and puts the server together."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import msgspec

from openucwa import __version__
from openucwa.adapters import gauges, pages, testmode
from openucwa.adapters.asgi import Clock, Shell
from openucwa.adapters.batches import BatchFile
from openucwa.adapters.clock import MovableClock, SystemClock
from openucwa.adapters.collector import collect_rarely, settle_memory
from openucwa.adapters.console import console
from openucwa.adapters.couriers import Couriers
from openucwa.adapters.filelog import FileLog
from openucwa.adapters.invitations import invitation
from openucwa.adapters.journal import Journal
from openucwa.adapters.memory import ProcessLive
from openucwa.adapters.metrics import exposition
from openucwa.adapters.numbers import tel_uri
from openucwa.adapters.outward import Outward
from openucwa.adapters.passwords import Passwords
from openucwa.adapters.pictures import PillowPictures
from openucwa.adapters.pool.residence import NodeUnusable
from openucwa.adapters.recovery import recover
from openucwa.adapters.remembered import (
    LEVELS,
    PHONES,
    RememberedContacts,
    RememberedDirectory,
    RememberedStandings,
    RememberedTelephony,
)
from openucwa.adapters.rules import rules_of
from openucwa.adapters.sampler import Sampler
from openucwa.adapters.sql.audit import Signed, SqlAudit, hand_on
from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.meetings import SqlMeetings
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.adapters.sql.pools import SqlPools
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.telephony import SqlTelephony
from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.adapters.talks import ProcessConversations
from openucwa.adapters.ticker import Ticker
from openucwa.adapters.tokens import SignedTokens
from openucwa.app import openapi
from openucwa.app.announcer import Announcer
from openucwa.app.auth import Authenticator
from openucwa.app.batches import Batches
from openucwa.app.calendars import CalendarWatch
from openucwa.app.callbacks import Callbacks
from openucwa.app.commit import Commit
from openucwa.app.delivery import Delivery
from openucwa.app.directory import DirectoryWatch
from openucwa.app.dispatch import Dispatcher
from openucwa.app.exchange import Request, Response
from openucwa.app.faults import Faults
from openucwa.app.grants import PATH, TokenEndpoint
from openucwa.app.guests import Guests
from openucwa.app.held import HeldWatch
from openucwa.app.keeping import Keeping
from openucwa.app.meters import Meters
from openucwa.app.origins import Origins
from openucwa.app.overview import NodeOverview
from openucwa.app.policies import PolicyWatch
from openucwa.app.polls import Polls
from openucwa.app.pools import Whereabouts
from openucwa.app.render import Renderer
from openucwa.app.retention import Expiry, Retention
from openucwa.app.scribe import Scribe
from openucwa.app.timers import Timers
from openucwa.app.webhooks import Reports, WebhookWatch
from openucwa.domain.administration import Administration
from openucwa.domain.destinations import Destinations
from openucwa.domain.shards import shard_of
from openucwa.domain.webhooks import Patience
from openucwa.domain.wheel import Wheel
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from openucwa.resources.call import Services
from openucwa.settings import Settings
from openucwa.wire import markup

if TYPE_CHECKING:
    from openucwa.pooling import Pooling


def identifier(digits: int) -> str:
    """Return so many random hexadecimal digits."""
    return secrets.token_hex(digits // 2)


@cache
def _renderer() -> Renderer:
    """Return what renders all resources, which are the same for every server in a process."""
    return Renderer(Catalogue(CHAPTERS))


def outward_of(settings: Settings) -> Outward:
    """Return the way to servers of others. Raises ``CannotTrust``."""
    pushed = settings.webhooks
    destinations = Destinations(pushed.allowed, insecure=pushed.insecure)
    return Outward(destinations, pushed.timeout, pushed.ca)


async def _pooling(
    settings: Settings, database: Database, secret: bytes, clock: Clock | None
) -> Pooling | None:
    """Return what makes this server a node, if it is to be one.

    Raises ``NodeUnusable``.
    """
    if not settings.server.live:
        return None
    try:
        from openucwa.pooling import Pooling  # noqa: PLC0415  only nodes need what it imports

        return await Pooling.begin(settings, secret, clock)
    except ModuleNotFoundError as error:
        await database.close()
        text = f"a pool needs the package {error.name}: pip install 'openucwa[redis,postgres]'"
        raise NodeUnusable(text) from None
    except BaseException:
        await database.close()
        raise


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
    calendar_watch: CalendarWatch
    held_watch: HeldWatch
    live: ProcessLive
    conversations: ProcessConversations
    scribe: Scribe
    polls: Polls
    timers: Timers
    meters: Meters
    faults: Faults
    clock: Clock
    overview: NodeOverview
    _ticker: Ticker
    _sampler: Sampler
    database: Database
    _passwords: Passwords
    webhook_watch: WebhookWatch
    couriers: Couriers
    _outward: Outward
    pooling: Pooling | None

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
        database = await Database.open(settings.server.place)
        store, photos, pictures = SqlStore(database), SqlPhotos(database), PillowPictures()
        clock = movable or clock
        pooling = await _pooling(settings, database, await store.secret(), clock)
        clock = clock or (pooling.clock if pooling else SystemClock())
        hasher = testmode.CHEAP if test_mode else None
        passwords = passwords or Passwords(settings.limits.passwords_at_once, hasher)
        domains = frozenset(settings.server.domains or await store.domains())
        rules = rules_of(settings, domains)
        renderer, meters, wheel = _renderer(), Meters(), Wheel()
        catalogue = renderer.catalogue
        standings = RememberedStandings(store)
        live = pooling.live_of(standings) if pooling else ProcessLive(standings)
        polls = Polls(renderer, live, wheel, meters)
        limit = settings.events.queue_limit
        delivery = Delivery(live=live, polls=polls, meters=meters, queue_limit=limit)
        conversations = pooling.conversations if pooling else ProcessConversations()
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
        announcer.moved = commit.moved
        directory = RememberedDirectory(store)
        telephony = RememberedTelephony(SqlTelephony(database))
        contacts = RememberedContacts(SqlContacts(database))
        tokens = SignedTokens(await store.secret())
        authenticator = Authenticator(tokens, store)
        await authenticator.recheck(clock.now())
        policies = SqlPolicies(database)
        policy_watch = PolicyWatch(policies, live.users, commit)
        await policy_watch.recheck(clock.now())
        history, meetings = SqlHistory(database), SqlMeetings(database)
        calendar_watch = CalendarWatch(meetings, commit)
        commit.calendar = calendar_watch.claim
        await calendar_watch.recheck(clock.now())
        held_watch = HeldWatch(meetings, conversations.conferences, announcer)
        announcer.over = held_watch.forget
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
        expiry = Expiry(meetings)
        faults = Faults()

        def forget(listening: Collection[str] = ()) -> None:
            directory.forget()
            telephony.forget()
            standings.forget()
            contacts.forget(listening)

        def stale(what: str, addresses: list[str]) -> None:
            """Forget what another node has changed."""
            drop = {PHONES: telephony.drop, LEVELS: standings.drop_towards}.get(what)
            drop(addresses) if drop else forget()

        def moved(shards: Collection[int]) -> None:
            """Forget what other nodes may have changed of people who live here from now on."""
            standings.forget()
            contacts.drop_those(lambda address: shard_of(address) in shards)

        pools, pool = SqlPools(database), settings.pool
        await pools.register(pool.name, settings.server.public_url, pool.backup, clock.now())
        whereabouts = Whereabouts(
            name=pool.name,
            pools=pools,
            users=live.users,
            commit=commit,
            forget=forget,
            closed=settings.server.draining,
        )
        await whereabouts.recheck(clock.now())
        overview = NodeOverview(
            node=pooling.residence.node if pooling else settings.node.name or pool.name,
            since=clock.now(),
            users=live.users,
            conversations=conversations.__len__,
            commit=commit,
            neighbours=lambda: dispatcher.neighbours,
            pause=partial(asyncio.sleep, 0),
        )
        rechecking = asyncio.Lock()

        async def recheck(**believed: float) -> None:
            """Do what follows from changes that others made, and administrators."""
            async with rechecking:
                for watch in (directory_watch, policy_watch, webhook_watch, whereabouts):
                    await watch.recheck(clock.now(), **believed)

        audit, pushed = SqlAudit(database), settings.webhooks
        administration = Administration(
            pool=pool.name,
            look=hand_on(database),
            hand=lambda act: hand_on(Signed(database, act)),
            audit=audit,
            overview=overview,
            hash_password=passwords.hash,
            notice=partial(recheck, believed=0.0),
            check_url=Destinations(pushed.allowed, insecure=pushed.insecure).check,
        )
        keeping = Keeping(audit, settings.audit.retention, settings.audit.entries)
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
                meetings=meetings,
                invitation=invitation,
                write_history=scribe.flush,
                elsewhere=whereabouts.elsewhere,
                administration=administration,
            ),
            authenticator=authenticator,
            commit=commit,
            polls=polls,
            batches=Batches(settings.limits.batched_requests, clock.now),
            renderer=renderer,
            meters=meters,
            faults=faults,
            whereabouts=whereabouts,
            public_url=settings.server.public_url,
        )
        abandon = polls.abandon
        if pooling:
            passing = pooling.connect(
                dispatcher, standings, scribe,
                stale=stale, moved=moved, survey=overview.answer, queue_limit=limit,
            )  # fmt: skip
            telephony.spread = standings.spread = passing.spread
            abandon = passing.abandon
        endpoint = TokenEndpoint(
            authenticator=authenticator,
            accounts=store,
            passwords=passwords,
            meters=meters,
            domains=domains,
            lifetime=settings.tokens.lifetime,
            failures_allowed=settings.limits.failed_sign_ins,
            guests=Guests(
                meetings=meetings,
                tokens=tokens,
                identifier=identifier,
                lifetime=settings.tokens.anonymous_lifetime,
                guesses=settings.limits.failed_sign_ins,
                guesses_of_all=settings.limits.failed_guests,
            )
            if settings.meetings.guests
            else None,
        )
        dispatcher.offered = endpoint.offered

        async def token(request: Request) -> Response:
            return await endpoint.answer(request, clock.now())

        async def answers() -> bool:
            return await database.answers()

        @cache
        def description() -> bytes:
            return msgspec.json.encode(openapi.document(catalogue, __version__))

        shown = gauges.of_live(live, conversations, polls, wheel)
        if pooling:
            here = pooling.residence.here
            shown["openucwa_shards"] = ("Shards of the pool that live here.", lambda: len(here))
        json = "application/json; charset=utf-8"
        beside: dict[str, pages.Answer] = {
            PATH.lower(): pages.post_only(token),
            "/healthz": pages.fixed(json, lambda: b'{"status":"alive"}'),
            "/readyz": pages.ready(answers),
            "/metrics": pages.metrics(lambda: exposition(meters, shown)),
            "/openapi.json": pages.fixed(json, description),
        }

        directory_watch = DirectoryWatch(
            authenticator=authenticator,
            accounts=store,
            services=dispatcher.services,
            commit=commit,
            users=live.users,
            forget=forget,
        )

        patience = Patience(pushed.failures, pushed.patience, pushed.longest_pause)
        callbacks = Callbacks(polls, dispatcher.services, patience)
        dispatcher.unpushed = callbacks.refusal
        reports = Reports(meters, pushed.queue_limit)
        commit.observer = webhook_watch = WebhookWatch(
            registrations=SqlWebhooks(database),
            accounts=store,
            directory=store,
            users=live.users,
            callbacks=callbacks,
            reports=reports,
        )
        shown |= gauges.of_pushing(webhook_watch, clock.now)
        if pooling:
            shown |= gauges.of_node(pooling.residence)
        outward = outward_of(settings)
        couriers = Couriers(
            callbacks=callbacks,
            reports=reports,
            outside=outward,
            clock=clock,
            stored=partial(live.stored, patient=True),
            patience=patience,
            meters=meters,
            sleep=movable.sleep if movable else asyncio.sleep,
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
        front, files = console(domains) if settings.web.console else (None, {})
        public = urlsplit(settings.server.public_url).hostname
        app = Shell(
            dispatch=dispatcher.dispatch,
            abandon=abandon,
            when_stored=live.when_stored,
            pages=beside | files,
            front=front,
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
            await recheck()
            await scribe.flush()
            await retention.recheck(clock.now())
            await keeping.recheck(clock.now())
            await calendar_watch.recheck(clock.now())
            await expiry.recheck(clock.now())
            await held_watch.recheck(clock.now())

        ticker = Ticker(timers, commit, standings, clock, beat)
        delivery.hurry = ticker.hurry
        sampler = Sampler(overview, clock, movable.sleep if movable else asyncio.sleep)
        server = cls(
            app, dispatcher, store, photos, pictures,
            policy_watch, directory_watch, calendar_watch, held_watch, live,
            conversations, scribe, polls,
            timers, meters, faults, clock, overview, ticker, sampler, database, passwords,
            webhook_watch, couriers, outward, pooling,
        )  # fmt: skip
        if durable and not test_mode:
            try:
                if pooling and pooling.node:
                    await pooling.node.join()
                else:
                    await server._resume(settings)
            except BaseException:
                await server.close()
                raise
        await webhook_watch.recheck(clock.now())
        return server

    async def _resume(self, settings: Settings) -> None:
        """Go on with the live state of an earlier process."""
        file, now = BatchFile(Path(settings.server.data)), self.clock.now()
        journal = Journal(FileLog(file), self.clock.now, self.live.users, self.conversations.all)
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
        self._sampler.start()
        self.couriers.start()

    async def drain(self) -> None:
        """Answer all parked requests, so that connections can end; hand over what is here."""
        if self.pooling and self.pooling.node:
            await self.pooling.node.leave()
            self.pooling.drain()
        self.couriers.stop()
        self.polls.drain(self.clock.now())

    async def close(self) -> None:
        """Stop the clockwork, store what is left and close the database."""
        await self.couriers.close()
        await self._outward.close()
        await self._sampler.stop()
        await self._ticker.stop()
        if self.pooling:
            await self.pooling.close()
        elif self.live.journal is not None:
            await self.live.journal.stop()
        self._passwords.close()
        self.pictures.close()
        await self.database.close()
