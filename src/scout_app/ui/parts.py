"""The parts that screens are made of. Whatever can be touched is a button with a label, at least 48 high."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import flet as ft

from scout_app.ui.theme import FONT, RADIUS, TOUCH

Handler = Callable[[], Coroutine[Any, Any, None]] | Callable[[], None]
WIDEST = 720.0
"""Text beyond this width is hard to read."""


def heading(
    text: str, *, size: int = 26, color: str = ft.Colors.ON_SURFACE, level: int = 1, centred: bool = False
) -> ft.Semantics:
    """A heading, for the eye and for screen readers."""
    align = ft.TextAlign.CENTER if centred else ft.TextAlign.START
    shown = ft.Text(text, size=size, weight=ft.FontWeight.W_800, color=color, text_align=align)
    return ft.Semantics(content=shown, header=True, heading_level=level)


def body(text: str, *, size: int = 16, color: str = ft.Colors.ON_SURFACE, **more: Any) -> ft.Text:
    return ft.Text(text, size=size, color=color, **more)


def small(text: str, *, color: str = ft.Colors.ON_SURFACE_VARIANT, **more: Any) -> ft.Text:
    return ft.Text(text, size=14, color=color, **more)


def primary(text: str, on_click: Handler, *, icon: ft.IconData | None = None, **more: Any) -> ft.FilledButton:
    """The one thing to do next."""
    return ft.FilledButton(
        content=text,
        icon=icon,
        on_click=on_click,
        height=52,
        style=_style(ft.Colors.ON_SECONDARY, ft.Colors.SECONDARY, disabled=ft.Colors.SURFACE_CONTAINER_HIGHEST),
        **more,
    )


def secondary(text: str, on_click: Handler, *, icon: ft.IconData | None = None, **more: Any) -> ft.OutlinedButton:
    """Something else that can be done."""
    return ft.OutlinedButton(
        content=text,
        icon=icon,
        on_click=on_click,
        height=52,
        style=ft.ButtonStyle(
            color=ft.Colors.ON_SURFACE,
            side=ft.BorderSide(1.5, ft.Colors.OUTLINE),
            shape=ft.RoundedRectangleBorder(radius=RADIUS),
            text_style=ft.TextStyle(font_family=FONT, size=16, weight=ft.FontWeight.W_600),
            padding=ft.Padding.symmetric(horizontal=20),
        ),
        **more,
    )


def link(text: str, on_click: Handler, **more: Any) -> ft.TextButton:
    return ft.TextButton(
        content=text,
        on_click=on_click,
        height=TOUCH,
        style=ft.ButtonStyle(
            color=ft.Colors.PRIMARY, text_style=ft.TextStyle(font_family=FONT, size=16, weight=ft.FontWeight.W_700)
        ),
        **more,
    )


def named(button: ft.Control, label: str, *, chosen: bool | None = None, key: str | None = None) -> ft.Control:
    """`button` as one thing to a screen reader, with a name of its own in place of what is written on it.

    What is written on it must be `unread`. With a `key` it stays the same button, with the focus that it has, when its list
    is drawn anew.
    """
    return ft.MergeSemantics(content=ft.Semantics(content=button, label=label, selected=chosen), key=key)


def said(content: ft.Control, label: str, **more: Any) -> ft.Semantics:
    """`content` for the eye, `label` for whoever listens."""
    return ft.Semantics(content=content, label=label, exclude_semantics=True, container=True, **more)


def unread(content: ft.Control) -> ft.Semantics:
    """For the eye only, because something around it says the same."""
    return ft.Semantics(content=content, exclude_semantics=True)


def icon_button(icon: ft.IconData, label: str, on_click: Handler, **more: Any) -> ft.Control:
    """A button that shows only an icon; `label` is its name."""
    quiet = ft.Colors.OUTLINE_VARIANT if more.get("disabled") else ft.Colors.ON_SURFACE_VARIANT
    more.setdefault("icon_color", quiet)
    return named(ft.IconButton(icon=icon, on_click=on_click, width=TOUCH, height=TOUCH, **more), label)


async def focus(button: ft.Control) -> None:
    """Give the focus to an icon button, if it is still there."""
    match button:
        case ft.MergeSemantics(content=ft.Semantics(content=ft.IconButton() as inner)):
            with suppress(RuntimeError):
                await inner.focus()  # type: ignore[no-untyped-call] # Flet has not typed this one


def field(label: str, **more: Any) -> ft.TextField:
    """A line to type in."""
    edge = ft.BorderSide(1.5, ft.Colors.OUTLINE)
    return ft.TextField(
        label=label,
        border={
            ft.ControlState.DEFAULT: ft.OutlineInputBorder(side=edge, border_radius=14),
            ft.ControlState.FOCUSED: ft.OutlineInputBorder(
                side=ft.BorderSide(2.5, ft.Colors.SECONDARY), border_radius=14
            ),
        },
        text_size=18,
        **more,
    )


def card(
    content: ft.Control, *, padding: int = 20, bgcolor: str = ft.Colors.SURFACE_CONTAINER_LOWEST, **more: Any
) -> ft.Container:
    more.setdefault("border", ft.Border.all(1, ft.Colors.OUTLINE_VARIANT))
    more.setdefault("border_radius", RADIUS)
    return ft.Container(content=content, padding=padding, bgcolor=bgcolor, **more)


def pill(icon: ft.IconData, text: str, *, label: str, color: str, bgcolor: str) -> ft.Semantics:
    """A small figure with its sign, read as one."""
    shown = ft.Container(
        content=ft.Row(
            [ft.Icon(icon, size=20, color=color), ft.Text(text, size=16, weight=ft.FontWeight.W_700, color=color)],
            spacing=6,
            tight=True,
        ),
        bgcolor=bgcolor,
        border_radius=20,
        padding=ft.Padding.symmetric(horizontal=12, vertical=7),
    )
    return said(shown, label)


def avatar(
    name: str, picture_url: str | None, *, radius: int = 22, bgcolor: str = ft.Colors.PRIMARY_CONTAINER
) -> ft.CircleAvatar:
    """A learner's picture; where there is none (or it does not load), the initials."""
    return ft.CircleAvatar(
        content=ft.Text(
            initials(name), size=round(radius * 0.72), weight=ft.FontWeight.W_700, color=ft.Colors.ON_PRIMARY_CONTAINER
        ),
        foreground_image_src=picture_url,
        bgcolor=bgcolor,
        radius=radius,
    )


