"""A lesson as it is played: what is told, what is kept, and what the service says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.async_api import Browser, Page, Route, expect

from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.training.content import load_pack, read_pack
from tests.packs.editing import SIX_TYPES
from tests.servers import load_content
from tests.service import Service, Truth, add_learners, serve, until
from tests.web.device import Device, Line, device
from tests.web.learners import PASSWORD, arrive, fill
from tests.web.player import go_on, lessons_of, open_lesson, question_on, tap, verdict_on
from tests.web.signed_in import open_signed_in

FIRST, *_, ORDERING = [lesson for lesson in lessons_of(SIX_TYPES) if lesson.section_id == "simpul"]
FILL_THE_DISK = """() => {
    window.put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
FREE_THE_DISK = "() => { IDBObjectStore.prototype.put = window.put; }"
KEEP_ALL = """() => {
    window.remove = IDBObjectStore.prototype.delete;
    IDBObjectStore.prototype.delete = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
"""On some full disks, not even what is there can be forgotten."""
KEEP_NO_MORE = "() => { IDBObjectStore.prototype.delete = window.remove; }"
FULL = "Memori HP-mu penuh. Hapus foto atau aplikasi dulu, lalu coba lagi."
ALL_SUBMITTED = """() => new Promise(done => {
    const opening = indexedDB.open("scout-os-outbox");
    opening.onsuccess = () => {
        const all = opening.result.transaction("items").objectStore("items").getAll();
        all.onsuccess = () => { opening.result.close(); done(all.result.map(item => JSON.parse(item.request.body))); };
    };
})"""


@pytest.fixture
def app(stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service with the pack of six types, in place of the training pack."""
    load_content(stores.database_url, SIX_TYPES)
    with serve(stores, tmp_path, web_app="on") as running:
        yield running


@pytest.fixture
def grader(stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The same, where the service grades."""
    load_content(stores.database_url, SIX_TYPES)
    with serve(stores, tmp_path, web_app="on", grading="server") as running:
        yield running


async def retire_last_unit(database_url: str, directory: Path) -> None:
    """Load the pack anew without the unit that `ORDERING` is in."""
    section = yaml.safe_load((SIX_TYPES / "simpul.yaml").read_text())
    section["units"].pop()
    (directory / "simpul.yaml").write_text(yaml.safe_dump(section))
    database = await Database.open(database_url)
    await load_pack(database, read_pack(directory), retire=True)
    await database.close()


async def submitted(page: Page) -> dict[str, Any]:
    """The answers of the only finished lesson on the device."""
    [body] = await page.evaluate(ALL_SUBMITTED)
    answers: dict[str, Any] = body["answers"]
    return answers


async def test_what_was_wrong_comes_again_and_the_first_answer_counts(phone: Device) -> None:
    """The verdict comes with its explanation and is announced; the skipped question is asked once more at the end."""
    page = phone.page
    await open_lesson(phone, FIRST)
    await expect(page.locator("#question")).to_be_focused()
    skipped, *others = FIRST.questions
    await phone.press("Lewati")
    assert await verdict_on(page) == "wrong"
    await expect(page.get_by_role("main").get_by_role("status")).to_contain_text(skipped["explanation"])
    await go_on(page)
    for question in others:
        await tap(page, question)
        assert await verdict_on(page) == "right"
        await go_on(page)
    await phone.sees("Yuk, coba lagi yang tadi belum tepat!")
    await tap(page, await question_on(page, FIRST))
    assert await verdict_on(page) == "right"
    await go_on(page)
    await phone.sees("2 dari 3 benar")
    await phone.sees(re.compile("Kamu lewati"))
    assert (await submitted(page))[skipped["id"]] is None


async def test_a_double_tap_counts_once(phone: Device) -> None:
    """The second tap neither answers the next question nor takes the verdict away."""
    page = phone.page
    await open_lesson(phone, FIRST)
    await page.locator(".option").first.click()
    await page.locator(".answer-bar .big").dblclick()
    await verdict_on(page)
    await expect(page.locator("p.count")).to_have_text("Soal 1 dari 3")
    await go_on(page)
    await expect(page.locator("p.count")).to_have_text("Soal 2 dari 3")


async def test_a_reload_without_a_network_goes_on_where_the_lesson_was(phone: Device, line: Line) -> None:
    """In the middle of a lesson the line is cut and the page loaded again: the next question is there."""
    page = phone.page
    await open_lesson(phone, FIRST)
    await phone.until_kept()
    line.shut()
    await tap(page, FIRST.questions[0])
    await verdict_on(page)
    await page.reload()
    await expect(page.locator("p.count")).to_have_text("Soal 2 dari 3")
    for question in FIRST.questions[1:]:
        await tap(page, question)
        await go_on(page)
    await phone.sees("3 dari 3 benar")


async def test_a_full_disk_is_told_and_nothing_is_lost(phone: Device) -> None:
    """An answer that cannot be kept is told beside its verdict; once there is room, it is kept and the lesson goes on."""
    page = phone.page
    await open_lesson(phone, FIRST)
    await page.evaluate(FILL_THE_DISK)
    await tap(page, FIRST.questions[0])
    assert await verdict_on(page) == "right"
    await expect(page.get_by_role("alert")).to_contain_text("Memori HP-mu penuh")
    await page.evaluate(FREE_THE_DISK)
    await phone.press("Coba simpan lagi")
    await phone.press("Lanjut")
    await page.reload()
    await expect(page.locator("p.count")).to_have_text("Soal 2 dari 3")


async def test_a_kind_that_the_app_does_not_know_is_left_out(phone: Device) -> None:
    """A newer service sends a kind that this app cannot show: the rest is learnt, and the result says so."""

    async def newer(route: Route) -> None:
        answer = await route.fetch()
        content = (await answer.text()).replace('"true_false"', '"hologram"')
        await route.fulfill(response=answer, json=json.loads(content))

    await phone.context.route(re.compile("/content"), newer)
    page = phone.page
    await open_lesson(phone, FIRST)
    for question in (FIRST.questions[0], FIRST.questions[2]):
        await tap(page, question)
        await go_on(page)
    await phone.sees(re.compile("^1 soal belum bisa ditampilkan"))
    assert (await submitted(page))[FIRST.questions[1]["id"]] is None


async def test_where_the_service_grades_verdicts_come_with_its_answer(
    browser: Browser, grader: Service, owner: Truth
) -> None:
    """Nobody learns there without an account, so the first screen leads to one. Answers are kept without a verdict; the
    result tells right and wrong, explanations and XP."""
    async with device(browser, grader.url) as phone:
        page = phone.page
        await phone.open()
        await phone.press("Ayo mulai!")
        await phone.sees("Ayo bergabung!")
        await fill(page, name="Budi", password=PASSWORD)
        await page.get_by_role("button", name="Daftar").click()
        await arrive(page)
        await open_lesson(phone, FIRST)
        for question in FIRST.questions[:2]:
            await tap(page, question)
            assert await verdict_on(page) == "unknown"
            await go_on(page)
        await phone.press("Lewati")
        await go_on(page)
        await phone.sees("2 dari 3 benar")
        await phone.sees(f"+{FIRST.xp_reward} XP")
        for question in FIRST.questions:
            await phone.sees(question["explanation"])
        assert await owner.fetchval("SELECT total_xp FROM users WHERE username = 'budi'") == FIRST.xp_reward


async def test_a_refused_result_is_told_with_what_it_counted(
    app: Service, phone: Device, owner: Truth, tmp_path: Path
) -> None:
    """The level is retired while the lesson waits: nothing counts, and it is said kindly, with the result or, if that is
    not looked at, among what waits. What cannot be forgotten on a full disk is told so, and can be tried again."""
    [learner] = await add_learners(owner, 1)
    phone.expected.append("404")
    page = phone.page
    await open_signed_in(phone, learner, f"#/lesson/{ORDERING.id}")
    await page.locator("#question").wait_for()
    (tmp_path / "pack").mkdir()
    await retire_last_unit(app.stores.database_url, tmp_path / "pack")

    async def is_retired() -> bool:
        async with app.client() as http:
            return (await http.get(f"/training/levels/{ORDERING.id}/questions")).status_code == 404

    await until(is_retired, seconds=30)
    await tap(page, ORDERING.questions[0])
    await go_on(page)
    await phone.sees(re.compile("^Level ini sudah tidak ada lagi"))
    await page.evaluate(KEEP_ALL)
    await phone.press("Oke, mengerti")
    await phone.sees(FULL)
    await page.evaluate(KEEP_NO_MORE)
    await phone.press("Oke, mengerti")
    await expect(page).to_have_url(re.compile("#/path"))

    await page.evaluate(f"location.hash = '#/lesson/{ORDERING.id}'")
    await page.locator("#question").wait_for()
    await tap(page, ORDERING.questions[0])
    await go_on(page)
    await phone.sees(re.compile("^Level ini sudah tidak ada lagi"))
    await page.evaluate("location.hash = '#/path'")
    await phone.press("Ada pelajaran yang tidak bisa dihitung. Lihat kenapa.")
    card = page.get_by_role("article", name=ORDERING.title)
    await expect(card).to_contain_text("Level ini sudah tidak ada, jadi jawabannya tidak bisa dihitung.")
    await expect(card).to_contain_text("Tidak ada XP dari ini. XP yang sudah kamu punya tetap utuh.")
    await page.evaluate(KEEP_ALL)
    await card.get_by_role("button", name="Mengerti").click()
    await expect(card).to_contain_text(FULL)
    await page.evaluate(KEEP_NO_MORE)
    await card.get_by_role("button", name="Mengerti").click()
    await phone.sees("Semua sudah terkirim. Mantap!")
    await expect(card).to_have_count(0)
    await expect(page.locator(".notice")).to_have_count(0)
