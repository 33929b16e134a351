"""Learners who sign up and in with the app itself, and who know the right answers."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.service import Truth
from tests.web.device import Device
from tests.web.lesson import begin_first_level, skip_to_the_end

PASSWORD = "tenda-hujan-kelapa"
FIRST_LEVEL_XP = 10
_KEYS = """async () => {
  const content = await (await fetch("api/v1/training/first-section/content")).json();
  return content.units[0].levels[0].questions;
}"""
BLANK = re.compile("_{2,}")


async def sign_up(phone: Device, name: str, *, username: str | None = None) -> None:
    """Fill in the form of signing up, and see the path."""
    await phone.open("#/sign-up")
    await fill(phone.page, name=name, password=PASSWORD)
    if username is not None:
        await fill(phone.page, username=username)
    await phone.page.get_by_role("button", name="Daftar").click()
    await arrive(phone.page)


async def sign_in(phone: Device, username: str, password: str = PASSWORD) -> None:
    """Fill in the form of signing in, and send it with Enter; what comes then is the test's to say."""
    await phone.open("#/sign-in")
    await fill(phone.page, username=username, password=password)
    await phone.page.keyboard.press("Enter")  # a click could be the first of a double tap with the test's next


async def arrive(page: Page) -> None:
    """The path is shown."""
    await expect(page).to_have_url(re.compile("#/path$"))
    await page.locator(".trail").first.wait_for()


async def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        await page.locator(f"input[name={name}]").fill(text)


async def sign_out(phone: Device) -> None:
    """From the learner's own screen; what waits stays for the sender."""
    await phone.open("#/profile")
    await phone.page.get_by_role("button", name="Keluar", exact=True).click()
    await phone.page.get_by_role("dialog").get_by_role("button", name="Keluar").click()
    await expect(phone.page).to_have_url(re.compile("#/path$"))


async def keys(phone: Device) -> list[dict[str, Any]]:
    """The questions of the first level, as the service has them."""
    questions: list[dict[str, Any]] = await phone.page.evaluate(_KEYS)
    return questions


async def pass_first_level(phone: Device, questions: list[dict[str, Any]] | None = None) -> None:
    """Give the right answers that can be chosen or typed, which is enough, and see the result."""
    questions = questions or await keys(phone)
    await begin_first_level(phone)
    for _ in questions:
        heading = await phone.page.locator("#question").inner_text()
        [asked] = [it for it in questions if all(part in heading for part in BLANK.split(it["question"]))]
        if asked["type"] == "multiple_choice":
            await phone.page.get_by_role("radio", name=asked["payload"]["correct_answer"]).check(force=True)
        elif asked["type"] == "fill_blank":
            await phone.page.get_by_role("textbox").fill(asked["payload"]["correct_answer"])
        else:
            await phone.press("Lewati")
            await onward(phone)
            continue
        await phone.press("Periksa")
        await onward(phone)
    await skip_to_the_end(phone)


async def onward(phone: Device) -> None:
    await phone.control(re.compile("^(Lanjut|Lihat hasil)$")).first.click()


async def xp_of(truth: Truth, username: str) -> int:
    xp: int = await truth.fetchval("SELECT total_xp FROM users WHERE username = $1", username)
    return xp


async def kept(page: Page) -> dict[str, str]:
    """What each store of the app's databases holds, as text."""
    stores: dict[str, str] = await page.evaluate(
        """async () => {
          const all = {};
          for (const {name} of await indexedDB.databases()) {
            const database = await new Promise(done => {
              const request = indexedDB.open(name);
              request.onsuccess = () => done(request.result);
            });
            for (const store of database.objectStoreNames) {
              const rows = await new Promise(done => {
                const request = database.transaction(store).objectStore(store).getAll();
                request.onsuccess = () => done(request.result);
              });
              all[`${name}/${store}`] = JSON.stringify(rows);
            }
            database.close();
          }
          return all;
        }"""
    )
    return stores
