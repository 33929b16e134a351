"""Draw the icons of the web app into `web/public` from the mascot (`web/src/art/tunas.ts`): `make icons`."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.web.browser import ARGUMENTS, chromium

ROOT = Path(__file__).parents[1]
PUBLIC = ROOT / "web" / "public"
PICTURES = {
    "icon-192.png": ("icon", 192),
    "icon-512.png": ("icon", 512),
    "icon-maskable-192.png": ("maskable", 192),
    "icon-maskable-512.png": ("maskable", 512),
    "icon-apple-180.png": ("full", 180),
}
"""Each with its drawing and its edge in pixels. Apple rounds corners itself."""
COLOURS = 64


def draw() -> None:
    """Write all icons."""
    node = Path(sys.executable).with_name("node")
    svgs: dict[str, str] = json.loads(subprocess.check_output([node, ROOT / "web" / "build" / "icons.ts"], text=True))  # noqa: S603 - our own script
    (PUBLIC / "icon.svg").write_text(svgs["icon"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name, (drawing, edge) in PICTURES.items():
            page = browser.new_page(viewport={"width": edge, "height": edge})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svgs[drawing]}")
            shot = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
            few = shot.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            few.save(PUBLIC / name, optimize=True)
        browser.close()


if __name__ == "__main__":
    draw()
