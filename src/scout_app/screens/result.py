"""What an attempt brought, question by question."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from scout_app.screens.screen import Screen
from scout_app.service.errors import Refused, Unreachable
from scout_app.service.models import Answer, Question, Result, Verdict
from scout_app.service.outbox import Attempt
from scout_app.ui import parts

if TYPE_CHECKING:
    from scout_app.app import App

STEPS = 24
STEP_SECONDS = 0.03


class ResultScreen(Screen):
    """Right and wrong with explanations, XP, streak, and what opened."""

    def __init__(self, app: App, attempt: Attempt, result: Result) -> None:
        super().__init__(app)
        self._attempt = attempt
        self._result = result
        self._stars = result.stars(attempt.min_correct)
        self._next_title: str | None = None
        self._counted = 0 if result.xp_earned else None

    async def enter(self) -> None:
        self.spawn(self._count_up())
        next_id = self._result.next_level_id
        if next_id is not None:
            try:
                goal = await self.app.api.goal(next_id)
            except (Refused, Unreachable):
                return
            self._next_title = self.t.pick(goal.title, goal.title_en)
            self.render()
            self.refresh()

    async def _count_up(self) -> None:
        """The XP grow before one's eyes."""
        for step in range(1, STEPS + 1):
            if self._counted is None:
                return
            await asyncio.sleep(STEP_SECONDS)
            self._counted = self._result.xp_earned * step // STEPS
            self._xp.value = self.t("result.xp", xp=self._counted)
            self.refresh(self._xp)

    def render(self) -> None:
        width = round(self.app.content_width)
        content = [self._head(), self._doings(), *self._opened()]
        content.append(parts.heading(self.t("result.review"), size=20, level=2))
        questions = {question.id: question for question in map(Question.of, self._attempt.questions)}
        content += [self._review(verdict, questions.get(verdict.question_id)) for verdict in self._result.verdicts]
        self.root.content = parts.scrolling(parts.centred(content, width=width, spacing=14))

    def _head(self) -> ft.Control:
        t, result = self.t, self._result
        self._xp = ft.Text(
            t("result.xp", xp=result.xp_earned if self._counted is None else self._counted),
            size=40,
            weight=ft.FontWeight.W_900,
            color=ft.Colors.ON_TERTIARY_CONTAINER,
        )
        paid = result.xp_earned > 0
        replay = not paid and result.status == "COMPLETED"
        note = None if paid else t("result.replay" if replay else "result.none")
        figures = ft.Row(
            [
                parts.pill(
                    ft.Icons.LOCAL_FIRE_DEPARTMENT_ROUNDED,
                    t("result.streak", n=result.streak),
                    label=t("result.streak", n=result.streak),
                    color=ft.Colors.ON_ERROR_CONTAINER,
                    bgcolor=ft.Colors.ERROR_CONTAINER,
                ),
                parts.pill(
                    ft.Icons.BOLT_ROUNDED,
                    t("result.total", xp=t.number(result.total_xp)),
                    label=t("result.total", xp=t.number(result.total_xp)),
                    color=ft.Colors.ON_SECONDARY_CONTAINER,
                    bgcolor=ft.Colors.SECONDARY_CONTAINER,
                ),
            ],
            spacing=8,
            run_spacing=8,
            wrap=True,
            alignment=ft.MainAxisAlignment.CENTER,
        )
        words: list[ft.Control] = [
            ft.Semantics(
                content=parts.stars(self._stars, size=52, spacing=6),
                label=t("result.stars", n=self._stars),
                container=True,
            ),
            ft.Semantics(
                content=ft.Text(
                    t("result.passed" if self._stars else "result.failed"),
                    size=24,
                    weight=ft.FontWeight.W_800,
                    text_align=ft.TextAlign.CENTER,
                    color=ft.Colors.ON_TERTIARY_CONTAINER,
                ),
                header=True,
                heading_level=1,
                live_region=True,
            ),
            ft.Text(
                t("result.correct", correct=result.correct, total=result.total),
                size=17,
                color=ft.Colors.ON_TERTIARY_CONTAINER,
            ),
        ]
        if paid:
            label = t("result.xp", xp=result.xp_earned)
            words.append(parts.said(self._xp, label))
        if note:
            words.append(ft.Text(note, size=16, text_align=ft.TextAlign.CENTER, color=ft.Colors.ON_TERTIARY_CONTAINER))
        words.append(figures)
        column = ft.Column(words, spacing=10, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
        return parts.card(column, bgcolor=ft.Colors.TERTIARY_CONTAINER, border=None, padding=24)

    def _doings(self) -> ft.Control:
        t, app, next_id = self.t, self.app, self._result.next_level_id

        async def onwards() -> None:
            await app.go(f"/latihan/{next_id}")

        async def to_path() -> None:
            await app.go("/")

        async def again() -> None:
            await app.go(f"/latihan/{self._attempt.level_id}")

        onwards_button = parts.primary(t("result.next"), onwards, autofocus=True, icon=ft.Icons.ARROW_FORWARD_ROUNDED)
        path_button = parts.secondary(t("result.map"), to_path, icon=ft.Icons.MAP_OUTLINED)
        again_button = parts.link(t("result.again"), again)
        if next_id is not None:
            first: ft.Control = onwards_button
        else:
            first = parts.primary(t("result.again"), again, autofocus=True, icon=ft.Icons.REPLAY_ROUNDED)
        row: list[ft.Control] = [first, path_button, *([again_button] if next_id is not None else [])]
        return ft.Column(row, spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)

    def _opened(self) -> list[ft.Control]:
        if self._result.next_level_id is None or not self._result.xp_earned:
            return []
        t = self.t
        told = t("result.unlocked", title=self._next_title) if self._next_title else t("result.unlocked.plain")
        row = ft.Row(
            [
                ft.Icon(ft.Icons.LOCK_OPEN_ROUNDED, color=ft.Colors.ON_SECONDARY_CONTAINER),
                ft.Text(told, size=16, weight=ft.FontWeight.W_600, color=ft.Colors.ON_SECONDARY_CONTAINER, expand=True),
            ],
            spacing=12,
        )
        return [parts.card(row, padding=16, bgcolor=ft.Colors.SECONDARY_CONTAINER, border=None)]

    def _review(self, verdict: Verdict, question: Question | None) -> ft.Control:
        t = self.t
        color = ft.Colors.SECONDARY if verdict.correct else ft.Colors.ERROR
        icon = ft.Icons.CHECK_CIRCLE_ROUNDED if verdict.correct else ft.Icons.CANCEL_ROUNDED
        given = self._said(self._attempt.answers.get(verdict.question_id))
        words = ft.Column(
            [
                ft.Text(
                    t("result.right" if verdict.correct else "result.wrong"),
                    size=15,
                    weight=ft.FontWeight.W_700,
                    color=color,
                ),
                *([parts.body(question.text, weight=ft.FontWeight.W_600)] if question else []),
                parts.small(t("result.yours", answer=given) if given else t("result.skipped")),
                parts.body(verdict.explanation.strip()),
            ],
            spacing=4,
            expand=True,
        )
        row = ft.Row(
            [ft.Icon(icon, color=color, size=28), words], spacing=12, vertical_alignment=ft.CrossAxisAlignment.START
        )
        return parts.card(row, padding=16)

    def _said(self, answer: Answer) -> str:
        """An answer in words."""
        match answer:
            case None:
                return ""
            case bool():
                return self.t("practice.true" if answer else "practice.false")
            case list():
                return " · ".join(answer) if any(" " in item for item in answer) else " ".join(answer)
            case dict():
                return "; ".join(f"{left} – {right}" for left, right in answer.items())
        return answer
