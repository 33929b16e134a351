"""From signing up to the board, in a real browser."""

from __future__ import annotations

from playwright.async_api import Browser

from tests.app.browser import MIDDLE, window
from tests.app.learner import Learner


async def test_the_whole_way_and_a_board_that_moves_before_anothers_eyes(site: str, browser: Browser) -> None:
    """All six types lead to a result that says what it paid and whether it passed, and another's board shows it within 2 s."""
    async with window(browser, site) as here, window(browser, site, size=MIDDLE) as there:
        budi, siti = Learner(here), Learner(there)
        await siti.register("Siti Rahma", "siti")
        await there.menu("Peringkat")
        await there.sees("Papan masih kosong. Jadilah yang pertama!")
        await budi.register("Budi Santoso", "budi")
        for level, level_id, paid, total in (
            ("Level 1: Simpul Pertama", "simpul_u1_l1", 10, 10),
            ("Level 2: Menyusun Kalimat", "simpul_u1_l2", 15, 25),
            ("Level 1: Ikatan Palang", "simpul_u2_l1", 20, 45),
        ):
            await budi.begin(f"{level}, terbuka")
            await budi.answer_all(level_id)
            await budi.send()
            await here.sees(f"+{paid} XP")
            await there.sees(f"Peringkat 1: Budi Santoso, Siaga Mula, {total} XP", within=2)
            await here.press("Kembali ke peta")
            await here.sees(f"Total {total} XP")
        await here.press_when_still("Level 1: Ikatan Palang, selesai, 3 dari 3 bintang")
        await here.press("Ulangi")
        await here.press("Lewati")
        await here.sees("Belum lulus, coba sekali lagi!")
        await here.sees("0 dari 3 bintang")
        await here.press("Kembali ke peta")
        await here.sees("Total 45 XP")
        await here.menu("Peringkat")
        await here.sees("Kamu, peringkat 1: Budi Santoso, Siaga Mula, 45 XP")
