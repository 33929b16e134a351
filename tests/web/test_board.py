"""The leaderboard on a phone, while others learn."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from chaos.network.proxy import Proxy, proxied
from scout_os.core.store_urls import StoreUrls
from tests.contract.packs import read_lessons
from tests.learners import LEVEL, REWARD, SUBMIT
from tests.servers import PACK_DIR
from tests.service import Service, Truth, add_learners, attempt, serve, until
from tests.web import answers
from tests.web.accessible import serious_findings
from tests.web.device import LARGE, SMALL, Device, Line, device
from tests.web.ears import hears, listen
from tests.web.signed_in import open_signed_in

LIVE, LATE, AWAY = "Langsung diperbarui", "Agak terlambat", "Tanpa internet"
PHONE = (412, 732)
MOVED_SECONDS = 2
"""How soon others see what somebody learnt."""
NOTICED_SECONDS = 20
"""A lost network or store is told within a few tries."""


CUT = "ERR_(INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)"
"""What Chromium logs when an open stream is cut."""


async def learn(service: Service, learner: int, level: str = LEVEL) -> None:
    """One more level for a learner, on another phone."""
    async with service.client(learner) as client:

        async def is_taken() -> bool:
            return (await client.post(SUBMIT, json=attempt(level, 5))).status_code == 200

        await until(is_taken, seconds=NOTICED_SECONDS)  # a store that came back is believed after a moment


def state(page: Page) -> Locator:
    return page.locator(".board-state")


def own_row(page: Page) -> Locator:
    return page.locator(".board-row[data-me]").first


@pytest.fixture
async def learners(app: Service, truth: Truth) -> list[int]:
    """Twelve learners; each has as many levels as there are after."""
    found = await add_learners(truth, 12)
    units = [f"puk_u1_l{number}" for number in range(1, 6)]
    for place, learner in enumerate(found[:5]):
        for level in units[: 5 - place]:
            await learn(app, learner, level)
    for learner in found[5:11]:
        await learn(app, learner)
    return found


async def test_a_second_phone_sees_xp_within_two_seconds_without_a_touch(
    app: Service, learners: list[int], phone: Device
) -> None:
    """Somebody learns elsewhere: the row moves on the board that lies open, and nobody reloads it."""
    me, other = learners[4], learners[11]
    await listen(phone.context)
    await open_signed_in(phone, me, "#/board")
    await expect(state(phone.page)).to_have_text(LIVE)
    await expect(phone.page.get_by_role("listitem").filter(has_text="Learner 12")).to_have_count(0)
    await learn(app, other)
    row = phone.page.locator(f"[data-row='{other}']").first
    await expect(row).to_have_attribute("data-xp", str(REWARD), timeout=MOVED_SECONDS * 1000)
    await learn(app, me, "puk_u1_l2")
    await expect(own_row(phone.page)).to_contain_text("Peringkat 4", timeout=MOVED_SECONDS * 1000)
    heard = await hears(phone.page, "Sekarang kamu peringkat 4.")
    assert len([it for it in heard if re.search("peringkat|Learner", it)]) == 1, "others' moves are not read out"


async def test_ones_own_row_comes_first_and_stays_in_sight(learners: list[int], phone: Device) -> None:
    """The neighbourhood is above the podium; once it is scrolled away, one's own row is at the lower edge."""
    await open_signed_in(phone, learners[4], "#/board")
    headings = phone.page.get_by_role("heading", level=2)
    await expect(headings).to_have_text(["Di sekitarmu", "Tiga teratas", "Terus mendaki"])
    await expect(own_row(phone.page)).to_contain_text(re.compile(r"Peringkat 5.*Learner 5.*Kamu", re.DOTALL))
    bar = phone.page.locator(".own-bar")
    await expect(bar).to_have_count(0)
    await phone.page.locator(".podium").evaluate("podium => podium.scrollIntoView()")
    await expect(bar).to_be_in_viewport()
    await expect(bar).to_contain_text("5")


async def test_a_guest_sees_the_board_and_an_invitation(learners: list[int], phone: Device) -> None:
    """Without an account: everybody's board, live, and how to get on it."""
    await phone.open("#/board")
    await expect(state(phone.page)).to_have_text(LIVE)
    await phone.sees("Mau namamu ada di sini?")
    await expect(phone.page.locator(".podium")).to_contain_text("Learner 1")
    await expect(phone.control("Daftar")).to_have_attribute("href", "#/sign-up")


async def test_a_hidden_learner_is_told_so_and_where_to_change_it(
    app: Service, learners: list[int], phone: Device
) -> None:
    """Who hid from the board sees the others, and why the own name is missing."""
    async with app.client(learners[0]) as client:
        assert (await client.put("/me/board-visibility", json={"visible": False})).status_code == 200
    await open_signed_in(phone, learners[0], "#/board")
    await phone.sees("Namamu sedang tidak tampil di papan. XP-mu tetap bertambah.")
    await expect(phone.control("Atur di akunmu")).to_have_attribute("href", "#/account")
    await expect(phone.page.locator("[data-me]")).to_have_count(0)


