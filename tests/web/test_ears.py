"""The way beside the lessons by ear alone: what is read out, and where the focus is, at each step."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.contract.packs import Lesson, read_lessons
from tests.servers import PACK_DIR
from tests.service import Service, Truth, add_learners
from tests.web.by_ear import GIVEN
from tests.web.device import Device, Line, device
from tests.web.ears import hears, hears_nothing, is_at, listen, press
from tests.web.learners import PASSWORD, arrive, fill
from tests.web.signed_in import open_signed_in

LANGUAGES = """texts => Object.fromEntries(texts.map(text => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const {nodeValue, parentElement} = walker.currentNode;
        if (nodeValue.includes(text)) return [text, parentElement.closest("[lang]").lang];
    }
    return [text, null];
}))"""


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    return read_lessons(PACK_DIR, newest=True)


async def test_an_account_by_ear(phone: Device) -> None:
    """Signing up with mistakes, a locked level, signing out and staying, two changes of the name, and erasing it all."""
    phone.expected.append("status of 403")
    page = phone.page
    await listen(phone.context)
    await phone.open("#/sign-up")
    heading = page.get_by_role("heading", level=1)
    await is_at(page, heading)
    await press(page.get_by_role("button", name="Daftar"))
    await is_at(page, page.get_by_label("Nama", exact=True))
    await expect(page.get_by_label("Nama", exact=True)).to_have_accessible_description(
        re.compile("Ini perlu diisi dulu")
    )
    await hears_nothing(page)
    await fill(page, name="Siti", username="Siti Nur", password=PASSWORD)
    await hears(page, "Kami rapikan jadi siti.nur.")
    await press(page.get_by_role("button", name="Daftar"))
    await arrive(page)
    await is_at(page, heading)
    for number in (2, 3):
        await press(page.get_by_role("button", name=re.compile(f"^Level {number}:")).first)
        await hears(page, f"Level {number}: Selesaikan level sebelumnya dulu, ya.")
    await page.evaluate("location.hash = '#/profile'")
    await press(phone.control("Keluar"))
    await is_at(page, page.get_by_role("dialog").get_by_role("button", name="Batal"))
    await expect(page.get_by_role("dialog")).to_have_accessible_description("Semua pelajaranmu sudah terkirim.")
    await press(phone.control("Batal"))
    await is_at(page, phone.control("Keluar"))
    await expect(page.get_by_role("img", name=re.compile("belum ada hari aktif"))).to_be_visible()
    await page.evaluate("location.hash = '#/settings'")
    await press(phone.control("Hapus unduhan"))
    await hears(page, "Unduhan dihapus.")
    await expect(page.locator("section :focus, h1:focus")).to_have_count(1)
    await page.evaluate("location.hash = '#/edit-profile'")
    for _ in range(2):
        await press(phone.control("Simpan"))
        await hears(page, "Tersimpan.")
    await page.evaluate("location.hash = '#/account'")
    await press(page.locator("summary", has_text="Hapus akun"))
    password = page.get_by_label("Kata sandi", exact=True).last
    await password.fill("perahu-bulan-jagung")
    await press(phone.control("Ya, hapus selamanya"))
    await is_at(page, password)
    await expect(password).to_have_accessible_description(re.compile("Kata sandinya belum cocok"))
    await hears_nothing(page)
    await password.fill(PASSWORD)
    await press(phone.control("Ya, hapus selamanya"))
    await is_at(page, page.get_by_role("heading", level=1, name="Akun dihapus"))
    await hears_nothing(page)


async def test_what_a_lesson_brought_by_ear(phone: Device, truth: Truth, line: Line, lessons: list[Lesson]) -> None:
    """The XP that the service pays is read out when it comes; without a network, what becomes of the answers, until they
    are sent."""
    page = phone.page
    [learner] = await add_learners(truth, 1)
    await listen(phone.context)
    await open_signed_in(phone, learner, "#/path")
    await play(phone, lessons[0])
    await hears(page, f"+{lessons[0].xp_reward} XP")
    line.shut()
    await play(phone, lessons[1])
    await hears(page, "Belum ada sinyal. Tenang, jawabanmu aman dan dikirim nanti.")
    await page.evaluate("location.hash = '#/waiting'")
    await page.get_by_role("heading", level=1, name="Menunggu dikirim").wait_for()
    line.open()
    await press(phone.control("Kirim sekarang"))
    await hears(page, "Semua sudah terkirim. Mantap!")
    await expect(page.locator(":focus")).to_have_count(1)


async def play(phone: Device, lesson: Lesson) -> None:
    """All questions right, by ear, until the result has the focus."""
    page = phone.page
    await page.evaluate(f"location.hash = '#/lesson/{lesson.id}'")
    for question in lesson.questions:
        await is_at(page, page.locator("#question"))
        await GIVEN[question["type"]](page, question)
        await press(page.locator(".answer-bar .big"))
        await hears(page, "Benar!")
        await press(page.locator(".answer-bar .big:not([aria-disabled=true])"))
    await page.wait_for_url("**/#/result/**")
    await is_at(page, page.get_by_role("heading", level=1))


async def test_a_question_reads_in_order(phone: Device, lessons: list[Lesson]) -> None:
    """The tree of a question and its verdict, from top to bottom."""
    question = lessons[0].questions[0]
    await phone.open()
    await phone.press("Ayo mulai!")
    await expect(phone.page.locator("#app")).to_match_aria_snapshot(f"""
      - status
      - banner:
        - button "Lanjut nanti"
        - progressbar "Soal 1 dari 5"
        - button "Nyalakan suara"
      - main:
        - heading "Soal 1 dari 5. {question["question"]}" [level=1]
        - paragraph: Pilih satu jawaban
        - radiogroup:
          - radio
          - radio
          - radio
          - radio
        - status
        - button "Periksa" [disabled]
        - button "Lewati"
    """)
    await GIVEN[question["type"]](phone.page, question)
    await press(phone.control("Periksa"))
    await expect(phone.page.get_by_role("main")).to_match_aria_snapshot(f"""
      - heading "Soal 1 dari 5. {question["question"]}" [level=1]
      - radiogroup:
        - radio "{question["payload"]["correct_answer"]} Benar" [checked] [disabled]
      - status:
        - heading "Benar!" [level=2]
        - paragraph: {question["explanation"]}
      - button "Lanjut"
    """)


async def test_each_text_is_read_in_its_own_language(app: Service, browser: Browser, lessons: list[Lesson]) -> None:
    """With the app in English, what the content has in Indonesian alone is marked as that, and only that."""
    lesson = next(
        it for it in lessons if it.questions[0].get("question_en") and it.questions[0]["type"] == "multiple_choice"
    )
    question = lesson.questions[0]
    async with device(browser, app.url, language="en") as phone:
        await phone.open(f"#/lesson/{lesson.id}")
        await phone.page.locator("#question").wait_for()
        await phone.press("Skip")
        option, *_ = question["payload"]["options"]
        wanted = {
            f"Question 1 of {len(lesson.questions)}": "en",
            question["question_en"]: "en",
            option: "id",
            "That's all right!": "en",
            question["payload"]["correct_answer"]: "id",
            question["explanation_en"]: "en",
        }
        assert await phone.page.evaluate(LANGUAGES, list(wanted)) == wanted


async def test_morse_in_a_text_is_read_sign_by_sign(app: Service, browser: Browser, lessons: list[Lesson]) -> None:
    """Screen readers leave out dots and dashes: they are named in words, in questions and answers."""
    lesson = next(it for it in lessons if it.id == "sandi_u1_l1")
    place = next(n for n, it in enumerate(lesson.questions) if it["id"] == "q_sandi_u1_l1_03")
    async with device(browser, app.url) as phone:
        page = phone.page
        await listen(phone.context)
        await phone.open(f"#/lesson/{lesson.id}")
        for _ in range(place):
            await press(phone.control("Lewati"))
            await press(page.locator(".answer-bar .big:not([aria-disabled=true])"))
        right = page.get_by_role("group", name="Kotak kanan").get_by_role("button")
        await expect(right).to_have_count(4)
        names = [
            re.sub(" +", " ", re.findall('button "(.*?)"', await it.aria_snapshot())[0]) for it in await right.all()
        ]
        assert sorted(names) == ["garis", "garis garis", "titik", "titik titik"]
        await press(page.get_by_role("button", name="I", exact=True))
        await press(page.get_by_role("button", name="titik titik", exact=True))
        await hears(page, "I, berpasangan dengan titik titik")
