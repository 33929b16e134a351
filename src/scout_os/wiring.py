"""The only place where constructors run: web, command line and tests all get their services here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from scout_os.auth.codes import CodeRepository
from scout_os.auth.id_tokens import IdTokens
from scout_os.auth.identities import IdentityRepository
from scout_os.auth.jwks import ProviderKeys
from scout_os.auth.known_addresses import KnownAddresses
from scout_os.auth.known_sessions import KnownSessions
from scout_os.auth.repository import SessionRepository
from scout_os.auth.service import AuthService
from scout_os.auth.sign_in import SignInService
from scout_os.auth.sign_ups import SignUps
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Tokens, load_or_create_secret
from scout_os.core.blobs.s3 import Bucket, S3Store
from scout_os.core.blobs.store import BlobStore, DirectoryStore
from scout_os.core.breaker import Breaker, State
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.clock import Clock, SystemClock
from scout_os.core.identity import Authenticator
from scout_os.core.installation_clock import InstallationClock
from scout_os.core.jobs import Job
from scout_os.core.limits.buckets import Buckets
from scout_os.core.limits.limits import Limits
from scout_os.core.limits.shared import SharedBuckets
from scout_os.core.limits.tries import Tries
from scout_os.core.metrics import Metrics
from scout_os.core.passwords import MAX_WAITING_HASHES, Passwords
from scout_os.core.postgres import Database
from scout_os.core.redis import open_redis
from scout_os.core.seals import PURPOSE as TIMES
from scout_os.core.seals import Seals, TimeSeals
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.read.from_postgres import PostgresReader
from scout_os.leaderboard.read.from_redis import RedisReader
from scout_os.leaderboard.read.profiles import Profiles
from scout_os.leaderboard.redis.redis_board import RedisBoard
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.rules import DEFAULT_RANKS, Ranks
from scout_os.leaderboard.service import LeaderboardService
from scout_os.leaderboard.stream.streams import Streams
from scout_os.leaderboard.stream.tickets import PURPOSE as TICKETS
from scout_os.leaderboard.stream.tickets import Tickets
from scout_os.leaderboard.stream.viewers import UNLIMITED, StreamLimits
from scout_os.leaderboard.sync.audit import Audit
from scout_os.leaderboard.sync.fast_path import FastPath
from scout_os.leaderboard.sync.outbox_relay import OutboxRelay
from scout_os.leaderboard.sync.rebuild import Rebuilder
from scout_os.leaderboard.trust import Trust
from scout_os.moderation.accounts import AccountsService
from scout_os.moderation.repository import ModerationRepository
from scout_os.moderation.service import ModerationService
from scout_os.privacy.repository import PrivacyRepository
from scout_os.privacy.service import PrivacyService
from scout_os.reviews.repository import ReviewRepository
from scout_os.reviews.reviewer import Reviewer
from scout_os.reviews.service import ReviewService
from scout_os.settings import Settings, reveal
from scout_os.training.group_commit import GroupCommit
from scout_os.training.issued_attempts import PURPOSE as ATTEMPTS
from scout_os.training.issued_attempts import IssuedAttempts
from scout_os.training.library import Library
from scout_os.training.repository import TrainingRepository
from scout_os.training.retention import AnswerRetention
from scout_os.training.service import TrainingService
from scout_os.users.avatars import AvatarService
from scout_os.users.repository import UserRepository
from scout_os.users.service import UserService

SECRET_FILE = "secret_key"  # noqa: S105 - a file's name
MEDIA_DIRECTORY = "media"
MEDIA_PATH = "/media"
LOGINS_AT_ONCE = 6
"""Enough for the threads that hash. More would only wait for them, and a class that logs in would take all connections."""
LOGIN_WAIT_SECONDS = 12.0
MODERATION_AT_ONCE = 2
"""So few that a long list of them leaves the learners their connections."""
MODERATION_WAITING = 200
MODERATION_WAIT_SECONDS = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    accounts: AccountsService
    audit: Audit
    auth: AuthService
    authenticator: Authenticator
    avatars: AvatarService
    board: RedisBoard
    clock: InstallationClock
    database: Database
    fast_path: FastPath
    known_sessions: KnownSessions
    leaderboard: LeaderboardService
    library: Library
    limits: Limits
    media: DirectoryStore
    metrics: Metrics
    moderation: ModerationService
    privacy: PrivacyService
    relay: OutboxRelay
    reviewer: Reviewer
    reviews: ReviewService
    sign_in: SignInService
    streams: Streams
    time_seals: TimeSeals
    tickets: Tickets
    training: TrainingService
    users: UserService
    background: tuple[Job, ...]
    """What a serving process runs for as long as it lives."""


@asynccontextmanager
async def open_services(
    settings: Settings, urls: StoreUrls, *, clock: Clock | None = None, workers: int = 1
) -> AsyncIterator[Services]:
    """Open pools and assemble the services of one of so many workers.

    Connects to nothing yet, so no store that is away keeps it from working.
    """
    system_clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        metrics = Metrics()
        database = await Database.open(
            urls.database_url,
            size=settings.database_connections,
            pooler=settings.database_pooler,
            breaker=_breaker("postgres", metrics),
        )
        stack.push_async_callback(database.close)
        clock = InstallationClock(database, system_clock, is_settable=settings.env != "production")
        redis = open_redis(urls.redis_url)
        stack.push_async_callback(redis.aclose)
        passwords = Passwords()
        stack.callback(passwords.close)

        here, shared, limited = Buckets(), SharedBuckets(redis, _breaker("limits", metrics)), settings.limits == "on"
        limits = Limits(here=here, shared=shared, workers=workers, enabled=limited)
        throttle = Throttle(limits=limits, tries=Tries(here=here, shared=shared, enabled=limited))
        tokens = _tokens(settings, clock)
        user_repository = UserRepository(database)
        session_repository = SessionRepository(database, clock)
        codes = CodeRepository(database)
        auth = AuthService(
            users=user_repository,
            sessions=session_repository,
            codes=codes,
            passwords=passwords,
            tokens=tokens,
            throttle=throttle,
            known_addresses=KnownAddresses(database, key=secret_key(settings)),
            sign_ups=SignUps(database, key=secret_key(settings)),
            admission=Bulkhead(
                width=LOGINS_AT_ONCE,
                waiting=MAX_WAITING_HASHES,
                seconds=LOGIN_WAIT_SECONDS,
                stuck_seconds=LOGIN_WAIT_SECONDS,
            ),
            clock=clock,
        )
        trust = Trust()
        board = RedisBoard(redis, _breaker("redis", metrics), trust)
        places = BoardRepository(database)
        rebuilder = Rebuilder(database=database, board=board, metrics=metrics)
        relay = OutboxRelay(database=database, board=board, rebuilder=rebuilder, trust=trust, metrics=metrics)
        profiles = Profiles(repository=places, board=board)
        fast_path = FastPath(board=board, trust=trust, drain=relay)
        stack.push_async_callback(fast_path.close)
        library = Library(database)
        training_repository = TrainingRepository(database)
        group_commit = GroupCommit(repository=training_repository, board=fast_path)
        stack.push_async_callback(group_commit.close)

        def find_ranks() -> Ranks:
            return (library.is_loaded and library.catalog.ranks) or DEFAULT_RANKS

        leaderboard = LeaderboardService(
            board=board,
            trust=trust,
            redis_reader=RedisReader(board=board, profiles=profiles, trust=trust, drain=relay, ranks=find_ranks),
            postgres_reader=PostgresReader(repository=places, profiles=profiles, trust=trust, ranks=find_ranks),
            repository=places,
            rebuilder=rebuilder,
            ranks=find_ranks,
            clock=clock,
            metrics=metrics,
        )
        known_sessions = KnownSessions(database)
        authenticator = Authenticator(
            tokens=tokens, clock=clock, known=known_sessions, find_role=session_repository.find_role
        )
        streams = Streams(
            board=leaderboard,
            redis=redis,
            sessions=session_repository,
            clock=clock,
            metrics=metrics,
            limits=StreamLimits() if settings.limits == "on" else UNLIMITED,
        )
        review_repository = ReviewRepository(database)
        reviewer = Reviewer(repository=review_repository, clock=clock, metrics=metrics)
        audit = Audit(database=database, board=board, rebuilder=rebuilder, metrics=metrics)

        media = DirectoryStore(
            settings.data_dir / MEDIA_DIRECTORY, settings.avatar_url or settings.root_path + MEDIA_PATH
        )
        avatars = AvatarService(
            repository=user_repository, store=_avatar_store(settings, media), profiles=profiles, limits=limits
        )
        stack.callback(avatars.close)

        moderation = ModerationService(
            repository=ModerationRepository(database),
            board=fast_path,
            avatars=avatars,
            admission=_few_at_once(),
            learners_admission=_few_at_once(),
        )
        time_seals = TimeSeals(_seals(settings, TIMES, clock), clock)
        retention = AnswerRetention(repository=training_repository, clock=clock)
        yield Services(
            accounts=AccountsService(
                users=user_repository, sessions=session_repository, codes=codes, passwords=passwords, clock=clock
            ),
            audit=audit,
            auth=auth,
            authenticator=authenticator,
            avatars=avatars,
            board=board,
            clock=clock,
            database=database,
            fast_path=fast_path,
            known_sessions=known_sessions,
            leaderboard=leaderboard,
            library=library,
            limits=limits,
            media=media,
            metrics=metrics,
            moderation=moderation,
            privacy=PrivacyService(
                repository=PrivacyRepository(database),
                auth=auth,
                moderation=moderation,
                admission=_few_at_once(),
            ),
            relay=relay,
            reviewer=reviewer,
            reviews=ReviewService(repository=review_repository),
            sign_in=SignInService(
                providers={
                    name: IdTokens(provider, ProviderKeys(provider), system_clock)
                    for name, provider in settings.providers.items()
                },
                identities=IdentityRepository(database),
                auth=auth,
            ),
            streams=streams,
            time_seals=time_seals,
            tickets=Tickets(_seals(settings, TICKETS, clock), clock, authenticator.trust),
            training=TrainingService(
                library=library,
                repository=training_repository,
                group_commit=group_commit,
                attempts=IssuedAttempts(_seals(settings, ATTEMPTS, clock), clock),
                time_seals=time_seals,
                clock=clock,
                grading=settings.grading,
            ),
            users=UserService(repository=user_repository, profiles=profiles, clock=clock),
            background=(
                library.watch,
                known_sessions.watch,
                clock.watch,
                relay.run,
                audit.run,
                streams.run,
                reviewer.run,
                retention.run,
            ),
        )


def configured_stores(settings: Settings) -> StoreUrls | None:
    """The stores that the settings name; None if PostgreSQL or Redis is missing."""
    if settings.database_url is None or settings.redis_url is None:
        return None
    return fill_stores(settings, StoreUrls("", "", "", ""))


def fill_stores(settings: Settings, embedded: StoreUrls) -> StoreUrls:
    """The stores that the settings name, and embedded ones in place of those that they do not name."""
    stores = embedded
    if database := reveal(settings.database_url):
        owner = reveal(settings.database_owner_url) or database
        stores = replace(stores, database_url=database, owner_database_url=owner, reader_database_url=database)
    if redis := reveal(settings.redis_url):
        stores = replace(stores, redis_url=redis)
    return stores


def secret_key(settings: Settings) -> bytes:
    """The bytes that sign tokens: the setting's, or those kept in the data directory."""
    if key := reveal(settings.secret_key):
        return key.encode()
    return load_or_create_secret(settings.data_dir / SECRET_FILE)


