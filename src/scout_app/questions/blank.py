"""A text to fill in."""

from __future__ import annotations

import flet as ft

from scout_app.questions.view import AnswerView
from scout_app.ui import parts


class Blank(AnswerView):
    """The answer is what was typed; nothing but blanks is none."""

    def prepare(self) -> None:
        """There is nothing to read but the question."""

    def render(self) -> None:
        if self.control.controls:
            return  # the field shows what is typed by itself

        def typed(event: ft.Event[ft.TextField]) -> None:
            self.set(event.control.value if event.control.value.strip() else None)

        field = parts.field(
            self.t("practice.answer"),
            value=self.answer if isinstance(self.answer, str) else "",
            autofocus=True,
            autocorrect=False,
            enable_suggestions=False,
            on_change=typed,
            max_length=200,
            counter="",
        )
        self.control.controls = [field]
