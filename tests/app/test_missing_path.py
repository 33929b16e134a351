"""A learner for whom there is nothing to learn."""

from __future__ import annotations

import httpx
from playwright.async_api import Browser

from tests.app.browser import window
from tests.app.learner import Learner
from tests.service import Service, Truth, until


async def test_without_lessons_the_path_says_so_and_can_be_asked_for_again(
    lessons: Service, owner: Truth, site: str, browser: Browser
) -> None:
    """All sections retired: no spinner without an end, but a word and a button; with the sections back, it brings the path."""
    async with window(browser, site) as here, lessons.client() as client:
        await Learner(here).register("Budi Santoso", "budi")
        await show_sections(owner, client, shown=False)
        await here.reload()
        await here.sees("Belum ada pelajaran di sini.")
        await show_sections(owner, client, shown=True)
        await here.press("Coba lagi")
        await here.sees("Total 0 XP")


async def show_sections(owner: Truth, client: httpx.AsyncClient, *, shown: bool) -> None:
    """Retire all sections, or bring them back; done when the service knows it."""
    async with owner.transaction():
        await owner.execute("UPDATE sections SET is_active = $1", shown)
        await owner.execute("UPDATE content_state SET version = version + 1")

    async def known() -> bool:
        return bool((await client.get("/training/sections")).json()["sections"]) is shown

    await until(known, seconds=5)
