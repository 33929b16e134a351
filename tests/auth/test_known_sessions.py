"""What a worker knows of sessions without asking is never more than PostgreSQL would say."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from scout_os.auth.known_sessions import KnownSessions
from scout_os.core.access_tokens import Verified
from scout_os.core.store_urls import StoreUrls
from scout_os.wiring import Services
from tests.clock import MovableClock
from tests.security.test_restored import dump, restore
from tests.service import Truth
from tests.users.serving import Api, serve

LONG_SECONDS = 600.0
Change = Callable[[Truth, Services, Verified], Awaitable[object]]


@pytest.fixture
async def api(packed_stores: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """The API without its background jobs, so that tests say when changes are read, and how long that is believed."""
    monkeypatch.setattr("scout_os.auth.known_sessions.FRESH_SECONDS", LONG_SECONDS)
    async with serve(packed_stores, tmp_path) as opened:
        yield opened


async def sign_up(api: Api, username: str) -> Verified:
    learner = await api.register(username)
    return api.services.authenticator.read_token(learner.headers["Authorization"].removeprefix("Bearer "))


def _update(assignments: str) -> Change:
    async def change(truth: Truth, _: Services, token: Verified) -> None:
        await truth.execute(f"UPDATE users SET {assignments} WHERE id = $1", token.user_id)

    return change


async def log_out(_: Truth, services: Services, token: Verified) -> None:
    await services.auth.log_out(token)


async def log_out_everywhere(_: Truth, services: Services, token: Verified) -> None:
    await services.auth.log_out_everywhere(token.user_id)


async def delete(truth: Truth, _: Services, token: Verified) -> None:
    await truth.execute("DELETE FROM known_addresses WHERE user_id = $1", token.user_id)
    await truth.execute("DELETE FROM users WHERE id = $1", token.user_id)


CHANGES: list[Change] = [
    log_out,
    log_out_everywhere,
    delete,
    _update("is_active = false"),
    _update("role = 'admin'"),
    _update("account_key = gen_random_uuid()"),
    _update("token_generation = token_generation + 1"),
    _update("name = 'Budi B', total_xp = total_xp"),
]


async def test_what_is_known_is_what_postgresql_would_say(api: Api, truth: Truth) -> None:
    """At first, and after each way in which a session can end: known is who counts and is a learner, and nobody else."""
    known, rng = api.services.known_sessions, random.Random(20261201)
    tokens = [await sign_up(api, f"learner{number}") for number in range(2 * len(CHANGES))]
    assert not any(known.has(token) for token in tokens), "nothing is known before it was read"
    for readings in (0, 1):
        await known.refresh()
        assert known.readings == readings + 1
        assert [known.has(token) for token in tokens] == [await counts(api, token) for token in tokens]
    rng.shuffle(tokens)
    for change, token in zip(CHANGES, tokens, strict=False):
        await change(truth, api.services, token)
        await known.refresh()
        assert [known.has(token) for token in tokens] == [await counts(api, token) for token in tokens], change
    assert sum(map(known.has, tokens)) == len(tokens) - len(CHANGES) + 1, "the last change ends nothing"
    again = KnownSessions(api.services.database)
    await again.refresh()
    assert [again.has(token) for token in tokens] == [known.has(token) for token in tokens]


async def test_a_change_that_commits_late_is_not_missed(api: Api, truth: Truth) -> None:
    """It began before others that were read already, and counts from the first reading after its commit."""
    known = api.services.known_sessions
    early, late = [await sign_up(api, name) for name in ("early", "late")]
    await known.refresh()
    async with truth.transaction():
        await truth.execute("UPDATE users SET is_active = false WHERE id = $1", late.user_id)
        await api.services.auth.log_out(early)
        await known.refresh()
        assert [known.has(early), known.has(late)] == [False, True]
    await known.refresh()
    assert not known.has(late)


async def test_what_was_not_read_for_long_is_not_known(api: Api) -> None:
    """A worker that is cut off from PostgreSQL asks about each token, and needs no new start when it is back."""
    clock = MovableClock()
    known = KnownSessions(api.services.database, clock.monotonic)
    token = await sign_up(api, "budi")
    await known.refresh()
    assert known.has(token)
    clock.move(seconds=LONG_SECONDS)
    assert not known.has(token)
    await known.refresh()
    assert known.has(token)


async def test_after_too_many_changes_all_is_read_anew(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading has a bound: beyond it nothing is known until everything was read, and then what is true."""
    known = api.services.known_sessions
    tokens = [await sign_up(api, f"learner{number}") for number in range(4)]
    await known.refresh()
    for token in tokens[1:]:
        await api.services.auth.log_out(token)
    with monkeypatch.context() as bounded:
        bounded.setattr("scout_os.auth.known_sessions.MAX_CHANGES", 2)
        await known.refresh()
    assert not any(map(known.has, tokens))
    await known.refresh()
    assert [known.has(token) for token in tokens] == [True, False, False, False]


