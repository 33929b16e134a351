"""The board while Redis is away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser

from chaos.target.valkey import own_valkey
from scout_os.core.store_urls import StoreUrls
from tests.app.browser import window
from tests.app.learner import PASSWORD, Learner
from tests.app.site import site_running
from tests.service import attempt, serve

LATE = "Menyusul. Papan tetap berjalan, mungkin terlambat sedikit."
LIVE = "Langsung. Papan bergerak saat itu juga."


async def test_an_open_board_goes_on_without_redis_and_says_so(
    lesson_stores: StoreUrls, tmp_path: Path, browser: Browser
) -> None:
    """Redis killed while the board is open: it says that it may be late, still moves, and is live again once Redis is back."""
    with (
        own_valkey(tmp_path) as valkey,
        serve(replace(lesson_stores, redis_url=valkey.url), tmp_path) as shaky,
        site_running(shaky.url) as site,
    ):
        async with window(browser, site) as here:
            await Learner(here).register("Budi Santoso", "budi")
            await here.menu("Peringkat")
            await here.sees(LIVE)
            await asyncio.to_thread(valkey.kill)
            await here.sees(LATE)
            async with shaky.client() as client:
                credentials = {"username": "budi", "password": PASSWORD}
                token = (await client.post("/auth/login", json=credentials)).json()["data"]["access_token"]
                client.headers["Authorization"] = f"Bearer {token}"
                answer = await client.post("/training/progress/submit", json=attempt("simpul_u1_l1", 3, total=3))
                assert answer.json()["xp_earned"] == 10
            await here.sees("Kamu, peringkat 1: Budi Santoso, Siaga Mula, 10 XP")
            await here.sees(LATE)
            await asyncio.to_thread(valkey.start)
            await here.sees(LIVE)
            await here.sees("Kamu, peringkat 1: Budi Santoso, Siaga Mula, 10 XP")
