"""Without a network, once the app was opened with one."""

from __future__ import annotations

from tests.web.device import Device, Line


async def test_the_app_opens_again_without_a_network(phone: Device, line: Line) -> None:
    """The worker keeps all of the app's files: with the line cut, a reload shows the path, and a level can be learnt."""
    await phone.open()
    await phone.page.locator("a[href^='#/lesson/']").first.wait_for()
    await phone.until_kept()
    line.shut()
    await phone.page.reload()
    await phone.page.locator("a[href^='#/lesson/']").first.click()
    await phone.page.get_by_role("radio").first.check(force=True)
    await phone.press("Periksa")
    await phone.page.locator("[data-verdict]").first.wait_for()
