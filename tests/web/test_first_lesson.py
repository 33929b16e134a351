"""The first minute of somebody who has never been here."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.web.device import Device, Line
from tests.web.lesson import begin_first_level, check, choose_first
from tests.web.player import lessons_of

FIRST, *_ = lessons_of(Path(__file__).parents[2] / "content" / "pramuka")


async def test_a_guest_answers_a_question_of_the_first_level(phone: Device) -> None:
    """Without an account: one press, an answer, and at once whether it was right."""
    await phone.open()
    await begin_first_level(phone)
    await choose_first(phone)
    assert await check(phone) in {"right", "wrong"}


async def test_who_chooses_english_after_the_content_came_begins_in_english(phone: Device) -> None:
    """The content came in Indonesian alone; the first lesson waits for the other texts."""
    question = FIRST.questions[0]
    await phone.open()
    await phone.until_kept()
    await phone.press("English")
    await phone.press("Let's go!")
    await expect(phone.page.locator("#question")).to_contain_text(question["question_en"])


async def test_who_chooses_english_without_a_signal_begins_in_indonesian(phone: Device, line: Line) -> None:
    """A lesson in the other language is better than none."""
    await phone.open()
    await phone.until_kept()
    await phone.press("English")
    await phone.sees("Let's go!")
    line.shut()
    await phone.set_offline(True)
    await phone.press("Let's go!")
    await expect(phone.page.locator("#question")).to_contain_text(FIRST.questions[0]["question"])


async def test_a_full_phone_is_told_so_from_the_start(phone: Device) -> None:
    """Where nothing can be kept, it is the phone that is called full, not the signal that is called missing."""
    opened = await phone.context.new_cdp_session(phone.page)
    await opened.send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": 1})
    await phone.open()
    await phone.press("Ayo mulai!")
    await phone.sees("Memori HP-mu penuh. Hapus foto atau aplikasi dulu, lalu coba lagi.")
    await opened.send("Storage.overrideQuotaForOrigin", {"origin": phone.url})
    await phone.press("Coba lagi")
    await phone.page.get_by_role("radio").first.wait_for()
