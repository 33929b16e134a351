"""Without a network, once the app was opened with one."""

from __future__ import annotations

import re

from tests.service import Service
from tests.web.device import Device, Line, until_true
from tests.web.lesson import FIRST_LEVEL, begin_first_level, skip_to_the_end


async def test_the_app_opens_again_without_a_network(phone: Device, line: Line) -> None:
    """The worker keeps all of the app's files: with the line cut, a reload shows the path, and a lesson can be played."""
    await phone.open("#/path")
    await phone.page.locator(FIRST_LEVEL).first.wait_for()
    await phone.until_kept()
    line.shut()
    await phone.page.reload()
    await begin_first_level(phone)
    await skip_to_the_end(phone)
    assert "#/result/" in phone.page.url


async def test_all_of_the_pack_comes_with_its_drawings(phone: Device, app: Service) -> None:
    """Who downloads everything before a meeting without a network has each drawing, also the first that was asked for."""
    drawings: set[str] = set()
    async with app.client() as client:
        for section in (await client.get("/training/sections")).json()["sections"]:
            content = await client.get(f"/training/sections/{section['id']}/content?english=false")
            drawings.update(re.findall(r"media/content/\w+\.svg", content.text))
    await phone.open("#/settings")
    await phone.press(re.compile("^Unduh semua bagian"))
    await phone.sees("5 dari 5 bagian ada di HP ini.")
    kept = "caches.open('scout-os-content').then(cache => cache.keys()).then(kept => kept.length)"
    await until_true(phone.page, f"{kept}.then(kept => kept === {len(drawings)})")
