"""A level's questions one by one, then sending the answers."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import flet as ft

from scout_app import device as kept
from scout_app.questions import AnswerView, view_of
from scout_app.screens.screen import UNAUTHENTICATED, Screen
from scout_app.screens.sending import SendingPanel
from scout_app.service.errors import Refused
from scout_app.service.models import Answer, Json, Question
from scout_app.service.outbox import Attempt, Outbox
from scout_app.ui import parts
from scout_app.ui.theme import CALM, TOUCH

if TYPE_CHECKING:
    from scout_app.app import App


class PracticeScreen(Screen):
    """Every answer is kept on the device at once, so that neither a reload nor a lost connection costs one."""

    tells_of_unsent = True

    def __init__(self, app: App, level_id: str) -> None:
        super().__init__(app)
        self._level_id = level_id
        self._title = level_id
        self._min_correct = 0
        self._attempt_id: str | None = None
        self._questions: list[Question] = []
        self._answers: dict[str, Answer] = {}
        self._index = 0
        self._began = time.time()
        self._view: AnswerView | None = None
        self._sending: SendingPanel | None = None
        self._refusal: str | None = None

    async def enter(self) -> None:
        outbox = self.app.outbox
        if outbox is not None and (on_its_way := outbox.find(self._level_id)) is not None:
            self._show_sending(outbox, on_its_way)
            await self._follow(outbox, on_its_way)
            return
        draft = await self.app.device.get(kept.DRAFT)
        if draft and draft["level_id"] == self._level_id and draft["user_id"] == await self._user_id():
            self._take_up(draft)
        else:
            try:
                goal = await self.load(lambda: self.app.api.goal(self._level_id))
                self._title, self._min_correct = self.t.pick(goal.title, goal.title_en), goal.min_correct
                self._attempt_id, self._questions = await self.load(lambda: self.app.api.begin(self._level_id))
            except Refused as refused:
                self._refusal = self.app.reason(refused)
        self.render()
        self.refresh()

    async def _user_id(self) -> int:
        if self.app.me is None:
            self.app.me = await self.load(self.app.api.me)
        return self.app.me.id

    def _take_up(self, draft: dict[str, Any]) -> None:
        self._title, self._min_correct = draft["title"], draft["min_correct"]
        self._attempt_id = draft["attempt_id"]
        self._questions = [Question.of(question) for question in draft["questions"]]
        self._answers = draft["answers"]
        self._index = min(draft["index"], len(self._questions) - 1)
        self._began = draft["began"]

    async def _keep(self) -> None:
        draft = {
            "user_id": await self._user_id(),
            "level_id": self._level_id,
            "title": self._title,
            "min_correct": self._min_correct,
            "attempt_id": self._attempt_id,
            "questions": [question.as_json() for question in self._questions],
            "answers": self._answers,
            "index": self._index,
            "began": self._began,
        }
        await self.app.device.put(kept.DRAFT, draft)

    def awaits(self, key: str) -> bool:
        return self._sending is not None and self._sending.attempt.key == key

    def outbox_changed(self) -> None:
        if self._sending is not None:
            self._sending.renew()
            self.refresh()

    def key(self, key: str) -> None:
        if self._view is not None and self._sending is None and self._view.key(key):
            self.refresh()

    def render(self) -> None:
        if self._refusal is not None:
            self.root.content = self._refused(self._refusal)
        elif self._sending is not None:
            self._sending.render()
            self.root.content = self._sending.root
        elif not self._questions:
            self.root.content = self.waiting()
        else:
            self.root.content = self._question()

    def _question(self) -> ft.Control:
        t, question = self.t, self._questions[self._index]
        width = self.app.content_width

        def changed(answer: Answer) -> None:
            self._answers[question.id] = answer
            self._next.disabled = answer is None
            self.spawn(self._keep())

        last = self._index == len(self._questions) - 1
        self._next = parts.primary(
            t("practice.send" if last else "practice.next"),
            self._forward,
            expand=True,
            icon=ft.Icons.SEND_ROUNDED if last else None,
        )
        self._view = view_of(question, self._answers.get(question.id), t, changed=changed)
        self._next.disabled = self._view.answer is None
        kind = f"practice.type.{question.type}"
        asked = ft.Column(
            [
                parts.small(t(kind) if t.has(kind) else "", weight=ft.FontWeight.W_600),
                parts.heading(question.text, size=22),
                ft.Container(height=4),
                self._view.control,
            ],
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        middle = ft.Container(asked, width=width, padding=ft.Padding.symmetric(horizontal=16, vertical=12))
        return ft.Column(
            [self._top(width), parts.scrolling(middle), self._bottom(width)],
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            key=question.id,
        )

    def _top(self, width: float) -> ft.Control:
        t, total = self.t, len(self._questions)
        part = (self._index + 1) / total
        room = width - 2 * (TOUCH + 8) - 2 * 8
        bar = ft.Container(
            ft.Container(
                bgcolor=ft.Colors.SECONDARY,
                border_radius=7,
                width=room * part,
                animate=ft.Animation(CALM, ft.AnimationCurve.EASE_OUT_CUBIC),
                key="progress",
            ),
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
            border_radius=7,
            height=14,
            width=room,
            alignment=ft.Alignment.CENTER_LEFT,
        )
        told = t("practice.progress", n=self._index + 1, total=total)
        progress = ft.Column(
            [parts.small(told, text_align=ft.TextAlign.CENTER), bar],
            expand=True,
            spacing=4,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        back = parts.icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("practice.back"), self._back, disabled=self._index == 0)
        leave = parts.icon_button(ft.Icons.CLOSE_ROUNDED, t("practice.leave"), self._leave)
        return ft.Container(
            ft.Row([leave, progress, back], spacing=8),
            width=width,
            padding=ft.Padding.symmetric(horizontal=8, vertical=8),
        )

    def _bottom(self, width: float) -> ft.Control:
        skip = parts.link(self.t("practice.skip"), self._skip)
        row = ft.Row([skip, self._next], spacing=12)
        return ft.Container(
            ft.Container(row, width=width, padding=ft.Padding.symmetric(horizontal=16, vertical=12)),
            alignment=ft.Alignment.CENTER,
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
            border=ft.Border.only(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        )

    async def _skip(self) -> None:
        self._answers[self._questions[self._index].id] = None
        await self._forward()

    async def _forward(self) -> None:
        if self._index + 1 < len(self._questions):
            await self._turn_to(self._index + 1)
        else:
            await self._send()

    async def _back(self) -> None:
        await self._turn_to(self._index - 1)

    async def _turn_to(self, index: int) -> None:
        self._index = index
        self.render()
        self.refresh()
        await self._keep()

    async def _send(self) -> None:
        """Hand the attempt to the outbox; from then on it is its business that it arrives, once."""
        outbox = self.app.outbox
        if outbox is None or self._sending is not None:
            return
        body: dict[str, Any] = {
            "level_id": self._level_id,
            "answers": {question.id: self._answers.get(question.id) for question in self._questions},
            "time_spent_seconds": max(0, round(time.time() - self._began)),
        }
        if self._attempt_id is not None:
            body["attempt_id"] = self._attempt_id
        questions: list[Json] = [question.as_json() for question in self._questions]
        attempt = Attempt(self._level_id, self._title, self._min_correct, body, questions)
        self._show_sending(outbox, attempt)
        await outbox.add(attempt)
        await self.app.device.remove(kept.DRAFT)
        await self._follow(outbox, attempt)

    def _show_sending(self, outbox: Outbox, attempt: Attempt) -> None:
        self._sending = SendingPanel(self.app, outbox, attempt)
        self.render()
        self.refresh()
        self.spawn(self._count_down())

    async def _follow(self, outbox: Outbox, attempt: Attempt) -> None:
        """Wait until the attempt is answered, then show what it brought."""
        try:
            await outbox.answer(attempt)
        except Refused as refused:
            if refused.status == UNAUTHENTICATED:
                await self.app.end_session(self.t("signed_out"))
                return
            self._sending = None
            self._refusal = self.app.reason(refused)
            self.render()
            self.refresh()
            return
        if self.app.screen is self:
            await self.app.go(f"/hasil/{self._level_id}")

    async def _count_down(self) -> None:
        while self._sending is not None:
            await asyncio.sleep(1)
            self.outbox_changed()

    async def wants_to_go(self) -> bool:
        if self._sending is not None or not self._questions or self._refusal is not None:
            return True
        return await self.app.frame.ask(
            title=self.t("practice.leave.title"),
            text=self.t("practice.leave.text"),
            yes=self.t("practice.leave.yes"),
            no=self.t("practice.leave.no"),
        )

    async def _leave(self) -> None:
        await self.app.go("/")

    def _refused(self, why: str) -> ft.Control:
        column = ft.Column(
            [
                ft.Icon(ft.Icons.REPORT_PROBLEM_OUTLINED, size=56, color=ft.Colors.ERROR),
                parts.heading(self.t("practice.refused"), size=22, centred=True),
                parts.body(why, text_align=ft.TextAlign.CENTER),
                parts.primary(self.t("practice.waiting.go"), self._leave, autofocus=True),
            ],
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=16,
            tight=True,
        )
        return ft.Container(
            ft.Semantics(content=column, live_region=True), alignment=ft.Alignment.CENTER, expand=True, padding=24
        )
