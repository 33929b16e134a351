"""Steps to put in order."""

from __future__ import annotations

import asyncio

import flet as ft

from scout_app.questions.view import AnswerView, texts_of
from scout_app.ui import parts

DRAWN_SECONDS = 0.15
"""Until the client has moved what it shall focus on."""


class Ordering(AnswerView):
    """The answer is the items from top to bottom. What is shown first may be right by chance, so it is an answer too."""

    def prepare(self) -> None:
        items = texts_of(self.question.payload.get("items"))
        given = self.answer if isinstance(self.answer, list) else None
        self._items = given if given is not None and sorted(given) == sorted(items) else self.shuffled(items)
        if self.answer is None and self._items:
            self.answer = list(self._items)
            self._changed(self.answer)

    def render(self) -> None:
        last = len(self._items) - 1
        self._arrows: dict[tuple[int, int], ft.Control] = {}
        self.control.controls = [self._item(n, item, up=n > 0, down=n < last) for n, item in enumerate(self._items)]

    def _item(self, number: int, item: str, *, up: bool, down: bool) -> ft.Control:
        shown = ft.Row(
            [
                ft.Text(str(number + 1), size=16, weight=ft.FontWeight.W_800, color=ft.Colors.SECONDARY, width=22),
                ft.Text(item, size=16, expand=True),
            ],
            spacing=4,
        )
        place = self.t("practice.order.item", n=number + 1, item=item)
        words = ft.Row(
            [
                ft.Container(parts.said(shown, place), expand=True, padding=ft.Padding.only(left=8)),
                self._move(ft.Icons.ARROW_UPWARD_ROUNDED, "practice.order.up", number, -1, enabled=up),
                self._move(ft.Icons.ARROW_DOWNWARD_ROUNDED, "practice.order.down", number, 1, enabled=down),
            ],
            spacing=4,
        )
        return parts.card(words, padding=6, key=f"{self.question.id}/{item}")

    def _move(self, icon: ft.IconData, key: str, number: int, by: int, *, enabled: bool) -> ft.Control:
        async def touched() -> None:
            items = self._items
            items[number], items[number + by] = items[number + by], items[number]
            self.set(list(items))
            await self._go_with(number + by, by)

        arrow = parts.icon_button(icon, self.t(key, item=self._items[number]), touched, disabled=not enabled)
        self._arrows[number, by] = arrow
        return arrow

    async def _go_with(self, number: int, by: int) -> None:
        """The focus stays with the item that moved, for whoever moves it by keyboard; at an end, on the way back."""
        at_end = number + by not in range(len(self._items))
        self.control.update()
        await asyncio.sleep(DRAWN_SECONDS)
        await parts.focus(self._arrows[number, -by if at_end else by])
