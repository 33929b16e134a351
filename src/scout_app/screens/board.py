"""The leaderboard, as it moves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from scout_app.screens.screen import Screen
from scout_app.service.live import LiveBoard, State
from scout_app.service.models import Board, Profile, Row, ScoutRank
from scout_app.ui import parts
from scout_app.ui.ladder import Ladder
from scout_app.ui.podium import podium

if TYPE_CHECKING:
    from scout_app.app import App

STATES: dict[State, tuple[ft.IconData, str, str]] = {
    "connecting": (ft.Icons.SYNC_ROUNDED, ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_CONTAINER_HIGH),
    "live": (ft.Icons.SENSORS_ROUNDED, ft.Colors.ON_SECONDARY_CONTAINER, ft.Colors.SECONDARY_CONTAINER),
    "catching_up": (ft.Icons.SYNC_ROUNDED, ft.Colors.ON_TERTIARY_CONTAINER, ft.Colors.TERTIARY_CONTAINER),
    "offline": (ft.Icons.CLOUD_OFF_ROUNDED, ft.Colors.ON_ERROR_CONTAINER, ft.Colors.ERROR_CONTAINER),
}
PODIUM = 3


class BoardScreen(Screen):
    """Podium, list, and one's own place always in sight."""

    nav = 1

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._board: Board | None = None
        self._live = LiveBoard(app.api, on_board=self._moved, on_state=self._turned)
        self._ladder: Ladder | None = None
        self._podium = ft.Container()
        self._rest = ft.Container()
        self._mine = ft.Container()
        self._state = ft.Container()
        self._told = ft.Container()

    async def enter(self) -> None:
        if self.app.me is None or not self.app.ranks:
            self.app.me, self.app.ranks = await self.load(self._fetch)
            self.render()
            self.refresh()
        self.spawn(self._live.run())

    async def _fetch(self) -> tuple[Profile, list[ScoutRank]]:
        return await asyncio.gather(self.app.api.me(), self.app.api.scout_ranks())

    def _moved(self, board: Board) -> None:
        before, self._board = self._board, board
        if before == board:
            return
        self._fill(before)
        if before is None:
            self.refresh()
        else:
            changed = [self._podium] if before.rows[:PODIUM] != board.rows[:PODIUM] else []
            self.refresh(*changed, self._rest, self._mine)

    def _turned(self, _: State) -> None:
        self._show_state()
        self.refresh(self._state, self._told)

    def render(self) -> None:
        width = self.app.content_width
        self._ladder = Ladder(self.t, width=width - 32)
        self._show_state()
        self._fill()
        title = ft.Row(
            [parts.heading(self.t("board.title"), size=24), self._state],
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
        told = ft.Column([title, self._told], spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        top = ft.Container(told, width=width, padding=ft.Padding.only(left=16, right=16, top=12, bottom=8))
        content = parts.centred([self._podium, self._rest], width=round(width), spacing=12)
        self.root.content = ft.Column(
            [top, parts.scrolling(content), self._mine],
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )

    def _fill(self, before: Board | None = None) -> None:
        """Show the board; `before` is what is shown already."""
        board, width = self._board, self.app.content_width
        if board is None or self._ladder is None:
            self._podium.content = ft.Container(self.waiting(), height=320, expand=False)
            return
        if not board.rows:
            self._podium.content = self._empty()
            self._rest.content = None
        else:
            if before is None or before.rows[:PODIUM] != board.rows[:PODIUM]:
                self._podium.content = podium(board.rows[:PODIUM], self.t, width=width - 32, me=self._my_id)
            self._rest.content = self._ladder.show(board.rows[PODIUM:], me=self._my_id)
        self._mine.content = self._own_row(board)
        self._mine.alignment = ft.Alignment.CENTER
        self._mine.bgcolor = ft.Colors.SURFACE_CONTAINER_LOWEST
        self._mine.border = ft.Border.only(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT))

    @property
    def _my_id(self) -> int | None:
        return self.app.me.id if self.app.me else None

    def _own_row(self, board: Board) -> ft.Control:
        me, t, width = self.app.me, self.t, self.app.content_width
        row = next((row for row in board.rows if me and row.id == me.id), None)
        if row is None and me is not None and board.my_rank:
            row = Row(board.my_rank, me.id, me.name, board.my_xp, me.picture_url, self.app.scout_rank(board.my_xp))
        if row is None or self._ladder is None:
            line: ft.Control = ft.Row(
                [ft.Icon(ft.Icons.FLAG_ROUNDED, color=ft.Colors.PRIMARY), parts.body(t("board.me.none"), expand=True)],
                spacing=12,
            )
            return ft.Container(line, width=width, padding=16)
        return ft.Container(
            self._ladder.row(row, mine=True), width=width, padding=ft.Padding.symmetric(horizontal=16, vertical=8)
        )

    def _show_state(self) -> None:
        state = self._live.state
        icon, color, bgcolor = STATES[state]
        text = self.t(f"board.state.{state}")
        told = self.t(f"board.state.{state}.text")
        pill = parts.pill(icon, text, label=f"{text}. {told}", color=color, bgcolor=bgcolor)
        pill.live_region = True
        self._state.content = pill
        self._told.content = parts.unread(parts.small(told, text_align=ft.TextAlign.END))
        self._told.visible = state != "live"

    def _empty(self) -> ft.Control:
        column = ft.Column(
            [
                ft.Icon(ft.Icons.EMOJI_EVENTS_OUTLINED, size=64, color=ft.Colors.TERTIARY),
                parts.body(self.t("board.empty"), text_align=ft.TextAlign.CENTER),
            ],
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=12,
        )
        return ft.Container(column, padding=48, alignment=ft.Alignment.CENTER)
