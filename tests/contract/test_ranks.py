"""Scout ranks follow the content."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.rules import DEFAULT_RANKS
from tests.leaderboard.stream.watching import watching
from tests.packs.editing import SIX_TYPES, copy_pack
from tests.servers import load_content
from tests.service import Truth, add_learners, attempt, serve, until

RANKS = "ranks:\n  - {name: Awal, name_en: Beginner, from_xp: 0}\n  - {name: Lanjut, from_xp: 10}\n"


async def level_of(client: httpx.AsyncClient) -> str:
    """What the only learner on the board is called."""
    [row] = (await client.get("/leaderboard")).json()["data"]["top_users"]
    return str(row["level"])


async def test_ranks_follow_a_load(stores: StoreUrls, owner: Truth, tmp_path: Path) -> None:
    """A pack without ranks has the default ones; the next pack's are shown within seconds, on the board, beside one's own
    rank, in open streams and in the list, although nobody's XP changes.
    """
    await asyncio.to_thread(load_content, stores.database_url, SIX_TYPES)
    named = copy_pack(tmp_path / "pack")
    (named / "pack.yaml").write_text(RANKS)
    [learner_id] = await add_learners(owner, 1)
    with serve(stores, tmp_path) as service:
        async with service.client(learner_id) as client:
            await client.post("/training/progress/submit", json=attempt("simpul_u1_l1", 3))
            assert await level_of(client) == DEFAULT_RANKS[0].name == "Siaga Mula"
            listed = (await client.get("/leaderboard/ranks")).json()["data"]["ranks"]
            assert [(rank["name"], rank["name_en"], rank["from_xp"]) for rank in listed] == [
                (rank.name, None, rank.from_xp) for rank in DEFAULT_RANKS
            ]
            async with watching(client) as reading:
                first = await reading.next()
                assert first.data["leaderboard"]["data"]["top_users"][0]["level"] == "Siaga Mula"
                await asyncio.to_thread(load_content, stores.database_url, named)

                async def is_renamed() -> bool:
                    return await level_of(client) == "Lanjut"

                await until(is_renamed, seconds=5)
                levels = {first.data["leaderboard"]["data"]["top_users"][0]["level"]}
                while "Lanjut" not in levels:  # a state from before the load may still be on its way
                    following = await reading.next()
                    levels.add(following.data["leaderboard"]["data"]["top_users"][0]["level"])
                assert levels == {"Siaga Mula", "Lanjut"}
            around = (await client.get("/leaderboard/me?neighbours=3")).json()["data"]["neighbours"]
            assert [row["level"] for row in around] == ["Lanjut"]
            listed = (await client.get("/leaderboard/ranks")).json()["data"]["ranks"]
            assert listed == [
                {"name": "Awal", "name_en": "Beginner", "from_xp": 0},
                {"name": "Lanjut", "name_en": None, "from_xp": 10},
            ]
