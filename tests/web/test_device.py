"""What the app does with the phone itself: its sound, its way to share, and its room."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.contract.packs import read_lessons, read_sections
from tests.servers import PACK_DIR
from tests.web.answers import answer, answer_all, begin
from tests.web.device import Device, Line, until_true
from tests.web.lesson import begin_first_level, skip_to_the_end

WATCHED = """
    window.sounding = [];
    window.AudioContext = class extends AudioContext {
        constructor() { super(); window.sounding.push(this); }
    };
    window.shared = [];
    window.refusal = null;
    navigator.canShare = ({files}) => files !== undefined;
    navigator.share = async ({files: [file], text}) => {
        if (window.refusal !== null) throw new DOMException("", window.refusal);
        const {width, height} = await createImageBitmap(file);
        window.shared.push({text, type: file.type, width, height});
    };
"""
"""Notes what was made of the browser's sound, and stands in for the system's own dialogue, which no test can press."""


async def test_sounds_are_off_at_first_and_a_result_is_shared_as_a_picture(phone: Device) -> None:
    """Answers make no sound until it is switched on. Shared is a picture; who thinks better of it is told nothing, and
    where nothing can be shared the picture is saved."""
    page = phone.page
    await page.add_init_script(WATCHED)
    await phone.open("#/path")
    await page.locator(".trail").first.wait_for()
    lesson = read_lessons(PACK_DIR, newest=True)[0]
    await begin(phone, lesson)
    await answer(phone, lesson.questions[0])
    assert await page.evaluate("sounding.length") == 0
    await page.evaluate("location.hash = '#/settings'")
    switch = page.get_by_role("switch", name="Suara")
    await expect(switch).not_to_be_checked()
    await switch.click()
    await begin(phone, lesson)
    await answer(phone, lesson.questions[1])
    await until_true(page, "sounding.length === 1 && sounding[0].state === 'running'")
    await answer_all(phone, lesson.questions[2:])

    await phone.press("Bagikan")
    await until_true(page, "shared.length === 1")
    [shared] = await page.evaluate("shared")
    assert shared == {
        "text": f"Aku menyelesaikan “{lesson.title}” di Scout OS!",
        "type": "image/png",
        "width": 1080,
        "height": 1080,
    }
    told = page.locator(".share-told")
    await page.evaluate("navigator.canShare = () => false")
    async with page.expect_download() as downloading:
        await phone.press("Bagikan")
    assert (await downloading.value).suggested_filename == "scout-os.png"
    await expect(told).to_have_text("Gambarmu sudah disimpan.")
    await page.evaluate("navigator.canShare = () => true; window.refusal = 'AbortError'")
    await phone.press("Bagikan")
    await expect(told).to_have_text("")
    await page.evaluate("window.refusal = 'NotAllowedError'")
    await phone.press("Bagikan")
    await expect(told).to_have_text("Gambarnya tidak bisa dibuat di HP ini.")


async def test_all_sections_are_downloaded_and_removed(phone: Device, line: Line) -> None:
    """At the press of a button, where the data saver is on; then each can be learnt without a network. What was learnt
    stays when the downloads go, and English is there as soon as it is chosen."""
    sections = read_sections(PACK_DIR)
    last = next(lesson for lesson in read_lessons(PACK_DIR) if lesson.section_id == sections[-1]["id"])
    page = phone.page
    await phone.open("#/settings")
    await page.get_by_role("switch", name="Hemat kuota").click()
    await phone.open("#/path")
    await begin_first_level(phone)
    await skip_to_the_end(phone)
    await page.evaluate("location.hash = '#/settings'")
    await phone.sees(f"1 dari {len(sections)} bagian ada di HP ini.")
    await phone.press(re.compile(r"^Unduh semua bagian \([0-9,.]+ (KB|MB)\)$"))
    await phone.sees(f"{len(sections)} dari {len(sections)} bagian ada di HP ini.")
    await expect(phone.control(re.compile("^Unduh semua bagian"))).to_have_count(0)
    line.shut()
    await page.evaluate(f"location.hash = '#/lesson/{last.id}'")
    await page.locator("#question").wait_for()
    line.open()
    await page.evaluate("location.hash = '#/settings'")
    await phone.press("Hapus unduhan")
    await phone.sees("Unduhan dihapus. Kemajuan dan jawabanmu tetap ada.")
    await phone.sees(f"0 dari {len(sections)} bagian ada di HP ini.")
    await page.evaluate("location.hash = '#/waiting'")
    await phone.sees("Pelajaran ini menunggu sampai kamu daftar atau masuk.")
    await expect(page.locator(".lessons li")).to_have_count(1)
    await page.evaluate("location.hash = '#/settings'")
    await page.get_by_role("radio", name="English").check()
    await phone.sees("Storage")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
