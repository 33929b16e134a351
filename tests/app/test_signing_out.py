"""Signing out, with and without a network."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
from playwright.async_api import Browser

from scout_os.core.store_urls import StoreUrls
from tests.app.browser import Window, window
from tests.app.learner import PASSWORD, Learner
from tests.app.network import behind_a_network
from tests.service import serve, until

KEPT_TOKEN = "Object.entries(localStorage).find(([key]) => key.endsWith('scout.token'))?.[1]"
WELCOME = "Belajar kepramukaan, selangkah setiap hari."


async def test_the_token_is_worth_nothing_once_signed_out(
    lesson_stores: StoreUrls, tmp_path: Path, browser: Browser
) -> None:
    """Signed out, nothing is kept on the device, and a copy of the token opens nothing; without a network one is out as well."""
    with serve(lesson_stores, tmp_path) as service, behind_a_network(service) as (network, site):
        async with window(browser, site) as here, service.client() as anyone:
            await Learner(here).register("Budi Santoso", "budi")
            headers = {"Authorization": f"Bearer {await kept_token(here)}"}
            assert (await anyone.get("/users/me", headers=headers)).status_code == httpx.codes.OK
            await to_signing_out(here)
            await sign_out(here)
            assert await here.page.evaluate(KEPT_TOKEN) is None

            async def refused() -> bool:
                return (await anyone.get("/users/me", headers=headers)).status_code == httpx.codes.UNAUTHORIZED

            await until(refused, seconds=5)
            await here.fill("Nama pengguna", "budi")
            await here.fill("Kata sandi", PASSWORD)
            await here.press("Masuk")
            await here.sees("Peta belajar")
            await to_signing_out(here)
            network.shut()
            await sign_out(here)
            assert await here.page.evaluate(KEPT_TOKEN) is None


async def to_signing_out(here: Window) -> None:
    """To the end of the profile, where it is."""
    await here.menu("Profil")
    await here.button("Keluar akun").first.scroll_into_view_if_needed()


async def sign_out(here: Window) -> None:
    """Press it, and say that one means it."""
    await here.press("Keluar akun")
    await here.sees("Keluar akun?")
    await here.press("Keluar akun")
    await here.sees(WELCOME)


async def kept_token(here: Window) -> str:
    """As the app keeps it on the device: JSON in a string, which is JSON again."""
    kept: dict[str, str] = json.loads(json.loads(await here.page.evaluate(KEPT_TOKEN)))
    return kept["token"]
