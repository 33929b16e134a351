"""What a learner does in the app, and what the pack of six types wants to hear."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.app.browser import Window
from tests.contract.packs import read_lessons

SIX_TYPES = Path(__file__).parents[1] / "packs" / "six_types"
PRESSES = 3
LOST_SECONDS = 3.0
"""A press that shows nothing for so long was lost: Flutter drops those that come while it draws a new screen."""
PASSWORD = "tunas-kelapa-1961"
LESSONS = {lesson.id: lesson for lesson in read_lessons(SIX_TYPES)}


@dataclass(frozen=True)
class Learner:
    """Who sits before a window."""

    window: Window

    async def register(self, name: str, username: str) -> None:
        """From the first screen to the path."""
        await self.window.press("Daftar")
        await self.window.sees("Ayo bergabung!")
        await self.window.fill("Nama", name)
        await self.window.fill("Nama pengguna", username)
        await self.window.fill("Kata sandi", PASSWORD)
        await self.window.press("Daftar")
        await self.window.sees("Peta belajar")

    async def begin(self, level: str) -> None:
        """From the path into a level, by what its button says."""
        await self.window.press_when_still(re.compile(level))
        await self.window.press("Mulai")
        await self.window.sees(re.compile("^Soal 1 dari"))

    async def answer_all(self, level_id: str) -> None:
        """All questions of the level, right, but for the last button."""
        questions = LESSONS[level_id].questions
        for number, question in enumerate(questions, start=1):
            await self.window.sees(f"Soal {number} dari {len(questions)}")
            await self.answer(question)
            if number < len(questions):
                await self.window.press("Lanjut")

    async def send(self) -> None:
        await self.window.press("Kirim jawaban")

    async def choose(self, name: str, *, shows: str) -> None:
        """Press it; again if it is still there and nothing came of it, as a person would."""
        for _ in range(PRESSES):
            await self.window.press(name)
            with suppress(AssertionError):
                await self.window.sees(shows, within=LOST_SECONDS)
                return
            if not await self.window.button(name).first.is_visible():
                break
        await self.window.sees(shows)

    async def answer(self, question: dict[str, Any]) -> None:
        payload = question["payload"]
        match question["type"]:
            case "multiple_choice":
                await self.window.press(re.compile(rf"^[A-Z]\. {re.escape(payload['correct_answer'])}$"))
            case "true_false":
                await self.window.press("Benar" if payload["correct_answer"] else "Salah")
            case "fill_blank":
                await self.window.fill("Jawabanmu", payload["correct_answer"])
            case "word_bank":
                for word in payload["correct_order"]:
                    await self.choose(f"Pakai kata {word}", shows=f"Kembalikan kata {word}")
            case "matching":
                for pair in payload["pairs"]:
                    left, right = pair["left"], pair["right"]
                    await self.choose(f"Kiri: {left}", shows=f"Kiri: {left}, dipilih")
                    await self.choose(f"Kanan: {right}", shows=f"{left}, berpasangan dengan {right}")
            case "ordering":
                await self._put_in_order(payload["items"])

    async def _put_in_order(self, items: list[str]) -> None:
        """By the arrows, item by item to its place."""
        for place, item in enumerate(items):
            while (now := (await self.order()).index(item)) > place:
                await self.window.press(f"Naikkan {item}")
                await expect(self.window.page.get_by_text(f"{now}. {item}", exact=True)).to_be_attached()

    async def order(self) -> list[str]:
        """The items of an ordering question, from top to bottom."""
        names = await self.window.button(re.compile("^Naikkan ")).all_inner_texts()
        return [name.removeprefix("Naikkan ") for name in names]
