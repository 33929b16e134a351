"""What all kinds of answers share."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import flet as ft

from scout_app.service.models import Answer, Question
from scout_app.texts import Texts
from scout_app.ui.theme import FONT, QUICK


class AnswerView(ABC):
    """Takes the answer to one question. `answer` is None until there is one."""

    def __init__(self, question: Question, answer: Answer, texts: Texts, *, changed: Callable[[Answer], None]) -> None:
        self.question = question
        self.answer = answer
        self.t = texts
        self._changed = changed
        self.control = ft.Column(spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self.prepare()
        self.render()

    @abstractmethod
    def prepare(self) -> None:
        """Read the question."""

    @abstractmethod
    def render(self) -> None:
        """Fill `control` from what is answered so far."""

    def key(self, _key: str) -> bool:
        """A key was pressed: whether it answers the question. Most kinds have no keys of their own."""
        return False

    def set(self, answer: Answer) -> None:
        """Take an answer, show it and tell of it."""
        self.answer = answer
        self.render()
        self._changed(answer)

    def shuffled(self, items: list[str]) -> list[str]:
        """`items` in an order that says nothing, the same each time this question is shown."""
        return random.Random(self.question.id).sample(items, len(items))  # noqa: S311 - hides no secret


def texts_of(value: Any) -> list[str]:
    """A list of texts out of a payload."""
    return [str(item) for item in value] if isinstance(value, list) else []


def choice_style(*, chosen: bool, compact: bool = False) -> ft.ButtonStyle:
    """How something to choose looks, chosen or not."""
    edge = ft.BorderSide(2.5, ft.Colors.SECONDARY) if chosen else ft.BorderSide(1.5, ft.Colors.OUTLINE)
    return ft.ButtonStyle(
        color=ft.Colors.ON_SECONDARY_CONTAINER if chosen else ft.Colors.ON_SURFACE,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if chosen else ft.Colors.SURFACE_CONTAINER_LOWEST,
        side={ft.ControlState.FOCUSED: ft.BorderSide(3, ft.Colors.TERTIARY), ft.ControlState.DEFAULT: edge},
        shape=ft.RoundedRectangleBorder(radius=14),
        padding=ft.Padding.symmetric(horizontal=14, vertical=14 if compact else 16),
        text_style=ft.TextStyle(
            font_family=FONT, size=16, weight=ft.FontWeight.W_600 if chosen else ft.FontWeight.W_500
        ),
        alignment=ft.Alignment.CENTER_LEFT,
        animation_duration=QUICK,
        visual_density=ft.VisualDensity.STANDARD,
    )
