"""What happens under a child's fingers: a tap too many, the phone's back button, a signal that goes, a low window."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, ViewportSize, expect

from tests.service import Truth, add_learners
from tests.web.device import Device, box, until_true
from tests.web.player import go_on, lessons_of, open_lesson, play_right, verdict_on
from tests.web.signed_in import open_signed_in
from tests.web.test_installing import OFFER, WHY

FIRST, SECOND, *_ = lessons_of(Path(__file__).parents[2] / "content" / "pramuka")
RESULT = re.compile("#/result/")
UPRIGHT, ON_ITS_SIDE = ViewportSize(width=360, height=640), ViewportSize(width=640, height=360)
SPLIT_WORDS = """() => [...document.querySelectorAll(".match .grow")].filter(it => {
    const words = document.createRange();
    let text = it;
    while (text.firstChild) text = text.firstChild;
    return [...text.data.matchAll(/\\S+/g)].some(({index, 0: word}) => {
        words.setStart(text, index);
        words.setEnd(text, index + word.length);
        return words.getClientRects().length > 1;
    });
}).map(it => it.textContent)"""
"""What is written in boxes too narrow for a word."""
PLACED = """new MutationObserver(() => {
    const stop = document.querySelector("[aria-current=step]");
    if (stop !== null) window.placed ??= stop.getBoundingClientRect().bottom <= innerHeight;
}).observe(document, {childList: true, subtree: true})"""
"""Notes whether the learner's level is in sight when it comes into the page, which is before it is painted."""
END_TOKEN = """() => new Promise(done => {
    const opening = indexedDB.open("scout-os-outbox");
    opening.onsuccess = () => {
        const ending = opening.result.transaction("tokens", "readwrite");
        ending.objectStore("tokens").clear();
        ending.oncomplete = () => {
            opening.result.close();
            new BroadcastChannel("scout-os").postMessage("changed");
            done();
        };
    };
})"""
"""As another window does when the service no longer takes the token."""
LEAVE_TWICE = """() => {
    const leave = document.querySelector(".lesson-bar button");
    leave.click();
    leave.click();
}"""
TAP_TWICE = """async ([clientX, clientY]) => {
    const screen = document.querySelector("main");
    const below = () => document.elementFromPoint(clientX, clientY)?.closest("button, a");
    const tap = timeStamp => {
        const event = new MouseEvent("click", {bubbles: true, cancelable: true, clientX, clientY, detail: 1});
        below().dispatchEvent(Object.defineProperty(event, "timeStamp", {value: timeStamp}));
    };
    tap(1000);
    while (screen.isConnected || !below()) await new Promise(requestAnimationFrame);
    tap(1200);
}"""
"""However slow the machine is, the fingers are quick: 200 ms."""


async def tap_twice(page: Page, right: int) -> None:
    """On the button that leads on, so far from its left; the second tap comes as soon as something else is there."""
    button = page.locator(".answer-bar[data-verdict] .big[aria-disabled=false]")
    await button.wait_for()
    place = await box(button)
    await page.evaluate(TAP_TWICE, [place["x"] + right, place["y"] + 28])


async def test_the_first_lesson_under_impatient_fingers(phone: Device) -> None:
    """No tap skips a question or leaves the result, and back is the path, then out of the app; the words are kind."""
    page = phone.page
    await phone.open()
    await phone.press("Ayo mulai!")
    await expect(page.locator(".splash")).to_have_count(0)
    await phone.press("Lewati")
    await phone.sees("Tidak apa-apa!")
    await tap_twice(page, 40)  # where „Lewati“ comes
    await expect(page.locator("p.count")).to_have_text(f"Soal 2 dari {len(FIRST.questions)}")
    await expect(page.locator(".answer-bar[data-verdict]")).to_have_count(0)
    height = (await box(page.locator("#question")))["y"]
    await phone.set_offline(True)
    await expect(page.locator(".notices")).to_contain_text("Belum ada sinyal")
    await expect(page.locator(".lesson-bar .icon")).to_have_count(3)
    assert (await box(page.locator("#question")))["y"] == height, "it moves away from the finger"
    await phone.set_offline(False)
    await phone.press("Lanjut nanti")
    await phone.sees("Lanjutkan")
    await page.go_back()
    assert page.url == "about:blank"
    await phone.open("#/path")
    await page.locator("[aria-current=step]").click()
    left = 2 * len(FIRST.questions) - 1
    for place in range(left):
        await phone.press("Lewati")
        await verdict_on(page)
        await (tap_twice(page, 160) if place == left - 1 else go_on(page))
    await page.wait_for_url(RESULT)
    await phone.sees("Tidak apa-apa. Coba sekali lagi, yuk")
    await expect(page).to_have_url(RESULT)
    await phone.press("Main lagi")
    await play_right(page, FIRST)
    await phone.sees(f"{FIRST.xp_reward} XP menunggumu!")
    await phone.sees("Api unggunmu menyala!")
    await page.evaluate(OFFER)
    await phone.press("Level berikutnya")
    await page.locator("#question").wait_for()
    await phone.press("Lanjut nanti")
    await expect(page).to_have_url(re.compile("#/path$"))
    await phone.sees(re.compile(WHY[:-1]))
    stop, card = await box(page.locator("[aria-current=step] .node")), await box(page.locator(".install"))
    assert stop["y"] + stop["height"] <= card["y"], "the proposal hides the level"
    await page.go_back()
    assert page.url == "about:blank"


