"""The first minute of somebody who has never been here."""

from __future__ import annotations

from tests.web.device import Device
from tests.web.lesson import begin_first_level, check, choose_first


async def test_a_guest_answers_a_question_of_the_first_level(phone: Device) -> None:
    """Without an account: one press, an answer, and at once whether it was right."""
    await phone.open()
    await begin_first_level(phone)
    await choose_first(phone)
    assert await check(phone) in {"right", "wrong"}


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
