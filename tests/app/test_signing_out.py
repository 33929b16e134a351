"""Signing out, with and without a network."""

from __future__ import annotations

import json

import httpx
from playwright.async_api import Browser

from tests.app.browser import Window, window
from tests.app.learner import PASSWORD, Learner
from tests.app.network import Network
from tests.service import Service, until

KEPT_TOKEN = "Object.entries(localStorage).find(([key]) => key.endsWith('scout.token'))?.[1]"
WELCOME = "Belajar kepramukaan, selangkah setiap hari."


async def test_the_token_is_worth_nothing_once_signed_out(
    lessons: Service, network: Network, site: str, browser: Browser
) -> None:
    """Signed out, nothing is kept on the device, and a copy of the token opens nothing; without a network one is out as well."""
    async with window(browser, site) as here, lessons.client() as anyone:
        await Learner(here).register("Budi Santoso", "budi")
        kept = json.loads(json.loads(await here.page.evaluate(KEPT_TOKEN)))  # JSON in a string, which is JSON again
        headers = {"Authorization": f"Bearer {kept['token']}"}
        assert (await anyone.get("/users/me", headers=headers)).status_code == httpx.codes.OK
        await sign_out(here)

        async def refused() -> bool:
            return (await anyone.get("/users/me", headers=headers)).status_code == httpx.codes.UNAUTHORIZED

        await until(refused, seconds=5)
        await here.fill("Nama pengguna", "budi")
        await here.fill("Kata sandi", PASSWORD)
        await here.press("Masuk")
        await here.sees("Peta belajar")
        await sign_out(here, without=network)


async def sign_out(here: Window, *, without: Network | None = None) -> None:
    """At the end of the profile: press it, and say that one means it."""
    await here.menu("Profil")
    await here.button("Keluar akun").first.scroll_into_view_if_needed()
    if without is not None:
        without.shut()
    await here.press("Keluar akun")
    await here.sees("Keluar akun?")
    await here.press("Keluar akun")
    await here.sees(WELCOME)
    assert await here.page.evaluate(KEPT_TOKEN) is None
