"""The path: it always goes on, a read writes nothing, the first start brings it, and its days are the learner's."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database
from scout_os.training.schemas import SubmitBody
from scout_os.wiring import open_services
from tests.clock import MovableClock
from tests.learners import LEVEL, SUBMIT, submit, until_board_follows
from tests.service import Service, Truth, add_learners, attempt, serve, settings_for, shown_token

SECOND = "puk_u1_l2"


async def test_no_level_stays_locked_for_good(service: Service, truth: Truth) -> None:
    """No row but the completion of the level before is needed to go on; if even that is lost, a replay opens the way."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        await submit(client)
        assert await truth.fetchval("SELECT count(*) FROM user_progress") == 1
        assert (await progress(client))[SECOND] == "UNLOCKED"

        await truth.execute("DELETE FROM user_progress")
        assert (await statuses(client))[:2] == ["UNLOCKED", "LOCKED"]
        assert (await client.post(SUBMIT, json=attempt(SECOND, 5))).status_code == 409
        replay = await submit(client)
        assert (replay["status"], replay["xp_earned"], replay["next_level_id"]) == ("COMPLETED", 0, SECOND)
        assert (await submit(client, SECOND))["status"] == "COMPLETED"


def picture() -> bytes:
    """The smallest one."""
    made = BytesIO()
    Image.new("L", (1, 1)).save(made, "PNG")
    return made.getvalue()


async def test_no_get_writes_a_row(service: Service, truth: Truth, cache: Redis) -> None:
    """All GETs of the API together leave every row of every table as it was, not even rewritten."""
    [learner] = await add_learners(truth, 1)
    await truth.execute("UPDATE users SET role = 'admin'")
    examples = {"section_id": "puk", "unit_id": "puk_u1", "level_id": LEVEL, "user_id": learner}
    async with service.client(learner) as client:
        await submit(client)
        assert (await client.put("/me/avatar", content=picture())).status_code == 200
        await until_board_follows(truth, cache)
        before = await all_rows(truth)
        document = (await client.get(f"{service.url}/openapi.json")).json()
        looks = [path for path, item in document["paths"].items() if "get" in item and not path.endswith("/stream")]
        looks = [path for path in looks if set(re.findall(r"{(\w+)}", path)) <= examples.keys()]
        for path in looks:
            url = service.url + path.format_map(examples)
            answer = await client.get(url)
            assert answer.status_code == 200, url
        await asyncio.sleep(0.3)  # longer than the outbox relay's pause: nothing may follow either
        after = await all_rows(truth)
    assert len(looks) >= 15
    assert after == before


async def test_the_first_start_brings_the_training_pack(stores: StoreUrls, owner: Truth, tmp_path: Path) -> None:
    """The first start brings the training pack, so there is something to learn, XP to earn and a board to stand on."""
    assert await owner.fetchval("SELECT count(*) FROM levels") == 0
    await asyncio.to_thread(set_up_database, settings_for(tmp_path), stores)
    await asyncio.to_thread(set_up_database, settings_for(tmp_path), stores)
    [learner] = await add_learners(owner, 1)
    with serve(stores, tmp_path) as service:
        async with service.client(learner) as client:
            sections = (await client.get("/training/sections")).json()
            paths = [(await client.get(f"/training/sections/{s['id']}/path")).json() for s in sections["sections"]]
            earned = await submit(client)
            board = (await client.get("/leaderboard")).json()["data"]["top_users"]
    assert sections["total"] == len(paths) >= 5
    assert all(unit["levels"] for path in paths for unit in path["units"])
    assert await owner.fetchval("SELECT count(*) FROM questions WHERE is_active") >= 3 * len(progress_ids(paths))
    assert earned["xp_earned"] > 0
    assert [row["id"] for row in board] == [learner]


async def test_streak_days_are_the_learners_own(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """A streak's days are the learner's: one UTC day may be two of Jakarta's, two UTC days one of Los Angeles'."""
    jakarta, angeles = await add_learners(truth, 2)
    await truth.execute("UPDATE users SET timezone = 'America/Los_Angeles' WHERE id = $1", angeles)
    clock = MovableClock()
    async with open_services(settings_for(tmp_path), packed_stores, clock=clock) as services:
        await services.library.refresh()

        async def streak_at(learner: int, instant: str) -> tuple[int, date, int]:
            clock.set(datetime.fromisoformat(instant))
            submitted = await services.training.submit(shown_token(learner), ATTEMPT, None)
            row = await truth.fetchrow("SELECT streak, last_active_date FROM users WHERE id = $1", learner)
            assert row is not None
            assert f'"streak":{row["streak"]},'.encode() in submitted.answer
            return row["streak"], row["last_active_date"], (await services.users.get_me(learner)).streak

        assert await streak_at(jakarta, "2026-03-01T16:30:00Z") == (1, date(2026, 3, 1), 1)
        assert await streak_at(jakarta, "2026-03-01T17:30:00Z") == (2, date(2026, 3, 2), 2)
        assert await streak_at(jakarta, "2026-03-02T16:59:00Z") == (2, date(2026, 3, 2), 2)
        assert await streak_at(angeles, "2026-03-01T18:00:00Z") == (1, date(2026, 3, 1), 1)
        assert await streak_at(angeles, "2026-03-02T05:00:00Z") == (1, date(2026, 3, 1), 1)
        assert await streak_at(angeles, "2026-03-02T08:30:00Z") == (2, date(2026, 3, 2), 2)

        clock.set(datetime(2026, 3, 3, 16, 59, tzinfo=UTC))  # a minute before 4 March in Jakarta
        assert (await services.users.get_me(jakarta)).streak == 2
        clock.move(minutes=1)
        assert (await services.users.get_me(jakarta)).streak == 0
    days = await truth.fetch("SELECT day FROM activity_days WHERE user_id = $1 ORDER BY day", jakarta)
    assert [row["day"] for row in days] == [date(2026, 3, 1), date(2026, 3, 2)]


ATTEMPT = SubmitBody(level_id=LEVEL, score=5, total_questions=5, correct_answers=5)


async def statuses(client: httpx.AsyncClient) -> list[str]:
    """Of the first three levels of the path."""
    path = (await client.get("/training/sections/puk/path")).json()
    return [level["status"] for level in path["units"][0]["levels"][:3]]


async def progress(client: httpx.AsyncClient) -> dict[str, str]:
    state: dict[str, str] = (await client.get("/training/progress/state")).json()["progress"]
    return state


def progress_ids(paths: list[dict[str, Any]]) -> set[str]:
    return {level["level_id"] for path in paths for unit in path["units"] for level in unit["levels"]}


async def all_rows(truth: Truth) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, each with the transaction that wrote it."""
    tables = await truth.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    select = "SELECT t.xmin::text AS written_by, t.* FROM {} t ORDER BY t::text"
    return {name: [tuple(row) for row in await truth.fetch(select.format(name))] for (name,) in tables}