async def test_a_repeat_under_way_is_told_on_the_path(phone: Device) -> None:
    """A level that is done and played again: the path says where to go on."""
    page = phone.page
    await open_lesson(phone, FIRST)
    await play_right(page, FIRST)
    await phone.press("Ke peta belajar")
    done = page.locator(".stop[data-status=COMPLETED]")
    await expect(done).to_have_count(1)
    await expect(done.locator(".here")).to_have_count(0)
    await done.locator("a").click()
    await page.locator("#question").wait_for()
    await phone.press("Lanjut nanti")
    await expect(done.locator(".here")).to_have_text("Lanjutkan")


async def test_a_second_tap_leaves_a_lesson_once(phone: Device) -> None:
    """It comes before the browser went back, and would lead out of the app."""
    await phone.open("#/path")
    await phone.page.locator("[aria-current=step]").click()
    await phone.page.locator("#question").wait_for()
    await phone.page.evaluate(LEAVE_TWICE)
    await phone.sees("Lanjutkan")
    await phone.page.locator("[aria-current=step]").click()
    await phone.page.locator("#question").wait_for()
    await phone.press("Lanjut nanti")
    await expect(phone.page).to_have_url(re.compile("#/path$"))


async def test_a_token_that_ends_moves_nothing_in_a_lesson(phone: Device, truth: Truth) -> None:
    """It is read out at once, and shown when the lesson is left."""
    page = phone.page
    [learner] = await add_learners(truth, 1)
    await open_signed_in(phone, learner)
    await open_lesson(phone, FIRST)
    height = (await box(page.locator("#question")))["y"]
    await page.evaluate(END_TOKEN)
    await expect(page.locator(".notices")).to_contain_text("Masuk lagi, ya.")
    assert (await box(page.locator("#question")))["y"] == height, "it moves away from the finger"
    await phone.press("Lanjut nanti")
    await expect(phone.control("Masuk lagi, ya. Pelajaranmu aman menunggu di HP ini.")).to_be_visible()


async def test_the_path_is_at_the_learners_level_before_it_is_seen(phone: Device) -> None:
    """In a low window, and again when a lesson was left: no level moves under a finger."""
    page = phone.page
    await page.set_viewport_size(ViewportSize(width=360, height=320))
    await page.add_init_script(PLACED)
    await phone.open("#/path")
    await until_true(page, "window.placed !== undefined")
    assert await page.evaluate("placed")
    await page.locator("[aria-current=step]").click()
    await page.locator("#question").wait_for()
    await page.evaluate("delete window.placed")
    await phone.press("Lanjut nanti")
    await until_true(page, "window.placed !== undefined")
    assert await page.evaluate("placed")


async def test_a_lesson_on_a_phone_on_its_side(phone: Device) -> None:
    """What was chosen stays when the phone is turned; the way on is in sight; boxes that match split no word."""
    page = phone.page
    matching = next(place for place, it in enumerate(SECOND.questions) if it["type"] == "matching")
    await open_lesson(phone, SECOND)
    await page.locator(".option").first.click()
    await page.set_viewport_size(ON_ITS_SIDE)
    await expect(page.get_by_role("radio").first).to_be_checked()
    await page.locator(".answer-bar .big").click()
    await verdict_on(page)
    await expect(page.locator(".answer-bar[data-verdict] .big")).to_be_in_viewport(ratio=1)
    await page.set_viewport_size(UPRIGHT)
    await go_on(page)
    for _ in range(1, matching):
        await phone.press("Lewati")
        await go_on(page)
    for place in range(len(SECOND.questions[matching]["payload"]["pairs"])):
        for side in ("left", "right"):
            await page.locator(f".side-{side} button").nth(place).click()
    await page.locator(".answer-bar .big").click()
    await verdict_on(page)
    assert await page.evaluate(SPLIT_WORDS) == []
