"""The learning path: sections, units and levels, and where the learner left off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from scout_app import device as kept
from scout_app.screens.screen import Screen
from scout_app.service.errors import Refused
from scout_app.service.models import Level, Path, Profile, Section, Unit
from scout_app.ui import parts
from scout_app.ui.theme import FONT, TOUCH
from scout_app.ui.trail import Trail

if TYPE_CHECKING:
    from scout_app.app import App


class PathScreen(Screen):
    """One section at a time; the others are a tap away."""

    nav = 0

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._sections: list[Section] = []
        self._path: Path | None = None
        self._is_missing = False
        """Whether the service has no path to show, instead of being still asked for one."""
        self._draft: str | None = None
        self._scroll: ft.Column | None = None

    async def enter(self) -> None:
        me, sections, place, draft = await self.load(self._fetch)
        self.app.me = me
        self._sections = sections
        self._draft = draft
        await self._show_section(place)
        if self._path is not None:
            await asyncio.sleep(0.15)  # the client must have laid the path out before it can scroll on it
            await self._scroll_to_here()

    async def _fetch(self) -> tuple[Profile, list[Section], str | None, str | None]:
        """Who learns here, all sections, the one to show, and the level that was begun and not sent."""
        api, device = self.app.api, self.app.device
        me, sections, place, draft = await asyncio.gather(
            api.me(), api.sections(), device.get(kept.PLACE), device.get(kept.DRAFT)
        )
        known = {section.id for section in sections}
        if place not in known:
            last = await api.last_level()
            place = last.split("_u")[0] if last else None
        if place not in known:
            place = sections[0].id if sections else None
        unfinished = draft["level_id"] if draft and draft.get("user_id") == me.id else None
        return me, sections, place, unfinished

    async def _show_section(self, section_id: str | None) -> None:
        self._path = await self._fetch_path(section_id) if section_id is not None else None
        self._is_missing = self._path is None
        self.render()
        self.refresh()

    async def _fetch_path(self, section_id: str) -> Path | None:
        try:
            return await self.load(lambda: self.app.api.path(section_id))
        except Refused:
            return None  # it was there a moment ago

    def _again(self) -> None:
        self._is_missing = False
        self.render()
        self.refresh()
        self.spawn(self.enter())

    async def _choose(self, section_id: str) -> None:
        await self._show_section(section_id)
        await self.app.device.put(kept.PLACE, section_id)
        if self._scroll is not None:
            await self._scroll.scroll_to(offset=0, duration=0)

    async def _scroll_to_here(self) -> None:
        here = self._here()
        if here is None or self._path is None or self._scroll is None:
            return
        before = [level for unit in self._path.units for level in unit.levels]
        if before and here != before[0].id:
            await self._scroll.scroll_to(scroll_key=here, duration=500, curve=ft.AnimationCurve.EASE_IN_OUT)

    def _here(self) -> str | None:
        """The level to go on with: the first open one after the last completed one, else the first open one."""
        if self._path is None:
            return None
        levels = [level for unit in self._path.units for level in unit.levels]
        done = [number for number, level in enumerate(levels) if level.status == "COMPLETED"]
        after = levels[done[-1] + 1 :] if done else levels
        return next((level.id for level in (*after, *levels) if level.status == "UNLOCKED"), None)

    def render(self) -> None:
        if self._path is None:
            if self._is_missing:
                self.root.content = self.notice(ft.Icons.MAP_OUTLINED, self.t("path.none"), self._again)
            else:
                self.root.content = self.waiting()
            return
        width = self.app.content_width
        here = self._here()
        content: list[ft.Control] = []
        if self._draft:
            content.append(self._unfinished(self._draft))
        for number, unit in enumerate(self._path.units, start=1):
            content.append(self._unit_card(unit, number))
            content.append(Trail(unit, here=here, texts=self.t, width=width - 32, on_level=self._ask).control)
        column = parts.centred(content, width=round(width), spacing=14)
        self._scroll = parts.scrolling(column)
        self.root.content = ft.Column([self._top(), self._scroll], spacing=0, expand=True)

    def _top(self) -> ft.Control:
        me, t = self.app.me, self.t
        streak, total = (me.streak, me.total_xp) if me else (0, 0)
        figures = ft.Row(
            [
                parts.pill(
                    ft.Icons.LOCAL_FIRE_DEPARTMENT_ROUNDED,
                    str(streak),
                    label=t("path.streak", n=streak),
                    color=ft.Colors.ON_ERROR_CONTAINER if streak else ft.Colors.ON_SURFACE_VARIANT,
                    bgcolor=ft.Colors.ERROR_CONTAINER if streak else ft.Colors.SURFACE_CONTAINER_HIGH,
                ),
                parts.pill(
                    ft.Icons.BOLT_ROUNDED,
                    t("path.xp", xp=t.number(total)),
                    label=t("path.total", xp=t.number(total)),
                    color=ft.Colors.ON_TERTIARY_CONTAINER,
                    bgcolor=ft.Colors.TERTIARY_CONTAINER,
                ),
            ],
            spacing=8,
            tight=True,
        )
        first = ft.Row(
            [ft.Container(parts.heading(t("path.title"), size=22), expand=True), figures],
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
        chips = ft.Row([self._chip(section) for section in self._sections], scroll=ft.ScrollMode.AUTO, spacing=8)
        column = ft.Column([first, chips], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        return ft.Container(
            ft.Container(
                column, width=self.app.content_width, padding=ft.Padding.only(left=16, right=16, top=12, bottom=6)
            ),
            alignment=ft.Alignment.TOP_CENTER,
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
            border=ft.Border.only(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        )

    def _chip(self, section: Section) -> ft.Control:
        chosen = self._path is not None and section.id == self._path.section_id

        def choose() -> None:
            self.spawn(self._choose(section.id))

        title = self.t.pick(section.title, section.title_en)
        button = ft.TextButton(
            content=title,
            on_click=choose,
            height=TOUCH,
            style=ft.ButtonStyle(
                color=ft.Colors.ON_PRIMARY if chosen else ft.Colors.ON_SURFACE_VARIANT,
                bgcolor=ft.Colors.PRIMARY if chosen else ft.Colors.SURFACE_CONTAINER,
                shape=ft.StadiumBorder(),
                text_style=ft.TextStyle(font_family=FONT, size=15, weight=ft.FontWeight.W_600),
                padding=ft.Padding.symmetric(horizontal=18),
            ),
        )
        return ft.MergeSemantics(content=ft.Semantics(content=button, selected=chosen))

    def _unfinished(self, level_id: str) -> ft.Control:
        async def go_on() -> None:
            await self.app.go(f"/latihan/{level_id}")

        return parts.secondary(self.t("path.draft"), go_on, icon=ft.Icons.EDIT_NOTE_ROUNDED)

    def _unit_card(self, unit: Unit, number: int) -> ft.Control:
        t = self.t
        done = sum(level.status == "COMPLETED" for level in unit.levels)
        words = ft.Column(
            [
                ft.Text(
                    t("path.unit", n=number),
                    size=14,
                    weight=ft.FontWeight.W_600,
                    color=ft.Colors.ON_SECONDARY_CONTAINER,
                ),
                parts.heading(
                    t.pick(unit.title, unit.title_en), size=19, color=ft.Colors.ON_SECONDARY_CONTAINER, level=2
                ),
                ft.Text(
                    t("path.done", done=done, total=len(unit.levels)), size=14, color=ft.Colors.ON_SECONDARY_CONTAINER
                ),
            ],
            spacing=2,
            expand=True,
        )
        part = done / len(unit.levels) if unit.levels else 0
        ring = ft.ProgressRing(
            value=part,
            width=44,
            height=44,
            stroke_width=6,
            color=ft.Colors.SECONDARY,
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        )
        return parts.card(
            ft.Row([words, ring], spacing=16), padding=16, bgcolor=ft.Colors.SECONDARY_CONTAINER, border=None
        )

    async def _ask(self, level: Level) -> None:
        """What the level is and pays, and the button that begins it."""
        t, frame = self.t, self.app.frame
        panel = ft.Container(padding=24, width=min(520.0, self.app.width))
        sheet = ft.BottomSheet(panel, use_safe_area=True, scrollable=True)

        async def begin() -> None:
            if not sheet.open:
                return  # touched twice
            frame.close(sheet)
            await self.app.device.put(kept.PLACE, level.id.split("_u")[0])
            await self.app.go(f"/latihan/{level.id}")

        done, locked = level.status == "COMPLETED", level.status == "LOCKED"
        pays = t("path.locked") if locked else t("path.no_xp") if done else t("path.pays", xp=level.xp_reward)
        content: list[ft.Control] = [
            parts.small(f"{t('path.number', n=level.number)} · {self._difficulty(level)}"),
            parts.heading(t.pick(level.title, level.title_en), size=22),
            *(
                [ft.Semantics(content=parts.stars(level.stars, size=26), label=t("path.stars", n=level.stars))]
                if done
                else []
            ),
            ft.Row(
                [
                    ft.Icon(ft.Icons.LOCK_ROUNDED if locked else ft.Icons.BOLT_ROUNDED, color=ft.Colors.PRIMARY),
                    parts.body(pays, expand=True),
                ],
                spacing=8,
            ),
        ]
        if locked:
            content.append(parts.secondary(t("close"), lambda: frame.close(sheet)))
        else:
            content.append(parts.primary(t("path.again" if done else "path.start"), begin, autofocus=True))
        panel.content = ft.Column(content, spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self.app.page.show_dialog(sheet)

    def _difficulty(self, level: Level) -> str:
        key = f"path.difficulty.{level.difficulty}"
        return self.t(key) if self.t.has(key) else level.difficulty
