"""Children who learn without a network: nothing is lost, nothing counts twice, and days count as they were."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Playwright, async_playwright, expect

from tests.contract.packs import Lesson, read_lessons
from tests.process import ServeProcess
from tests.servers import PACK_DIR
from tests.service import NO_TLS, Service, Truth, add_learners, until
from tests.web.answers import answer, answer_all, begin, learn
from tests.web.days import HOME, Days, kept_phone
from tests.web.device import Device, Line, device
from tests.web.learners import fill
from tests.web.signed_in import open_signed_in

ARRIVED_SECONDS = 30
PASSWORD = "tunas-kelapa-1961"


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    """The first unit, as the app shows it."""
    return read_lessons(PACK_DIR, newest=True)[:5]


@pytest.fixture
async def days(app: Service, truth: Truth) -> AsyncIterator[Days]:
    """Days in which children learn honestly: after them, the service's own reviewer finds nothing."""
    found = Days(app)
    await found.begin()
    yield found
    step = app.services.reviewer.step()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(step, app.loop))
    assert await truth.fetch("SELECT * FROM review_flags") == []


async def test_two_days_in_aeroplane_mode(
    app: Service, truth: Truth, line: Line, playwright: Playwright, days: Days, lessons: list[Lesson], tmp_path: Path
) -> None:
    """The network goes in the middle of a lesson. Five levels in three days, the browser closed in between: with the
    network back each is paid once, each counts for its own day, and nobody suspects the child."""
    [learner] = await add_learners(truth, 1)
    async with kept_phone(playwright, tmp_path / "profile", line.url, days) as phone:
        await open_signed_in(phone, learner)
        await phone.until_kept()
        await begin(phone, lessons[0])
        await answer(phone, lessons[0].questions[0])
        await go_offline(phone, line)
        await answer_all(phone, lessons[0].questions[1:], pause=days.read)
        await learn(phone, lessons[1], pause=days.read)
        await days.go_by(days=1)
        await learn(phone, lessons[2], pause=days.read)
        await phone.page.reload()
        await learn(phone, lessons[3], pause=days.read)
    await days.go_by(days=1)
    async with kept_phone(playwright, tmp_path / "profile", line.url, days) as phone:
        await phone.context.set_offline(True)
        await phone.open()
        await learn(phone, lessons[4], pause=days.read)
        assert await paid(truth, learner) == []
        await go_online(phone, line)
        await until_paid(truth, learner, lessons)
        assert await streak(truth, learner) == (3, 3)
        await phone.open("#/board")
        total = sum(lesson.xp_reward for lesson in lessons)
        await expect(phone.page.locator("[data-me] .xp").first).to_have_text(f"{total} XP")
        await expect(phone.page.locator(".waiting")).to_have_count(0)


async def test_what_waited_for_four_days_is_paid_and_counts_for_the_day_it_arrives(
    app: Service, truth: Truth, line: Line, browser: Browser, days: Days, lessons: list[Lesson]
) -> None:
    """Older than 72 hours: the XP is paid, and the streak begins with the day of receipt, as the learner is told."""
    [learner] = await add_learners(truth, 1)
    async with device(browser, line.url) as phone:
        await days.follow(phone.context)
        await open_signed_in(phone, learner)
        await phone.until_kept()
        await begin(phone, lessons[0])
        await go_offline(phone, line)
        await answer_all(phone, lessons[0].questions, pause=days.read)
        await days.go_by(days=4)
        await phone.page.evaluate("location.hash = '#/waiting'")
        await phone.sees(re.compile("dihitung untuk hari saat sampai"))
        await go_online(phone, line)
        await until_paid(truth, learner, lessons[:1])
        await phone.sees(re.compile(f"Dihitung untuk .*{days.now.astimezone(HOME).day} "))
        assert await streak(truth, learner) == (1, 1)
        day = await truth.fetchval("SELECT day FROM activity_days WHERE user_id = $1", learner)
        assert day == days.now.astimezone(HOME).date()


async def test_two_phones_of_one_learner(
    app: Service, truth: Truth, line: Line, browser: Browser, days: Days, lessons: list[Lesson]
) -> None:
    """Both learn the same level without a network, and one of them another one on the next day: each level is paid once,
    and both phones show the same total in the end."""
    [learner] = await add_learners(truth, 1)
    async with device(browser, line.url) as old, device(browser, line.url) as new:
        for phone in (old, new):
            await days.follow(phone.context)
            await open_signed_in(phone, learner)
            await phone.until_kept()
            await begin(phone, lessons[0])
        line.shut()
        for phone in (old, new):
            await phone.set_offline(True)
            await answer_all(phone, lessons[0].questions, pause=days.read)
        await days.go_by(days=1)
        await learn(new, lessons[1], pause=days.read)
        line.open()
        for phone in (old, new):
            await phone.set_offline(False)
        await until_paid(truth, learner, lessons[:2])
        assert await streak(truth, learner) == (2, 2)
        for phone in (old, new):
            await phone.open("#/board")
            await expect(phone.page.locator("[data-me] .xp").first).to_have_text("24 XP")
            await expect(phone.page.locator(".waiting")).to_have_count(0)