def _tokens(settings: Settings, clock: Clock) -> Tokens:
    return Tokens(
        key=secret_key(settings),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lifetime=timedelta(days=settings.token_days),
        clock=clock,
        legacy_until=settings.legacy_tokens_until,
        other_keys=settings.other_keys,
        other_keys_until=settings.other_secret_keys_until,
    )


def _seals(settings: Settings, purpose: bytes, clock: Clock) -> Seals:
    return Seals(
        purpose,
        key=secret_key(settings),
        clock=clock,
        other_keys=settings.other_keys,
        other_keys_until=settings.other_secret_keys_until,
    )


def _avatar_store(settings: Settings, media: DirectoryStore) -> BlobStore:
    url = reveal(settings.avatar_store)
    return media if url is None else S3Store(Bucket.parse(url), settings.avatar_url)


def _few_at_once() -> Bulkhead:
    return Bulkhead(width=MODERATION_AT_ONCE, waiting=MODERATION_WAITING, seconds=MODERATION_WAIT_SECONDS)


def _breaker(part: str, metrics: Metrics) -> Breaker:
    told: State = "closed"

    def changed(state: State) -> None:
        nonlocal told
        metrics.breaker_changed(part, state)
        if state not in ("half_open", told):  # every probe passes through half open
            told = state
            log.warning("breaker", part=part, state=state)

    return Breaker(on_change=changed)
