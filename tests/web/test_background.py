"""Finished lessons are sent when there is a network again, also by a browser whose windows are closed."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.service import Truth, add_learners, attempt, token, until
from tests.web.device import Device, Line, until_true
from tests.web.lesson import begin_first_level, skip_to_the_end
from tests.web.signed_in import open_signed_in

LEVEL = "puk_u1_l1"
KEEP = """async ({account, token, body}) => {
    const opening = indexedDB.open("scout-os-outbox", 1);
    await new Promise((done, failed) => Object.assign(opening, {onsuccess: done, onerror: failed}));
    const transaction = opening.result.transaction(["items", "tokens"], "readwrite");
    transaction.objectStore("tokens").put({account, token});
    transaction.objectStore("items").add({
        account, kind: "submission", state: "waiting", is_locked: false, answer: null, refusal: null, token: null,
        lesson: null, request: {method: "POST", path: "/training/progress/submit", body, key: crypto.randomUUID()},
    });
    await new Promise((done, failed) => Object.assign(transaction, {oncomplete: done, onerror: failed}));
    opening.result.close();
}"""
"""Puts a finished lesson of a learner into the outbox, as a window does that is closed without a network."""
HOLD = """() => new Promise(held => navigator.locks.request("scout-os-outbox", () => new Promise(release => {
    window.release = release;
    held();
})))"""
IS_ANNOUNCED = (
    "navigator.serviceWorker.getRegistration().then(it => it.sync.getTags()).then(it => it.includes('scout-os-outbox'))"
)

REFUSE = """
    window.allow = Notification.requestPermission;
    Notification.requestPermission = async () => "denied";
"""
TAKE_REMINDERS = """navigator.serviceWorker.getRegistration().then(it => it.getNotifications()).then(all => all.map(it => {
    it.close();
    return it.body;
}))"""


class Background:
    """What the browser does while it shows no window of the app: a page without the app's code stands in for it."""

    def __init__(self, page: Page, session: CDPSession, registration: str) -> None:
        self.page, self._session, self._registration = page, session, registration

    async def sync(self) -> None:
        """The network is back: the browser wakes the worker."""
        await self._wake("dispatchSyncEvent", tag="scout-os-outbox", lastChance=False)

    async def some_time_later(self) -> None:
        """The browser wakes the worker because it is time again."""
        await self._wake("dispatchPeriodicSyncEvent", tag="scout-os-reminder")

    async def _wake(self, how: str, **event: Any) -> None:
        where = {"origin": self.page.url.rpartition("/")[0], "registrationId": self._registration}
        await self._session.send(f"ServiceWorker.{how}", {**where, **event})


@pytest.fixture
async def background(phone: Device) -> Background:
    """The app was opened once, and its window is gone."""
    await phone.open()
    return await close_app(phone)


async def close_app(phone: Device) -> Background:
    await phone.until_kept()
    phone.expected.append("favicon.ico")  # asked for beside a page that names no icon
    await phone.page.goto(f"{phone.url}/version.txt")
    session = await phone.context.new_cdp_session(phone.page)
    registrations: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    await session.send("ServiceWorker.enable")

    async def known() -> bool:
        return bool(registrations)

    await until(known, seconds=10)
    return Background(phone.page, session, registrations[0]["registrationId"])


async def total(truth: Truth, learner: int) -> int:
    xp: int = await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", learner)
    return xp


async def test_a_closed_app_sends_what_waits(background: Background, truth: Truth, line: Line) -> None:
    """The worker sends the outbox; while there is no network it fails, so that the browser asks again."""
    [learner] = await add_learners(truth, 1)
    finished = {"account": str(learner), "token": token(learner), "body": json.dumps(attempt(LEVEL, 5))}
    await background.page.evaluate(KEEP, finished)
    line.shut()
    tries = line.connections
    await background.sync()

    async def has_tried() -> bool:
        return line.connections > tries

    await until(has_tried, seconds=10)
    assert await total(truth, learner) == 0
    line.open()
    await background.sync()

    async def paid() -> bool:
        return await total(truth, learner) > 0

    await until(paid, seconds=10)


async def test_worker_and_window_never_send_at_once(background: Background, truth: Truth, line: Line) -> None:
    """While a window is sending, the worker waits for it."""
    [learner] = await add_learners(truth, 1)
    finished = {"account": str(learner), "token": token(learner), "body": json.dumps(attempt(LEVEL, 5))}
    await background.page.evaluate(KEEP, finished)
    await background.page.evaluate(HOLD)
    await background.sync()
    await until_true(background.page, "navigator.locks.query().then(it => it.pending.length > 0)")
    assert await total(truth, learner) == 0
    await background.page.evaluate("release()")

    async def paid() -> bool:
        return await total(truth, learner) > 0

    await until(paid, seconds=10)


async def test_a_window_asks_to_be_woken_for_what_waits(phone: Device, truth: Truth, line: Line) -> None:
    """A lesson that could not be sent is announced to the browser at once, while the window is still there."""
    [learner] = await add_learners(truth, 1)
    await open_signed_in(phone, learner)
    await phone.until_kept()
    assert not await phone.page.evaluate(IS_ANNOUNCED)
    await begin_first_level(phone)
    line.shut()
    await skip_to_the_end(phone)
    await until_true(phone.page, IS_ANNOUNCED)


async def test_a_closed_app_reminds_of_a_streak_that_ends_today(phone: Device, truth: Truth) -> None:
    """Once a day, who asked for it in the settings; there is no such switch before the browser allows it, and it is off
    as often as the learner does not."""
    [learner] = await add_learners(truth, 1)
    now = datetime.now(UTC)
    zone = f"Etc/GMT{max(now.hour - 15, -12):+d}"  # where it is three in the afternoon, or nearly
    yesterday = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    told = "UPDATE users SET streak = 4, longest_streak = 4, last_active_date = $2, timezone = $3 WHERE id = $1"
    await truth.execute(told, learner, yesterday, zone)
    await phone.context.grant_permissions(["notifications"])
    await open_signed_in(phone, learner, "#/settings")
    await phone.until_kept()
    await phone.sees("Hemat kuota")
    await expect(phone.page.get_by_role("switch", name="Ingatkan aku")).to_have_count(0)
    session = await phone.context.new_cdp_session(phone.page)
    profile = (await session.send("Target.getTargetInfo"))["targetInfo"]["browserContextId"]
    allowed = {"permission": {"name": "periodic-background-sync"}, "setting": "granted"}
    await session.send("Browser.setPermission", {"origin": phone.url, "browserContextId": profile, **allowed})
    await phone.page.reload()
    switch = phone.page.get_by_role("switch", name="Ingatkan aku")
    await switch.wait_for()
    await phone.page.evaluate(REFUSE)
    for _ in range(2):
        await switch.click()
        await phone.sees(re.compile("^HP-mu belum mengizinkan"))
        await expect(switch).not_to_be_checked()
    await phone.page.evaluate("Notification.requestPermission = window.allow")
    await switch.click()
    await expect(switch).to_be_checked()
    background = await close_app(phone)
    shown: list[str] = []

    async def reminds() -> bool:
        await background.some_time_later()
        shown.extend(await background.page.evaluate(TAKE_REMINDERS))
        return shown != []

    await until(reminds, seconds=15)
    assert shown == ["Sudah 4 hari menyala. Satu level lagi hari ini, yuk!"]
    await background.some_time_later()
    await asyncio.sleep(1)
    assert await background.page.evaluate(TAKE_REMINDERS) == []