async def test_a_guest_who_signs_up_brings_what_was_learnt_without_a_network(
    app: Service, truth: Truth, line: Line, browser: Browser, days: Days, lessons: list[Lesson]
) -> None:
    """Two levels in two days as a guest without a network; the new account has both, each once."""
    async with device(browser, line.url) as phone:
        await days.follow(phone.context)
        await phone.open()
        await phone.until_kept()
        await begin(phone, lessons[0])
        await go_offline(phone, line)
        await answer_all(phone, lessons[0].questions, pause=days.read)
        await days.go_by(days=1)
        await learn(phone, lessons[1], pause=days.read)
        await go_online(phone, line)
        await phone.open("#/sign-up")
        await sign_up(phone, "Budi Santoso", claims=lessons[1])
        learner = await id_of(truth, "budi.santoso")
        await until_paid(truth, learner, lessons[:2])
        assert await streak(truth, learner) == (2, 2)
        assert await truth.fetchval("SELECT count(*) FROM users WHERE total_xp > 0") == 1


async def test_three_children_after_another_on_one_phone(
    app: Service, truth: Truth, line: Line, browser: Browser, days: Days, lessons: list[Lesson]
) -> None:
    """Without a network, a learner hands the phone to a guest, who hands it to another. Each finds nothing of those
    before; with a network, all are paid what they learnt, each once, whoever signs up first."""
    [first] = await add_learners(truth, 1)
    async with device(browser, line.url) as phone:
        await days.follow(phone.context)
        await open_signed_in(phone, first)
        await phone.until_kept()
        await begin(phone, lessons[0])
        await go_offline(phone, line)
        await answer_all(phone, lessons[0].questions, pause=days.read)
        await hand_on(phone, "Masih ada 1 pelajaran yang menunggu")
        await phone.sees(re.compile("Belum ada sinyal, jadi belum bisa masuk"))
        await phone.press("Belajar tanpa akun")
        await days.go_by(minutes=1)
        await learn_anew(phone, lessons[:1], days)
        await hand_on(phone, "Pelajaranmu disimpan di HP ini")
        await days.go_by(minutes=1)
        await learn_anew(phone, lessons[:2], days)
        await go_online(phone, line)
        await until_paid(truth, first, lessons[:1])
        await phone.open("#/sign-up")
        await sign_up(phone, "Cici", claims=lessons[1])
        await until_paid(truth, await id_of(truth, "cici"), lessons[:2])
        await phone.open("#/waiting")
        await phone.sees("Semua sudah terkirim. Mantap!")  # the app has heard it, too
        await hand_on(phone, "Semua pelajaranmu sudah terkirim")
        await phone.sees(re.compile("Di HP ini ada pelajaran yang menunggu pemiliknya"))
        await phone.open("#/sign-up")
        await sign_up(phone, "Budi", claims=lessons[0])
        await until_paid(truth, await id_of(truth, "budi"), lessons[:1])


async def hand_on(phone: Device, told: str) -> None:
    await phone.page.evaluate("location.hash = '#/profile'")
    await phone.press("Ganti pemain")
    await phone.sees(re.compile(told))
    await phone.page.get_by_role("dialog").get_by_role("button", name="Ganti pemain").click()
    await phone.page.wait_for_url(re.compile("#/(path|sign-in)"))


async def learn_anew(phone: Device, lessons: list[Lesson], days: Days) -> None:
    """Lessons of somebody to whom no level shows as done."""
    await phone.page.locator(".stop[data-status=UNLOCKED]").first.wait_for()
    await expect(phone.page.locator(".stop[data-status=COMPLETED]")).to_have_count(0)
    for lesson in lessons:
        await learn(phone, lesson, pause=days.read)


async def sign_up(phone: Device, name: str, *, claims: Lesson) -> None:
    """Fill in the form, and take along the lessons with this one."""
    await fill(phone.page, name=name, password=PASSWORD)
    await phone.press("Daftar")
    await phone.sees("Pelajaran yang tadi punya kamu?")
    asked = phone.page.locator(".card").filter(has_text=claims.title)
    await asked.get_by_role("button", name="Ya, punyaku").click()
    await phone.page.wait_for_url(re.compile("#/path"))


