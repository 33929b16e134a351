"""What axe-core finds wrong on a screen."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}


async def serious_findings(page: Page) -> list[str]:
    """Serious and critical findings on the page as it is now, each with the elements it is about."""
    assert AXE.exists(), "axe-core is not installed: run `make setup`"
    await page.evaluate(AXE.read_text())
    # Text that fades in has too little contrast for a moment.
    await page.evaluate(
        "Promise.all(document.getAnimations().filter(a => isFinite(a.effect.getComputedTiming().endTime))"
        ".map(a => a.finished.catch(() => {})))"
    )
    result = await page.evaluate("axe.run()")
    return [
        f"{finding['id']}: {finding['help']}: {[node['html'] for node in finding['nodes']]}"
        for finding in result["violations"]
        if finding["impact"] in SERIOUS
    ]
