"""Scout brown, green and gold, light and dark. Each text colour has at least 4.5:1 on what it is written on (WCAG AA)."""

from __future__ import annotations

import flet as ft

LIGHT: dict[str, str] = {
    "primary": "#6B4226",
    "on_primary": "#FFFFFF",
    "primary_container": "#F1DFCB",
    "on_primary_container": "#3A2210",
    "secondary": "#2E6B3A",
    "on_secondary": "#FFFFFF",
    "secondary_container": "#D9EDD6",
    "on_secondary_container": "#12381C",
    "tertiary": "#F2B632",
    "on_tertiary": "#3A2600",
    "tertiary_container": "#FCE8B8",
    "on_tertiary_container": "#523800",
    "error": "#B3261E",
    "on_error": "#FFFFFF",
    "error_container": "#FADBD8",
    "on_error_container": "#6B1510",
    "surface": "#FBF6EC",
    "on_surface": "#2B1D12",
    "on_surface_variant": "#5F4D3F",
    "surface_container_lowest": "#FFFFFF",
    "surface_container_low": "#FFFDF8",
    "surface_container": "#F5EDDF",
    "surface_container_high": "#EFE4D2",
    "surface_container_highest": "#E7DAC5",
    "outline": "#8A7563",
    "outline_variant": "#DDCFBB",
    "inverse_surface": "#3A2A1E",
    "on_inverse_surface": "#FBF1E4",
    "inverse_primary": "#E9BE93",
    "shadow": "#2B1D12",
    "scrim": "#000000",
    "surface_tint": "#FBF6EC",
}
DARK: dict[str, str] = {
    "primary": "#E9BE93",
    "on_primary": "#40250F",
    "primary_container": "#5A3A22",
    "on_primary_container": "#FBE4CC",
    "secondary": "#93CF98",
    "on_secondary": "#0C3416",
    "secondary_container": "#214A2B",
    "on_secondary_container": "#D2F0D2",
    "tertiary": "#F5C95B",
    "on_tertiary": "#3D2A00",
    "tertiary_container": "#54400F",
    "on_tertiary_container": "#FDE9B4",
    "error": "#FFB4AB",
    "on_error": "#690005",
    "error_container": "#6E201A",
    "on_error_container": "#FFDAD6",
    "surface": "#19120D",
    "on_surface": "#F4EAE0",
    "on_surface_variant": "#D6C5B5",
    "surface_container_lowest": "#241B15",
    "surface_container_low": "#241B15",
    "surface_container": "#2B211A",
    "surface_container_high": "#362A21",
    "surface_container_highest": "#43352A",
    "outline": "#A4907E",
    "outline_variant": "#55453A",
    "inverse_surface": "#F4EAE0",
    "on_inverse_surface": "#2B1D12",
    "inverse_primary": "#6B4226",
    "shadow": "#000000",
    "scrim": "#000000",
    "surface_tint": "#19120D",
}
WRITTEN_ON: tuple[tuple[str, str], ...] = (
    ("on_primary", "primary"),
    ("on_primary_container", "primary_container"),
    ("on_secondary", "secondary"),
    ("on_secondary_container", "secondary_container"),
    ("on_tertiary", "tertiary"),
    ("on_tertiary_container", "tertiary_container"),
    ("on_error", "error"),
    ("on_error_container", "error_container"),
    *(
        (text, ground)
        for ground in (
            "surface",
            "surface_container_lowest",
            "surface_container_low",
            "surface_container",
            "surface_container_high",
            "surface_container_highest",
        )
        for text in ("on_surface", "on_surface_variant")
    ),
    ("primary", "surface"),
    ("primary", "surface_container_lowest"),
    ("secondary", "surface_container_lowest"),
    ("error", "surface"),
    ("error", "surface_container_lowest"),
    ("on_inverse_surface", "inverse_surface"),
    ("inverse_primary", "inverse_surface"),
)
"""Which colour is written on which; a test checks the contrast of each pair."""

FONT = "Nunito"
FONTS = {FONT: "fonts/nunito.woff2"}
"""One file with all weights, Latin letters; what it lacks comes from the client's own Roboto."""
RADIUS = 16
TOUCH = 48
"""The least height of what can be touched."""
QUICK = 160
"""Milliseconds of a motion that answers a touch."""
CALM = 450
"""Milliseconds of a motion that tells what changed."""


def theme(colours: dict[str, str]) -> ft.Theme:
    """Flet's theme of `LIGHT` or `DARK`."""
    rounded = ft.RoundedRectangleBorder(radius=RADIUS)
    return ft.Theme(
        color_scheme=ft.ColorScheme(**colours),
        font_family=FONT,
        scaffold_bgcolor=colours["surface"],
        focus_color=f"{colours['tertiary']},0.35",
        navigation_bar_theme=ft.NavigationBarTheme(
            bgcolor=colours["surface_container_lowest"], indicator_color=colours["tertiary_container"]
        ),
        navigation_rail_theme=ft.NavigationRailTheme(
            bgcolor=colours["surface_container_lowest"], indicator_color=colours["tertiary_container"]
        ),
        dialog_theme=ft.DialogTheme(bgcolor=colours["surface_container_lowest"], shape=rounded),
        bottom_sheet_theme=ft.BottomSheetTheme(bgcolor=colours["surface_container_lowest"]),
    )
