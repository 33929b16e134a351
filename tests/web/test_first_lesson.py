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
