"""For low vision: what has the focus or is chosen can be told, in both themes, in the system's colours, and with more
contrast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page

from scout_os.core.store_urls import StoreUrls
from tests.packs.editing import NEW_KINDS
from tests.servers import load_content
from tests.service import Service, serve
from tests.web.device import Device, device
from tests.web.player import lessons_of, open_lesson

_CONTRAST = """(element, which) => {
    const bright = colour => {
        const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number)
            .map(part => part / 255).map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [light, dark] = [
        getComputedStyle(element)[which],
        getComputedStyle(document.body).backgroundColor,
    ].map(bright).sort((one, another) => another - one);
    return (light + 0.05) / (dark + 0.05);
}"""
_LOOK = """element => {
    const {backgroundColor, borderColor, color} = getComputedStyle(element);
    return [backgroundColor, borderColor, color].join();
}"""

_LOOKS = f"""lamp => new Promise(done => {{
    const seen = {{}};
    const see = () => {{
        seen[lamp.dataset.lit] = ({_LOOK})(lamp);
        if (Object.keys(seen).length === 2) done(seen);
        else requestAnimationFrame(see);
    }};
    see();
}})"""
"""How the lamp looks, dark and lit, by `data-lit`."""


async def contrast(element: Locator, which: str) -> float:
    """Between a colour of the element and the page's ground, as WCAG counts it: 1 to 21."""
    found: float = await element.evaluate(_CONTRAST, which)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_focus_is_seen(app: Service, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    """Its ring stands out from the page, on links, buttons, fields, options and choices."""
    async with device(browser, app.url, scheme=scheme) as phone:
        for screen, part in (("sign-up", "form"), ("settings", ".card"), ("path", ".trail")):
            await phone.open(f"#/{screen}")
            await phone.page.locator(f"[data-screen={screen}] {part}").first.wait_for()
            for _ in range(6):
                await phone.page.keyboard.press("Tab")
                ringed = phone.page.locator(":focus, :focus + span, :focus .node")
                found = [
                    await contrast(element, "outlineColor")
                    for element in await ringed.all()
                    if await element.evaluate("it => getComputedStyle(it).outlineStyle !== 'none'")
                ]
                assert [it for it in found if it >= 3], f"{screen}: {found}"


async def differ(page: Page, one: str, other: str) -> None:
    looks = [await page.locator(each).first.evaluate(_LOOK) for each in (one, other)]
    assert looks[0] != looks[1], f"{one} looks like {other}"


@pytest.fixture
def signals(stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service with the pack of newer kinds."""
    load_content(stores.database_url, NEW_KINDS)
    with serve(stores, tmp_path, web_app="on") as running:
        yield running


async def test_what_is_chosen_is_seen_in_the_systems_own_colours(browser: Browser, signals: Service) -> None:
    """In high contrast, backgrounds are the system's: options, switches, toggles, the lamp and the menu still tell."""
    async with device(browser, signals.url, forced_colors="active", reduced_motion=True) as phone:
        page = phone.page
        await phone.open("#/settings")
        await page.get_by_role("switch").first.wait_for()
        await differ(page, ".segment-box:checked + span", ".segment-box:not(:checked) + span")
        await differ(page, ".switch-box:checked", ".switch-box:not(:checked)")
        await differ(page, ".tabs a[aria-current]", ".tabs a:not([aria-current])")
        await see_signals(phone)


async def see_signals(phone: Device) -> None:
    page = phone.page
    signals, pictures = lessons_of(NEW_KINDS)
    await open_lesson(phone, signals)
    await _skip(page, 1)
    await page.get_by_role("button", name="ke kiri", exact=True).click()
    await page.get_by_role("button", name="Lengan 1", exact=True).click()
    await differ(page, ".dot[data-chosen=true]", ".dot[data-chosen=false]")
    await differ(page, ".toggle[aria-pressed=true]", ".toggle[aria-pressed=false]")
    await _skip(page, 2)
    await page.get_by_role("button", name="Putar").click()
    lamp = await page.locator(".lamp").evaluate(_LOOKS)
    assert lamp["true"] != lamp["false"]
    await open_lesson(phone, pictures)
    await _skip(page, 1)
    await page.get_by_role("button", name="Titik A", exact=True).click()
    await differ(page, ".place[aria-pressed=true]", ".place[aria-pressed=false]")
    await _skip(page, 1)
    await page.locator(".option").first.click()
    await differ(page, ".option:has(:checked)", ".option:not(:has(:checked))")


async def _skip(page: Page, count: int) -> None:
    for _ in range(count):
        await page.get_by_role("button", name="Lewati").click()
        await page.get_by_role("button", name="Lanjut", exact=True).click()


async def test_more_contrast_is_given_to_who_asks(app: Service, browser: Browser) -> None:
    """Quiet text and lines are as strong as the rest."""
    async with device(browser, app.url, contrast="more", scheme="dark") as phone:
        await phone.open("#/settings")
        quiet = phone.page.get_by_text("Hanya bagian yang kamu buka yang diunduh.")
        await quiet.wait_for()
        assert await contrast(quiet, "color") > 14
