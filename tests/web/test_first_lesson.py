"""The first minute of somebody who has never been here."""

from __future__ import annotations

from tests.web.device import Device


async def test_a_guest_answers_a_question_of_the_first_level(phone: Device) -> None:
    """Without an account: the path, its first level, an answer, and at once whether it was right."""
    await phone.open()
    await phone.page.locator("a[href^='#/lesson/']").first.click()
    await phone.page.get_by_role("radio").first.check(force=True)
    await phone.press("Periksa")
    verdict = phone.page.locator("[data-verdict]").first
    await verdict.wait_for()
    assert await verdict.get_attribute("data-verdict") in {"right", "wrong"}
