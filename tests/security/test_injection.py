"""Words that are commands elsewhere: to PostgreSQL, Redis, Lua, a browser or a shell they are words."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import quote

from redis.asyncio import Redis

from tests.service import Service, Truth, add_learners, attempt, board_until_redis

WORDS = (
    "' OR 1=1--",
    "'; DROP TABLE users; --",
    "1); DELETE FROM xp_ledger; --",
    "\r\nFLUSHALL\r\n",
    "*",
    "{leaderboard:training}",
    "') redis.call('FLUSHALL') --",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}",
    "$(id)",
)
SUBMIT = "/training/progress/submit"
FORBIDDEN = {"FLUSHALL", "FLUSHDB", "KEYS", "CONFIG", "SHUTDOWN", "DEBUG", "SCRIPT FLUSH"}
COUNTS = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM xp_ledger), (SELECT sum(total_xp) FROM users)"


async def test_words_that_are_commands_elsewhere(service: Service, truth: Truth, cache: Redis) -> None:
    """In every field, path, query and header they change nothing, reach Redis as no command, and come back as JSON."""
    [learner] = await add_learners(truth, 1)
    commands: set[str] = set()
    async with service.client(learner) as client, cache.monitor() as monitor:
        assert (await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))).status_code == 200
        listening = asyncio.create_task(_listen(monitor, commands))
        before = await truth.fetchrow(COUNTS)
        for word in WORDS:
            answers = [
                await client.post(SUBMIT, json=attempt(word, 5)),
                await client.post(f"/training/levels/{quote(word, safe='')}/attempts"),
                await client.get(f"/training/sections/{quote(word, safe='')}/path"),
                await client.get("/training/progress/state", params={"section_id": word}),
                await client.get("/leaderboard", params={"limit": word}),
                await client.patch("/users/me/profile", json={"full_name": word}),
                await client.post("/auth/login", json={"username": word, "password": word * 4}),
            ]
            if word.isprintable():
                again = await client.post(SUBMIT, json=attempt("puk_u1_l1", 5), headers={"Idempotency-Key": word})
                answers.append(again)
            answers.append(await client.get("/leaderboard"))
            for answer in answers:
                assert answer.status_code < 500, f"{answer.request.url} {word!r}"
                assert answer.headers["content-type"].startswith("application/json")
        after = await truth.fetchrow(COUNTS)
        boards = await board_until_redis(client)
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
    assert after == before
    assert [board["my_rank"] for board in boards] == [{"rank": 1, "xp": 10}] * len(boards)
    assert "EVALSHA" in commands, "nothing was heard"
    assert not commands & FORBIDDEN


async def _listen(monitor: object, commands: set[str]) -> None:
    async for told in monitor.listen():  # type: ignore[attr-defined] # the library has not typed it
        commands.add(told["command"].split(" ")[0].upper())
