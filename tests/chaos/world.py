"""The service without its background work, so that a test decides when the drain steps; and the plain model beside it."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from redis.asyncio import Redis

from chaos.check.board import check_members, heal_seconds
from chaos.check.invariants import Violation
from chaos.check.truth import check_rest
from chaos.target.stage import Stage
from scout_os.app import create_app
from scout_os.leaderboard.redis.redis_board import BoardAway
from scout_os.leaderboard.sync.rebuild import RebuildRefused
from scout_os.wiring import open_services
from tests.learners import SUBMIT, Admin, make_admin
from tests.service import settings_for, token

EMPTY = """
    SET session_replication_role = replica;
    TRUNCATE users CASCADE;
    TRUNCATE board_outbox;
    SET session_replication_role = origin
"""


@dataclass
class Player:
    """What the model knows of a learner."""

    id: int
    xp: int = 0
    done: set[str] = field(default_factory=set)
    answers: dict[str, tuple[dict[str, Any], bytes]] = field(default_factory=dict)
    suspended: bool = False
    deleted: bool = False


class World:
    """Real stores behind proxies, the application over them, and one event loop for all of it."""

    def __init__(self, stage: Stage, directory: Path) -> None:
        self.stage = stage
        self._directory = directory
        self.stack = AsyncExitStack()
        self.dumps: dict[str, bytes] = {}

    async def open(self) -> None:
        """Open the services, without the jobs that a serving process runs."""
        settings = settings_for(self._directory, limits="off", log_level="ERROR")
        app = create_app(settings, self.stage.fronts)
        self.services = await self.stack.enter_async_context(open_services(settings, self.stage.fronts))
        await self.services.library.refresh()
        app.state.services = self.services
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http, self._admin_http = [
            await self.stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://world/api/v1", timeout=10)
            )
            for _ in range(2)
        ]
        self.owner = await asyncpg.connect(self.stage.stores.owner_database_url)
        self.stack.push_async_callback(self.owner.close)
        self.redis = Redis.from_url(self.stage.stores.redis_url, decode_responses=True)
        self.stack.push_async_callback(self.redis.aclose)

    async def begin(self) -> None:
        """Nobody there but an admin, nothing in Redis, all well."""
        self.stage.calm()
        self.dumps = {}
        await self.redis.flushall()
        await self.owner.execute(EMPTY)
        self.admin = Admin(await make_admin(self.owner), self._admin_http)
        self._admin_http.headers["Authorization"] = f"Bearer {token(self.admin.id)}"

    async def register(self) -> Player:
        """A new learner."""
        sql = "INSERT INTO users (username, name) VALUES ('learner' || gen_random_uuid(), 'Learner') RETURNING id"
        return Player(await self.owner.fetchval(sql))

    async def submit(self, player: Player, body: dict[str, Any], key: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token(player.id)}"} | ({"Idempotency-Key": key} if key else {})
        return await self.http.post(SUBMIT, json=body, headers=headers)

    async def page(self, asker: Player) -> tuple[list[tuple[int, int]], tuple[int, int]]:
        """The board as `asker` sees it: ids with XP, and own rank with XP."""
        response = await self.http.get("/leaderboard?limit=100", headers={"Authorization": f"Bearer {token(asker.id)}"})
        assert response.status_code == 200, response.text
        data = response.json()["data"]
        mine = data["my_rank"]
        return [(row["id"], row["xp"]) for row in data["top_users"]], (mine["rank"], mine["xp"])

    async def step(self) -> bool:
        """One step of the outbox relay; whether Redis let it."""
        relay = self.services.relay
        relay.wake()
        try:
            await relay.step()
        except (BoardAway, RebuildRefused):
            return False
        return True

    async def quiesce(self, seconds: float = 5.0) -> list[Violation]:
        """Step until the board is PostgreSQL's; what is still wrong when time is up."""
        self.stage.calm()
        ends = time.monotonic() + seconds
        while True:
            await self.step()
            if await heal_seconds(self.owner, self.redis, 0) is not None:
                return []
            if time.monotonic() > ends:
                return [*await check_members(self.owner, self.redis), *await check_rest(self.owner)]
