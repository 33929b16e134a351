"""Every screen of a learner's own, in all sizes, themes and languages, for all learners."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from typing import Literal

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.contract.packs import read_sections
from tests.servers import PACK_DIR
from tests.service import Service, Truth, add_learners
from tests.web.accessible import serious_findings
from tests.web.conftest import SOURCE
from tests.web.device import LARGE, SMALL, Device, device, until_true
from tests.web.learners import PASSWORD, arrive
from tests.web.signed_in import open_signed_in

GUEST = ("", "#/path", "#/sign-in", "#/sign-up", "#/forgot", "#/waiting", "#/about", "#/settings", "#/profile")
OWN = ("#/path", "#/profile", "#/edit-profile", "#/settings", "#/account", "#/waiting", "#/erased")
PHONE = (412, 732)
LIGHT_GROUND, DARK_GROUND = "rgb(251, 246, 236)", "rgb(25, 18, 13)"
TOO_WIDE = """(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth ? [] :
    [...document.querySelectorAll("body *")]
    .filter(it => it.getBoundingClientRect().right > clientWidth)
    .map(it => `wider than the window: ${it.outerHTML.slice(0, 120)}`))(document.documentElement)"""
SMALL_TARGETS = """[...document.querySelectorAll("a, button, input, summary, [role=switch]")]
    .filter(it => it.checkVisibility() && !it.closest("p, .switch, label"))
    .map(it => [it.outerHTML.slice(0, 120), it.getBoundingClientRect()])
    .filter(([_, {width, height}]) => height > 0 && (height < 47.5 || width < 43.5))
    .map(([html, {width, height}]) => `${html}: ${width} x ${height}`)"""
NEXT_FRAME = "new Promise(requestAnimationFrame)"
"""Before it, the page is told of the system's theme."""
ALL_DOWNLOADED = f"""new Promise(done => {{
    indexedDB.open("scout-os-device").onsuccess = ({{target: {{result: device}}}}) => {{
        const counting = device.transaction("sections").objectStore("sections").count();
        counting.onsuccess = () => {{ device.close(); done(counting.result === {len(read_sections(PACK_DIR))}); }};
    }};
}})"""


@pytest.fixture(
    params=[
        (SMALL, "light", "id"),
        (SMALL, "dark", "en"),
        (PHONE, "dark", "id"),
        (PHONE, "light", "en"),
        (LARGE, "light", "en"),
        (LARGE, "dark", "id"),
    ],
    ids=lambda it: f"{it[0][0]}-{it[1]}-{it[2]}",
)
async def any_phone(app: Service, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Device]:
    size: tuple[int, int]
    scheme: Literal["light", "dark"]
    language: Literal["id", "en"]
    size, scheme, language = request.param
    async with device(browser, app.url, size=size, scheme=scheme, language=language) as here:
        yield here


async def faults(page: Page) -> list[str]:
    """What is wrong with the screen that is shown."""
    found = await serious_findings(page)
    for look in (TOO_WIDE, SMALL_TARGETS):
        found.extend(await page.evaluate(look))
    return found


async def test_screens_of_a_guest_are_for_everybody(any_phone: Device) -> None:
    """No serious finding of axe-core, nothing wider than the window, nothing too small for a finger."""
    await any_phone.open()
    for screen in GUEST:
        await any_phone.open(screen)
        await any_phone.shows(screen.removeprefix("#/") or "start")
        assert not await faults(any_phone.page), screen


async def test_screens_of_a_learner_are_for_everybody(any_phone: Device, truth: Truth) -> None:
    """The same with an account, forms unfolded."""
    [learner] = await add_learners(truth, 1)
    await open_signed_in(any_phone, learner, "#/profile")
    for screen in OWN:
        await any_phone.open(screen)
        await any_phone.shows(screen.removeprefix("#/"))
        for summary in await any_phone.page.locator("summary").all():
            await summary.click()
        assert not await faults(any_phone.page), screen


async def test_text_of_twice_the_size_is_not_lost(app: Service, browser: Browser, truth: Truth) -> None:
    """All screens wrap; none becomes wider than a small window."""
    [learner] = await add_learners(truth, 1)
    async with device(browser, app.url) as phone:
        await open_signed_in(phone, learner, "#/profile")
        for screen in sorted({*GUEST, *OWN} - {""}):  # a learner begins on the path
            await phone.open(screen)
            await phone.shows(screen.removeprefix("#/"))
            await phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert await phone.page.evaluate(TOO_WIDE) == [], screen


def test_styles_ask_for_the_theme_in_one_way() -> None:
    """By the page's `data-theme`, never by the system's scheme: what is drawn for one dark theme is drawn for both."""
    asking = [path.name for path in (SOURCE / "styles").glob("*.css") if "prefers-color-scheme" in path.read_text()]
    assert asking == []