async def test_changes_are_kept_for_a_day(api: Api, truth: Truth) -> None:
    """Who reads everything deletes the changes that are older, and no others."""
    for username in ("budi", "ani", "citra"):
        await api.services.auth.log_out(await sign_up(api, username))
    await truth.execute(
        """UPDATE access_changes SET noted_at = now() - interval '25 hours'
            WHERE id IN (SELECT id FROM access_changes ORDER BY id LIMIT 2)"""
    )
    kept = await truth.fetchval("SELECT max(id) FROM access_changes")
    await api.services.known_sessions.refresh()
    assert [row["id"] for row in await truth.fetch("SELECT id FROM access_changes")] == [kept]


async def test_an_answer_from_before_a_change_teaches_nothing(api: Api, truth: Truth) -> None:
    """Who asked before the last reading may have heard what is no longer so; after it, a newcomer becomes known."""
    known = api.services.known_sessions
    await known.refresh()
    token = await sign_up(api, "budi")
    readings = known.readings
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", token.user_id)
    await known.refresh()
    known.learn(token, readings)
    assert not known.has(token)
    newcomer = await sign_up(api, "ani")
    assert not known.has(newcomer)
    await api.services.authenticator.confirm(newcomer)
    assert known.has(newcomer)


async def test_nothing_is_known_of_accounts_that_a_restore_undid(
    api: Api, packed_stores: StoreUrls, tmp_path: Path
) -> None:
    """The database is put back under a running worker: a token of a lost account is unknown at the next reading."""
    known = api.services.known_sessions
    kept = await sign_up(api, "budi")
    dumped = await asyncio.to_thread(dump, packed_stores)
    lost = await sign_up(api, "xavier")
    await known.refresh()
    assert [known.has(kept), known.has(lost)] == [True, True]
    await asyncio.to_thread(restore, packed_stores, dumped)
    await until_read(known)
    assert not known.has(lost)
    heir = await sign_up(api, "yulia")
    assert heir.user_id == lost.user_id, "the id is given out again"
    await known.refresh()
    await api.services.authenticator.confirm(heir)
    assert [known.has(kept), known.has(lost), known.has(heir)] == [True, False, True]


async def until_read(known: KnownSessions) -> None:
    """Read until it succeeds: the restore has ended the connections."""
    readings = known.readings
    while known.readings == readings:
        try:
            await known.refresh()
        except Exception:
            await asyncio.sleep(0.1)


async def counts(api: Api, token: Verified) -> bool:
    """What PostgreSQL says."""
    row = await api.services.database.fetchrow(
        """SELECT FROM users WHERE id = $1 AND is_active AND role = 'learner' AND token_generation = $2
              AND account_key IS NOT DISTINCT FROM $3 AND NOT EXISTS (SELECT FROM revoked_tokens WHERE token_id = $4)""",
        token.user_id,
        token.generation,
        token.account_key,
        token.token_id,
    )
    return row is not None
