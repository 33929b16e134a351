"""One out of several: options, or true and false."""

from __future__ import annotations

from string import ascii_uppercase

import flet as ft

from scout_app.questions.view import AnswerView, choice_style, texts_of
from scout_app.service.models import Answer
from scout_app.ui import parts
from scout_app.ui.theme import QUICK


class MultipleChoice(AnswerView):
    """The answer is the option's text. The number keys choose, too."""

    def prepare(self) -> None:
        self._options: list[tuple[str, str, Answer]] = [
            (letter, option, option)
            for letter, option in zip(ascii_uppercase, texts_of(self.question.payload.get("options")), strict=False)
        ]

    def render(self) -> None:
        self.control.controls = [self._option(*option) for option in self._options]

    def key(self, key: str) -> bool:
        if not (key.isdigit() and 0 < int(key) <= len(self._options)):
            return False
        self.set(self._options[int(key) - 1][2])
        return True

    def _option(self, letter: str, text: str, answer: Answer) -> ft.Control:
        chosen = self.answer is not None and self.answer == answer
        badge = ft.Container(
            ft.Text(
                letter,
                size=15,
                weight=ft.FontWeight.W_700,
                color=ft.Colors.ON_SECONDARY if chosen else ft.Colors.ON_SURFACE_VARIANT,
            ),
            width=32,
            height=32,
            border_radius=16,
            alignment=ft.Alignment.CENTER,
            bgcolor=ft.Colors.SECONDARY if chosen else ft.Colors.SURFACE_CONTAINER_HIGH,
            animate=QUICK,
        )
        words = ft.Text(text, size=17, expand=True)
        button = ft.OutlinedButton(
            content=parts.unread(ft.Row([badge, words], spacing=12)),
            on_click=lambda: self.set(answer),
            style=choice_style(chosen=chosen),
        )
        label = self.t("practice.option.chosen" if chosen else "practice.option", letter=letter, text=text)
        return parts.named(button, label, chosen=chosen, key=f"{self.question.id}/{letter}")


class TrueFalse(MultipleChoice):
    """The answer is true or false."""

    def prepare(self) -> None:
        self._options = [("", self.t("practice.true"), True), ("", self.t("practice.false"), False)]

    def _option(self, _letter: str, text: str, answer: Answer) -> ft.Control:
        chosen = self.answer is answer
        icon = ft.Icons.CHECK_CIRCLE_ROUNDED if answer else ft.Icons.CANCEL_ROUNDED
        words = ft.Row(
            [
                ft.Icon(icon, size=28, color=ft.Colors.SECONDARY if answer else ft.Colors.ERROR),
                ft.Text(text, size=18, weight=ft.FontWeight.W_600),
            ],
            spacing=12,
            tight=True,
        )
        button = ft.OutlinedButton(
            content=parts.unread(words),
            on_click=lambda: self.set(answer),
            style=choice_style(chosen=chosen),
            height=64,
        )
        label = self.t("practice.chosen", text=text) if chosen else text
        return parts.named(button, label, chosen=chosen, key=f"{self.question.id}/{answer}")