async def test_an_empty_board_invites(phone: Device) -> None:
    """Nobody has XP: no empty list, but an invitation to be the first."""
    await phone.open("#/board")
    await phone.sees("Papan masih kosong. Jadilah yang pertama!")


async def test_the_top_is_where_the_podium_is(app: Service, truth: Truth, phone: Device) -> None:
    """Of four equals, all first in rank, one has no place on the podium, and is not called to be at the top."""
    learners = await add_learners(truth, 4)
    for learner in learners:
        await learn(app, learner)
    told = []
    for learner in learners:
        await open_signed_in(phone, learner, "#/board")
        await expect(own_row(phone.page).or_(phone.page.locator(".podium [data-me]")).first).to_be_visible()
        await expect(state(phone.page)).to_have_text(LIVE)
        is_near = await phone.page.locator(".near").count() > 0
        told.append((is_near, await phone.page.get_by_text("Kamu di puncak. Hebat!").count()))
    assert sorted(told) == [(False, 1), (False, 1), (False, 1), (True, 0)]


async def test_equals_stand_equally_high_and_a_free_stump_waits(app: Service, truth: Truth, phone: Device) -> None:
    """Two learners with the same XP share the first rank; the third place waits for somebody."""
    for learner in await add_learners(truth, 2):
        await learn(app, learner)
    await phone.open("#/board")
    await expect(phone.page.locator(".podium [data-row]")).to_have_count(2)
    stumps = phone.page.locator(".podium .stump")
    await expect(stumps).to_have_count(3)
    first, second, free = [await stumps.nth(place).bounding_box() for place in range(3)]
    assert first is not None
    assert second is not None
    assert free is not None
    assert first["height"] == second["height"] > free["height"]
    await phone.sees("Tempat ini menunggumu")


async def test_without_a_network_the_last_board_stays_and_xp_that_waits_is_told(
    learners: list[int], phone: Device, line: Line
) -> None:
    """The line is cut: the board says so and stays; a level learnt meanwhile is told beside the own row, whose XP does
    not change. With the line back, all of it comes by itself."""
    phone.expected.append(CUT)
    lesson = read_lessons(PACK_DIR, newest=True)[1]
    await open_signed_in(phone, learners[5], "#/path")
    await phone.page.locator(f"a[href='#/lesson/{lesson.id}']").wait_for()
    await phone.open("#/board")
    await expect(state(phone.page)).to_have_text(LIVE)
    line.shut()
    await expect(state(phone.page)).to_have_text(AWAY, timeout=NOTICED_SECONDS * 1000)
    await phone.sees("Ini papan terakhir yang ada di HP-mu.")
    await answers.learn(phone, lesson)
    await phone.open("#/board")
    await phone.sees(f"+{lesson.xp_reward} XP menunggu dikirim")
    await expect(own_row(phone.page)).to_contain_text(f"{REWARD} XP")
    line.open()
    await expect(state(phone.page)).to_have_text(LIVE, timeout=NOTICED_SECONDS * 1000)
    await expect(own_row(phone.page)).to_contain_text(f"{REWARD + lesson.xp_reward} XP", timeout=NOTICED_SECONDS * 1000)


async def test_redis_stopped_and_back_is_said_and_mended(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, browser: Browser
) -> None:
    """Without Redis the open board may be late, and says so, but still moves; with Redis it is live again."""
    async with board_behind(packed_stores, truth, tmp_path, browser, "redis_url") as (service, proxy, here, me):
        proxy.shut()
        await expect(state(here.page)).to_have_text(LATE, timeout=NOTICED_SECONDS * 1000)
        await learn(service, me, "puk_u1_l2")
        await expect(here.page.locator("[data-me] .xp").first).not_to_have_text(f"{REWARD} XP")
        await expect(state(here.page)).to_have_text(LATE)
        proxy.toxics.clear()
        await expect(state(here.page)).to_have_text(LIVE, timeout=NOTICED_SECONDS * 1000)


async def test_postgres_stopped_and_back_is_said_and_mended(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, browser: Browser
) -> None:
    """Without PostgreSQL nobody knows whether the board is right, and it says so; afterwards it moves again."""
    async with board_behind(packed_stores, truth, tmp_path, browser, "database_url") as (service, proxy, here, me):
        proxy.shut()
        await expect(state(here.page)).to_have_text(LATE, timeout=NOTICED_SECONDS * 1000)
        await expect(here.page.locator("[data-me] .xp").first).to_have_text(f"{REWARD} XP")
        proxy.toxics.clear()
        await expect(state(here.page)).to_have_text(LIVE, timeout=NOTICED_SECONDS * 1000)
        await learn(service, me, "puk_u1_l2")
        await expect(here.page.locator("[data-me] .xp").first).not_to_have_text(f"{REWARD} XP")