async def id_of(truth: Truth, username: str) -> int:
    learner: int = await truth.fetchval("SELECT id FROM users WHERE username = $1", username)
    return learner


@pytest.mark.parametrize("wrong_by", [timedelta(days=365), timedelta(days=-365)], ids=["ahead", "behind"])
async def test_a_phone_whose_clock_is_a_year_wrong(
    truth: Truth, line: Line, browser: Browser, days: Days, lessons: list[Lesson], wrong_by: timedelta
) -> None:
    """The day of a lesson, the streak and the calendar are the service's, before the answer has come and afterwards."""
    [learner] = await add_learners(truth, 1)
    async with device(browser, line.url) as phone:
        await phone.context.clock.install(time=days.now + wrong_by)
        await open_signed_in(phone, learner)
        await phone.until_kept()
        await begin(phone, lessons[0])
        await go_offline(phone, line)
        await answer_all(phone, lessons[0].questions)
        await sees_today(phone, days)
        await go_online(phone, line)
        await until_paid(truth, learner, lessons[:1])
        await sees_today(phone, days)


async def sees_today(phone: Device, days: Days) -> None:
    """A streak of one day, which is today."""
    await phone.page.evaluate("location.hash = '#/profile'")
    await expect(phone.page.locator(".three dd").first).to_have_text("1 hari")
    today = days.now.astimezone(HOME)
    await expect(phone.page.locator(".month p")).to_contain_text(str(today.year))
    await expect(phone.page.locator(".days [data-today=true][data-active=true]")).to_have_text(str(today.day))
    await phone.page.evaluate("location.hash = '#/path'")


async def test_a_service_killed_while_it_receives(browser: Browser, lessons: list[Lesson], tmp_path: Path) -> None:
    """Four lessons wait; the service dies after it has paid some of them. Started again, it has the rest by itself, and
    none twice."""
    port = free_port()
    first = ServeProcess(tmp_path / "var", "--port", str(port))
    try:
        urls = first.wait_ready()
        async with httpx.AsyncClient(base_url=f"{urls.api_url}/api/v1", timeout=30, verify=NO_TLS) as client:
            body = {"name": "Budi", "username": "budi", "password": PASSWORD}
            made = (await client.post("/auth/register", json=body)).json()["data"]
        learner = made["user"]["id"]
        async with device(browser, f"http://127.0.0.1:{port}") as phone:
            phone.expected.append("status of 50[0-9]")
            await open_signed_in(phone, learner, access_token=made["access_token"])
            await phone.until_kept()
            await begin(phone, lessons[0])
            await phone.set_offline(True)
            await answer_all(phone, lessons[0].questions)
            for lesson in lessons[1:4]:
                await learn(phone, lesson)
            await phone.set_offline(False)
            await until_any_is_paid(urls.database_url, learner)
            first.kill()
            again = ServeProcess(tmp_path / "var", "--port", str(port))
            try:
                truth: Truth = await asyncpg.connect(again.wait_ready().database_url)
                await until_paid(truth, learner, lessons[:4])
                await truth.close()
            finally:
                again.stop()
    finally:
        first.kill()


async def until_any_is_paid(database_url: str, learner: int) -> None:
    truth: Truth = await asyncpg.connect(database_url)

    async def is_paid() -> bool:
        return await paid(truth, learner) != []

    await until(is_paid, seconds=ARRIVED_SECONDS)
    await truth.close()


def free_port() -> int:
    """One that nobody listens on: a phone knows its service by the address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


async def go_offline(phone: Device, line: Line) -> None:
    line.shut()
    await phone.set_offline(True)


async def go_online(phone: Device, line: Line) -> None:
    line.open()
    await phone.set_offline(False)


async def paid(truth: Truth, learner: int) -> list[str]:
    """The levels of the learner's ledger, one for each row."""
    rows = await truth.fetch("SELECT source FROM xp_ledger WHERE user_id = $1 ORDER BY source", learner)
    return [row["source"].removeprefix("level:") for row in rows]


async def until_paid(truth: Truth, learner: int, lessons: list[Lesson]) -> None:
    """Wait until these levels are paid, each once, with what each is worth."""

    async def all_paid() -> bool:
        return len(await paid(truth, learner)) >= len(lessons)

    await until(all_paid, seconds=ARRIVED_SECONDS)
    assert await paid(truth, learner) == sorted(lesson.id for lesson in lessons)
    total = await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", learner)
    assert total == sum(lesson.xp_reward for lesson in lessons)


async def streak(truth: Truth, learner: int) -> tuple[int, int]:
    row = await truth.fetchrow("SELECT streak, longest_streak FROM users WHERE id = $1", learner)
    assert row is not None
    return row["streak"], row["longest_streak"]
