"""Without a network, once the app was opened with one."""

from __future__ import annotations

from tests.web.device import Device, Line
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