def initials(name: str) -> str:
    """At most two letters to stand for a name."""
    words = name.split()
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper() or "?"


def stars(count: int, *, size: int = 18, spacing: int = 2) -> ft.Row:
    """Three stars, `count` of them won."""
    shown: list[ft.Control] = [
        ft.Icon(
            ft.Icons.STAR_ROUNDED if number < count else ft.Icons.STAR_OUTLINE_ROUNDED,
            size=size,
            color=ft.Colors.TERTIARY if number < count else ft.Colors.OUTLINE,
        )
        for number in range(3)
    ]
    return ft.Row(shown, spacing=spacing, tight=True, alignment=ft.MainAxisAlignment.CENTER)


def centred(controls: Sequence[ft.Control], *, width: int, **more: Any) -> ft.Container:
    """A column in the middle of the screen, no wider than `width`."""
    more.setdefault("horizontal_alignment", ft.CrossAxisAlignment.STRETCH)
    column = ft.Column(list(controls), **more)
    return ft.Container(content=column, width=width, padding=ft.Padding.symmetric(horizontal=16, vertical=16))


def scrolling(content: ft.Control) -> ft.Column:
    """`content` in the middle, with the whole width to scroll on."""
    return ft.Column(
        [ft.Row([ft.Container(content, expand=True, alignment=ft.Alignment.TOP_CENTER)])],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=0,
    )


def _style(color: str, bgcolor: str, *, disabled: str) -> ft.ButtonStyle:
    return ft.ButtonStyle(
        color={ft.ControlState.DISABLED: ft.Colors.ON_SURFACE_VARIANT, ft.ControlState.DEFAULT: color},
        bgcolor={ft.ControlState.DISABLED: disabled, ft.ControlState.DEFAULT: bgcolor},
        shape=ft.RoundedRectangleBorder(radius=RADIUS),
        text_style=ft.TextStyle(font_family=FONT, size=17, weight=ft.FontWeight.W_700),
        padding=ft.Padding.symmetric(horizontal=24),
        side={ft.ControlState.FOCUSED: ft.BorderSide(3, ft.Colors.TERTIARY)},
    )
