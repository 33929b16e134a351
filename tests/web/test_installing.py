"""The app on the home screen: what a browser needs for it, and when the app proposes it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.web.device import Device, until_true
from tests.web.lesson import begin_first_level, skip_to_the_end

WHY = "Mau buka lebih cepat?"
OFFER = """() => dispatchEvent(Object.assign(new Event("beforeinstallprompt", {cancelable: true}),
    {prompt: async () => { window.asked = true; }}))"""
"""What Chromium does when it could install the app; it does not do so in windows that forget everything, as here."""


async def play(phone: Device, lessons: int) -> None:
    for _ in range(lessons):
        await phone.open()
        await begin_first_level(phone)
        await skip_to_the_end(phone)
    await phone.open("#/path")
    await phone.shows("path")


async def test_a_browser_can_install_it(phone: Device) -> None:
    """The manifest is read without an error, and nothing is missing, except that this window forgets everything."""
    await phone.open()
    await phone.until_kept()
    session = await phone.context.new_cdp_session(phone.page)
    assert (await session.send("Page.getAppManifest"))["errors"] == []
    problems = (await session.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    assert [problem["errorId"] for problem in problems] == ["in-incognito"]


async def test_it_is_proposed_after_the_second_lesson(phone: Device) -> None:
    """Not before; then a card with a button that asks the browser."""
    await play(phone, 1)
    await phone.page.evaluate(OFFER)
    await expect(phone.page.get_by_text(WHY)).to_have_count(0)
    await play(phone, 1)
    await expect(phone.page.get_by_text(WHY)).to_have_count(0)
    await phone.page.evaluate(OFFER)
    await phone.press("Pasang")
    await until_true(phone.page, "window.asked")
    await expect(phone.page.get_by_text(WHY)).to_have_count(0)


async def test_no_is_no(phone: Device) -> None:
    """Once declined, it is proposed never again."""
    await play(phone, 2)
    await phone.page.evaluate(OFFER)
    await phone.press("Tidak usah")
    await expect(phone.page.get_by_text(WHY)).to_have_count(0)
    await phone.page.reload()
    await phone.page.evaluate(OFFER)
    await phone.shows("path")
    await expect(phone.page.get_by_text(WHY)).to_have_count(0)


async def test_on_apples_devices_the_menu_is_named(phone: Device) -> None:
    """There is no offer there, only a word of the browser's that says whether the app is on the home screen."""
    await phone.page.add_init_script("Object.defineProperty(navigator, 'standalone', {get: () => false})")
    await play(phone, 2)
    await phone.sees("Mau buka lebih cepat? Ketuk Bagikan, lalu “Tambah ke Layar Utama”.")


@pytest.mark.parametrize(("theme", "colour"), [("light", "#fbf6ec"), ("dark", "#19120d"), ("system", "#fbf6ec")])
async def test_the_bars_around_the_app_have_its_colour(phone: Device, theme: str, colour: str) -> None:
    """In both themes, and with the system's."""
    await phone.page.add_init_script(f"localStorage.setItem('scout-os.theme', '{theme}')")
    await phone.open()
    await phone.page.get_by_role("heading").first.wait_for()
    shown = (
        """[...document.querySelectorAll('meta[name=theme-color]')].find(it => matchMedia(it.media).matches).content"""
    )
    assert await phone.page.evaluate(shown) == colour
    ground = await phone.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ground')")
    assert ground.strip() == colour