async def test_the_systems_theme_is_followed_until_one_is_chosen(app: Service, browser: Browser) -> None:
    """From before the app runs, and as the system changes it."""
    async with device(browser, app.url, scheme="dark") as phone:
        page, body = phone.page, phone.page.locator("body")
        await page.route("**/*.js", lambda route: route.abort())
        await phone.open("#/settings")
        with Image.open(io.BytesIO(await page.screenshot())) as picture:
            assert max(picture.convert("L").tobytes()) < 64
        await page.unroute("**/*.js")
        await page.reload()
        await expect(body).to_have_css("background-color", DARK_GROUND)
        await page.emulate_media(color_scheme="light")
        await expect(body).to_have_css("background-color", LIGHT_GROUND)
        await page.get_by_role("radio", name="Gelap").check()
        await expect(body).to_have_css("background-color", DARK_GROUND)
        await page.emulate_media(color_scheme="dark")
        await page.evaluate(NEXT_FRAME)
        await page.emulate_media(color_scheme="light")
        await page.evaluate(NEXT_FRAME)
        await expect(body).to_have_css("background-color", DARK_GROUND)


async def tab_to(page: Page, name: str | re.Pattern[str]) -> None:
    """Tab to the control of this name."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            "document.activeElement.ariaLabel || document.activeElement.labels?.[0]?.textContent"
            " || document.activeElement.textContent.trim()"
        )
        if re.search(name, focused):
            return
    raise AssertionError(f"{name} cannot be reached")


async def enter(page: Page, name: str) -> None:
    """Tab to the control of this name, and press Enter."""
    await tab_to(page, name)
    await page.keyboard.press("Enter")


async def test_the_keyboard_alone_signs_up_changes_and_signs_out(phone: Device, truth: Truth) -> None:
    """From the first screen to an account, a changed theme and password, and out again, without a pointer."""
    page, keys = phone.page, phone.page.keyboard
    await phone.open()
    await page.locator("h1").wait_for()
    await enter(page, "^Masuk$")
    await phone.sees("Selamat datang lagi!")
    await enter(page, "^Daftar$")
    await phone.sees("Ayo bergabung!")
    await tab_to(page, "^Nama$")
    await keys.type("Joko Widodo Kecil")
    await tab_to(page, "^Kata sandi$")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await arrive(page)
    assert await truth.fetchval("SELECT count(*) FROM users WHERE username = 'joko.widodo.kecil'") == 1
    await enter(page, "^Aku$")
    await phone.sees("@joko.widodo.kecil")
    await enter(page, "^Pengaturan$")
    await phone.sees("Tampilan")
    await tab_to(page, "^(Terang|Gelap|Ikut HP)$")
    await keys.press("ArrowLeft")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await tab_to(page, "^Getar")
    await keys.press("Space")
    await expect(page.get_by_role("switch", name="Getar")).not_to_be_checked()
    await page.evaluate("location.hash = '#/account'")
    await phone.sees("Ganti kata sandi")
    await enter(page, "^Ganti kata sandi$")
    await tab_to(page, "^Kata sandi sekarang$")
    await keys.type(PASSWORD)
    await tab_to(page, "^Kata sandi baru$")
    await keys.type("perahu-bulan-jagung")
    await keys.press("Enter")
    await phone.sees("Kata sandi diganti. HP lain perlu masuk lagi.")
    await page.evaluate("location.hash = '#/profile'")
    await phone.sees("@joko.widodo.kecil")
    await enter(page, "^Keluar$")
    await phone.sees("Keluar dari akun?")
    await enter(page, "^Keluar$")
    await expect(page).to_have_url(re.compile("#/path$"))
    await page.evaluate("location.hash = '#/profile'")
    await phone.sees("Halo, Pramuka!")


async def test_a_cold_start_asks_little(app: Service, browser: Browser) -> None:
    """A new phone gets its first question with one request for content; a known one asks only what is new."""
    async with device(browser, app.url, service_workers="block") as phone:
        asked: list[str] = []
        phone.page.on("request", lambda request: asked.append(request.url.partition("/api/v1")[2]))
        await phone.open()
        await phone.press("Ayo mulai!")
        await phone.page.locator("#question").wait_for()
        await phone.page.wait_for_load_state("networkidle")
        content = [path for path in asked if path.startswith("/training")]
        assert content[0] == "/training/first-section/content?english=false"
        assert len([path for path in asked if path]) <= 10, asked
        await phone.open("#/path")
        # Who begins late on a slow machine gets the other sections at the next start.
        async with phone.page.expect_response("**/training/sections"):
            await phone.page.reload()
        await until_true(phone.page, ALL_DOWNLOADED)
        asked.clear()
        async with phone.page.expect_response("**/training/sections"):
            await phone.page.reload()
        await phone.page.locator(".trail").first.wait_for()
        await phone.page.wait_for_load_state("networkidle")
        assert [path for path in asked if path] == ["/training/sections"]


async def test_the_present_level_is_marked_and_in_sight(phone: Device, truth: Truth, app: Service) -> None:
    """After four levels: stars, the way walked, and the fifth level on the screen; locked ones say why."""
    [learner] = await add_learners(truth, 1)
    async with app.client(learner) as client:
        for number in range(1, 5):
            body = {"level_id": f"puk_u1_l{number}", "correct_answers": 5}
            assert (await client.post("/training/progress/submit", json=body)).status_code == 200
    await open_signed_in(phone, learner, "#/path")
    here = phone.page.locator("[aria-current=step]")
    await expect(here).to_contain_text("Dari Gilwell ke Jambore Dunia")
    await expect(here).to_be_in_viewport()
    await expect(phone.page.locator(".stop[data-status=COMPLETED]")).to_have_count(4)
    await phone.page.locator("button", has_text="Level 2: ").first.press("Enter")
    await expect(phone.page.get_by_text("Selesaikan level sebelumnya dulu, ya.").first).to_be_visible()
