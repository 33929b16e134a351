"""Two sides to bring together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from scout_app.questions.view import AnswerView, choice_style, texts_of
from scout_app.ui import parts


@dataclass(frozen=True, slots=True)
class _Side:
    """One half of a pair, as it is shown."""

    key: str
    text: str
    label: str
    """What a screen reader says."""
    pair: int | None
    """Which pair it belongs to, from 0; None: to none yet."""
    chosen: bool


class Matching(AnswerView):
    """The answer is right by left, once all of the left are matched."""

    def prepare(self) -> None:
        payload = self.question.payload
        pairs = payload.get("pairs")
        if isinstance(pairs, list):
            self._left = [str(pair["left"]) for pair in pairs]
            self._right = self.shuffled([str(pair["right"]) for pair in pairs])
        else:
            self._left, self._right = texts_of(payload.get("left")), texts_of(payload.get("right"))
        self._pairs: dict[int, int] = {}
        self._waiting: int | None = None
        for left, right in (self.answer if isinstance(self.answer, dict) else {}).items():
            self._pairs[self._left.index(left)] = self._right.index(right)

    def render(self) -> None:
        left: list[ft.Control] = [self._left_side(number) for number in range(len(self._left))]
        right: list[ft.Control] = [self._right_side(number) for number in range(len(self._right))]
        sides = [
            ft.Column(side, expand=True, spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, key=name)
            for name, side in (("left", left), ("right", right))
        ]
        self.control.controls = [
            parts.small(self.t("practice.match.hint")),
            ft.Row(list(sides), spacing=12, vertical_alignment=ft.CrossAxisAlignment.START, key="sides"),
        ]

    def _left_side(self, number: int) -> ft.Control:
        text, right = self._left[number], self._pairs.get(number)
        if right is not None:
            label = self.t("practice.match.pair", left=text, right=self._right[right])
        else:
            key = "practice.match.left.chosen" if number == self._waiting else "practice.match.left"
            label = self.t(key, text=text)

        def touched() -> None:
            self._pairs.pop(number, None)
            self._waiting = None if number == self._waiting else number
            self._tell()

        side = _Side(f"l{number}", text, label, pair=None if right is None else number, chosen=number == self._waiting)
        return self._button(side, touched)

    def _right_side(self, number: int) -> ft.Control:
        text = self._right[number]
        left = next((left for left, right in self._pairs.items() if right == number), None)
        if left is not None:
            label = self.t("practice.match.pair", left=text, right=self._left[left])
        else:
            label = self.t("practice.match.right", text=text)

        def touched() -> None:
            if left is not None:
                del self._pairs[left]
            elif self._waiting is not None:
                self._pairs[self._waiting] = number
                self._waiting = None
            self._tell()

        return self._button(_Side(f"r{number}", text, label, pair=left, chosen=False), touched)

    def _tell(self) -> None:
        complete = len(self._pairs) == len(self._left)
        said = {self._left[left]: self._right[right] for left, right in self._pairs.items()}
        self.set(said if complete else None)

    def _button(self, side: _Side, touched: Callable[[], None]) -> ft.Control:
        badge = (
            ft.Container(
                ft.Text(str(side.pair + 1), size=13, weight=ft.FontWeight.W_700, color=ft.Colors.ON_SECONDARY),
                width=24,
                height=24,
                border_radius=12,
                bgcolor=ft.Colors.SECONDARY,
                alignment=ft.Alignment.CENTER,
            )
            if side.pair is not None
            else None
        )
        words = ft.Text(side.text, size=16, expand=True)
        button = ft.OutlinedButton(
            content=parts.unread(ft.Row([words, *([badge] if badge else [])], spacing=6)),
            on_click=touched,
            style=choice_style(chosen=side.chosen or side.pair is not None, compact=True),
            size_change_interval=0,
        )
        return parts.named(button, side.label, chosen=side.chosen, key=f"{self.question.id}/{side.key}")
