"""The service without its background work, so that a test decides when the drain steps; and the plain model beside it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chaos.check.board import check_members
from chaos.check.invariants import Violation
from chaos.check.truth import check_always
from chaos.target.stage import Stage
from scout_os.app import create_app
from scout_os.leaderboard.redis.redis_board import BoardAway
from scout_os.leaderboard.sync.rebuild import RebuildRefused
from scout_os.wiring import open_services
from tests.service import add_learners, attempt, settings_for, token

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
        self._stack = AsyncExitStack()
        self.dumps: dict[str, bytes] = {}

    async def open(self) -> None:
        """Open the services, without the jobs that a serving process runs."""
        settings = settings_for(self._directory, limits="off", log_level="ERROR")
        app = create_app(settings, self.stage.fronts)
        self.services = await self._stack.enter_async_context(open_services(settings, self.stage.fronts))
        await self.services.library.refresh()
        app.state.services = self.services
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http = await self._stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://world/api/v1", timeout=10)
        )
        self.owner = await asyncpg.connect(self.stage.stores.owner_database_url)
        self._stack.push_async_callback(self.owner.close)
        self.redis = Redis.from_url(self.stage.stores.redis_url, decode_responses=True)
        self._stack.push_async_callback(self.redis.aclose)

    async def close(self) -> None:
        await self._stack.aclose()

    async def begin(self) -> Player:
        """Nobody there, nothing in Redis, all well; the admin."""
        self.stage.calm()
        self.dumps = {}
        await self.redis.flushall()
        await self.owner.execute(EMPTY)
        admin = (await self.register()).id
        await self.owner.execute("UPDATE users SET role = 'admin' WHERE id = $1", admin)
        return Player(admin)

    async def register(self) -> Player:
        """A new learner."""
        number = await self.owner.fetchval("SELECT coalesce(max(id), 0) FROM users")
        await self.owner.execute("UPDATE users SET username = 'former' || id WHERE username = 'learner1'")
        [added] = await add_learners(self.owner, 1)
        assert added > number
        return Player(added)

    async def submit(self, player: Player, body: dict[str, Any], key: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token(player.id)}"} | ({"Idempotency-Key": key} if key else {})
        return await self.http.post("/training/progress/submit", json=body, headers=headers)

    async def page(self, asker: Player) -> tuple[list[tuple[int, int]], tuple[int, int]]:
        """The board as `asker` sees it: ids with XP, and own rank with XP."""
        response = await self.http.get("/leaderboard?limit=100", headers={"Authorization": f"Bearer {token(asker.id)}"})
        assert response.status_code == 200, response.text
        data = response.json()["data"]
        mine = data["my_rank"]
        return [(row["id"], row["xp"]) for row in data["top_users"]], (mine["rank"], mine["xp"])

    async def admin(self, admin: Player, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token(admin.id)}"}
        return await self.http.request(method, f"/admin/users/{path}", json=body, headers=headers)

    async def rebuild(self, admin: Player) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token(admin.id)}"}
        return await self.http.post("/leaderboard/rebuild", headers=headers)

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
        ends = asyncio.get_running_loop().time() + seconds
        while True:
            await self.step()
            try:
                wrong = await check_members(self.owner, self.redis)
            except (RedisError, ValueError) as error:
                wrong = [Violation("I10", str(error))]
            waiting = await self.owner.fetchval("SELECT count(*) FROM board_outbox")
            if not wrong and not waiting:
                return []
            if asyncio.get_running_loop().time() > ends:
                return [*wrong, Violation("I17", f"{waiting} rows wait")]

    async def truth(self) -> list[Violation]:
        return await check_always(self.owner)


def right(level: str) -> dict[str, Any]:
    """An attempt that passes any level."""
    return attempt(level, 5)


def wrong(level: str) -> dict[str, Any]:
    """An attempt that passes none."""
    return attempt(level, 0)
