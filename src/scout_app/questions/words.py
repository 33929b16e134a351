"""A sentence out of words."""

from __future__ import annotations

import flet as ft

from scout_app.questions.view import AnswerView, choice_style, texts_of
from scout_app.ui import parts
from scout_app.ui.theme import TOUCH


class WordBank(AnswerView):
    """The answer is the chosen words in order. A word that is there twice can be used twice."""

    def prepare(self) -> None:
        self._words = texts_of(self.question.payload.get("words"))
        self._chosen = self._places(self.answer if isinstance(self.answer, list) else [])

    def render(self) -> None:
        t = self.t
        chosen: list[ft.Control] = [
            self._word(self._words[place], t("practice.words.put_back", word=self._words[place]), place, chosen=True)
            for place in self._chosen
        ]
        line = ft.Container(
            ft.Row(
                chosen or [parts.body(t("practice.words.empty"), color=ft.Colors.ON_SURFACE_VARIANT)],
                wrap=True,
                spacing=8,
            ),
            padding=12,
            border_radius=14,
            border=ft.Border.all(1.5, ft.Colors.OUTLINE),
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
            size_change_interval=0,
        )
        bank: list[ft.Control] = [
            self._word(word, t("practice.words.take", word=word), place, chosen=False)
            for place, word in enumerate(self._words)
            if place not in self._chosen
        ]
        self.control.controls = [
            parts.small(t("practice.words.chosen")),
            line,
            ft.Row(bank, wrap=True, spacing=8, run_spacing=8),
        ]

    def _word(self, word: str, label: str, place: int, *, chosen: bool) -> ft.Control:
        def touched() -> None:
            if chosen:
                self._chosen.remove(place)
            else:
                self._chosen.append(place)
            self.set([self._words[number] for number in self._chosen] or None)

        button = ft.OutlinedButton(
            content=parts.unread(ft.Text(word, size=16)),
            on_click=touched,
            height=TOUCH,
            style=choice_style(chosen=chosen, compact=True),
            key=f"{self.question.id}/{place}/{chosen}",
        )
        return parts.named(button, label)

    def _places(self, words: list[str]) -> list[int]:
        """Where in the bank the chosen words are, each place once."""
        places: list[int] = []
        for word in words:
            free = (n for n, other in enumerate(self._words) if other == word and n not in places)
            places += [place for place in [next(free, None)] if place is not None]
        return places
