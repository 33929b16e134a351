"""Links that lead into the app."""

from __future__ import annotations

from playwright.async_api import expect

from tests.web.device import Device


async def test_a_link_to_a_lesson_opens_it_on_a_new_phone(phone: Device) -> None:
    """The lesson's section comes to the device by itself, whichever section it is."""
    await phone.open("#/lesson/tali_u1_l1")
    await expect(phone.page.locator("#question")).to_be_visible()


async def test_a_link_to_no_lesson_says_so(phone: Device) -> None:
    """An unknown level is told, with a way back."""
    phone.expected.append("404")
    await phone.open("#/lesson/none_u1_l1")
    await phone.sees("Ke peta belajar")