@asynccontextmanager
async def board_behind(
    stores: StoreUrls, truth: Truth, directory: Path, browser: Browser, cut: Literal["redis_url", "database_url"]
) -> AsyncIterator[tuple[Service, Proxy, Device, int]]:
    """A live board of a learner with one level, and the connections of its service to one store, to be cut."""
    (me,) = await add_learners(truth, 1)
    with (
        proxied(getattr(stores, cut)) as proxy,
        serve(replace(stores, **{cut: proxy.url}), directory, web_app="on") as service,
    ):
        await learn(service, me)
        async with device(browser, service.url) as here:
            here.expected.extend([r"status of 50[023]", CUT])
            await open_signed_in(here, me, "#/board")
            await expect(state(here.page)).to_have_text(LIVE, timeout=NOTICED_SECONDS * 1000)
            yield service, proxy, here, me


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(SMALL, "light"), (PHONE, "dark"), (LARGE, "light"), (LARGE, "dark")],
    ids=["small-light", "phone-dark", "large-light", "large-dark"],
)
async def test_every_size_and_theme_is_accessible(
    app: Service, learners: list[int], browser: Browser, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """axe finds nothing serious, and nothing is wider than the window."""
    async with device(browser, app.url, size=size, scheme=scheme, language="en" if scheme == "dark" else "id") as here:
        await open_signed_in(here, learners[3], "#/board")
        await expect(here.page.locator(".board-state[data-state=live]")).to_be_visible()
        assert await serious_findings(here.page) == []
        assert await here.page.evaluate("document.documentElement.scrollWidth") <= size[0]


async def test_the_keyboard_reaches_all_that_can_be_pressed(learners: list[int], phone: Device) -> None:
    """A guest goes by Tab: the invitation's buttons, then the main menu; Enter follows."""
    await phone.open("#/board")
    await phone.sees("Mau namamu ada di sini?")
    reached = []
    for _ in range(5):
        await phone.page.keyboard.press("Tab")
        reached.append(await phone.page.evaluate("document.activeElement.textContent.trim()"))
    assert reached == ["Daftar", "Masuk", "Belajar", "Peringkat", "Aku"]
    await phone.page.keyboard.press("Shift+Tab")
    await phone.page.keyboard.press("Shift+Tab")
    await phone.page.keyboard.press("Enter")
    await expect(phone.page).to_have_url(re.compile("#/path$"))


async def test_a_screen_reader_gets_a_list_with_ranks_names_and_xp(learners: list[int], phone: Device) -> None:
    """The tree of the screen has the lists in order, each learner in one item with rank, name and XP."""
    await open_signed_in(phone, learners[3], "#/board")
    await expect(state(phone.page)).to_have_text(LIVE)
    tree = await phone.page.locator("main").aria_snapshot()
    items = re.findall(r"listitem: (.*)", tree)
    assert next(item for item in items if "Learner 4" in item).startswith("Peringkat 4 Learner 4 Kamu Tunas Baru")
    podium = await phone.page.locator(".podium").aria_snapshot()
    assert re.findall(r"Learner \d", podium) == ["Learner 1", "Learner 2", "Learner 3"]


async def test_reduced_motion_moves_nothing(app: Service, learners: list[int], browser: Browser) -> None:
    """Who wants no motion sees rows in their new places at once."""
    async with device(browser, app.url, reduced_motion=True) as here:
        await open_signed_in(here, learners[5], "#/board")
        await expect(state(here.page)).to_have_text(LIVE)
        await here.page.evaluate(
            "void (Element.prototype.animate = new Proxy(Element.prototype.animate,"
            " {apply(...call) { window.moved = true; return Reflect.apply(...call); }}))"
        )
        before = await own_row(here.page).get_attribute("data-xp")
        await learn(app, learners[5], "puk_u1_l2")
        await expect(own_row(here.page)).not_to_have_attribute("data-xp", str(before))
        assert await here.page.evaluate("window.moved") is None


async def test_the_board_fills_a_projector(app: Service, learners: list[int], browser: Browser) -> None:
    """On a big screen there is the board alone, its names as high as 1/40 of the screen, without scrolling; it moves by
    itself, and Escape or a press brings everything back."""
    async with device(browser, app.url, size=LARGE) as here:
        await here.open("#/board")
        await here.press("Layar besar")
        await expect(here.page.locator("html")).to_have_attribute("data-big-screen", "")
        name = here.page.locator(".board-row .name").first
        assert await name.evaluate("name => parseFloat(getComputedStyle(name).fontSize) / innerHeight") >= 1 / 40
        await expect(here.page.locator(".tabs, .invitation").locator("visible=true")).to_have_count(0)
        last = here.page.locator(f"[data-row='{learners[10]}']")
        await expect(last).to_be_in_viewport(ratio=1)
        assert await here.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await learn(app, learners[10], "puk_u1_l2")
        await expect(last).not_to_have_attribute("data-xp", str(REWARD), timeout=MOVED_SECONDS * 1000)
        await here.press("Tutup")
        await expect(here.page.locator(".tabs")).to_be_visible()
