"""Attempts on a network that fails at the worst moment."""

from __future__ import annotations

import asyncio
import re
from contextlib import ExitStack
from pathlib import Path

from playwright.async_api import Browser, expect

from scout_os.core.store_urls import StoreUrls
from tests.app.browser import LARGE, Window, window
from tests.app.learner import Learner
from tests.app.network import Network, behind_a_network
from tests.service import Truth, serve, until

SAFE = "Jawabanmu aman di perangkat ini"
NOTHING_UNSENT = "!Object.keys(localStorage).some(key => key.includes('.unsent.'))"
TRY_SECONDS = 5
"""A screen that was loaded in vain a few times tries again sooner."""
COUNTED_SECONDS = 3.5
LAID_OUT_SECONDS = 1.5
LAST_SECONDS = 0.5
"""For a try that was under way."""
XP_FIELD = re.compile(rb'"\w*xp\w*"\s*:', re.IGNORECASE)


async def test_an_attempt_outlives_a_lost_answer_and_a_stopped_service_and_counts_once(
    lesson_stores: StoreUrls, owner: Truth, tmp_path: Path, browser: Browser
) -> None:
    """Its answer lost, or the service stopped and started: the learner is told, and it is carried out once and paid once."""
    with ExitStack() as first:
        service = first.enter_context(serve(lesson_stores, tmp_path))
        port = int(service.url.rsplit(":", 1)[1])
        with behind_a_network(service) as (network, site):
            async with window(browser, site) as here:
                budi = Learner(here)
                await budi.register("Budi Santoso", "budi")
                await budi.begin("Level 1: Simpul Pertama, terbuka")
                await budi.answer_all("simpul_u1_l1")
                network.lose_answers = True
                await budi.send()
                await here.sees(SAFE)
                await here.sees(re.compile(r"Kami kirim lagi dalam \d+ detik; sekali saja yang dihitung\."))
                assert await rows(owner) == (1, 1, 10), "it had arrived; only the answer was lost"
                await here.press("Kembali ke peta")
                await here.sees("1 jawaban menunggu dikirim")
                await here.press_when_still("Level 2: Menyusun Kalimat, terbuka")
                await here.sees("Lulus memberi 15 XP.")
                network.lose_answers = False
                await here.page.wait_for_function(NOTHING_UNSENT)  # then a message comes, newer than the sheet
                await here.press("Mulai")
                await here.misses("Lulus memberi 15 XP.")
                await here.sees("Jawaban “Simpul Pertama” terkirim: +10 XP.")
                await budi.answer_all("simpul_u1_l2")
                first.close()
                await budi.send()
                await here.sees(SAFE)
                await here.press("Kembali ke peta")
                await here.sees("Tidak tersambung")
                await here.sees("1 jawaban menunggu dikirim")
                await here.reload()
                await here.sees("1 jawaban menunggu dikirim")
                with serve(lesson_stores, tmp_path, port=port):
                    await here.sees("Jawaban “Menyusun Kalimat” terkirim: +15 XP.")
                    await here.misses("1 jawaban menunggu dikirim")
                    await here.press("Lihat hasil")
                    await here.sees("+15 XP")
                    assert await rows(owner) == (2, 2, 25)
    assert network.submissions > 2, "it was sent again and again"
    assert b'"answers"' in network.submitted
    assert not XP_FIELD.search(network.submitted), "what it pays is the service's to say"


async def test_what_has_the_focus_keeps_it_while_the_seconds_are_counted_down(
    network: Network, site: str, browser: Browser
) -> None:
    """Whoever uses a keyboard or a screen reader stays at the button; nor is a touch lost that meets the turn of a second."""
    async with window(browser, site) as here:
        budi = Learner(here)
        await budi.register("Budi Santoso", "budi")
        await budi.begin("Level 1: Simpul Pertama, terbuka")
        await budi.answer_all("simpul_u1_l1")
        network.shut()
        await budi.send()
        await here.sees(SAFE)
        for name in ("Kirim sekarang", "Kembali ke peta"):
            await keeps_the_focus(here, name)
        await here.page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
        await asyncio.sleep(LAID_OUT_SECONDS)
        await keeps_the_focus(here, "Kirim sekarang")
        await here.sees(re.compile(r"Kami kirim lagi dalam \d+ detik"))
        await here.press("Kembali ke peta")
        await here.sees("Tidak tersambung")
        for name in ("Kirim sekarang", "Coba lagi"):
            await keeps_the_focus(here, name)


async def test_a_closed_window_asks_for_nothing_any_more(network: Network, site: str, browser: Browser) -> None:
    """A screen that could not load tries again for as long as it is seen, and no longer."""
    async with window(browser, site) as here:
        await Learner(here).register("Budi Santoso", "budi")
        network.shut()
        await here.menu("Peringkat")
        await here.sees("Tidak tersambung")
        before = network.connections

        async def tried_again() -> bool:
            return network.connections > before

        await until(tried_again, seconds=TRY_SECONDS)
    await asyncio.sleep(LAST_SECONDS)
    last = network.connections
    await asyncio.sleep(TRY_SECONDS)
    assert network.connections == last


async def keeps_the_focus(here: Window, name: str) -> None:
    """What has the focus has it still after some seconds, in which the app has tried again and said so."""
    button = here.button(name)
    await button.focus()
    await expect(button).to_be_focused()
    await asyncio.sleep(COUNTED_SECONDS)
    await expect(button).to_be_focused(timeout=1000)


async def rows(truth: Truth) -> tuple[int, ...]:
    """Attempts carried out, ledger rows, and XP paid."""
    sql = "SELECT (SELECT sum(attempts) FROM user_progress), count(*), sum(amount) FROM xp_ledger"
    [row] = await truth.fetch(sql)
    return tuple(map(int, row))
