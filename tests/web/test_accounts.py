"""Signing up, in and out, on a phone that several children may share."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, expect

from tests.service import Service, Truth, add_learners, until
from tests.web.device import Device, Line, box, device
from tests.web.learners import (
    FIRST_LEVEL_XP,
    PASSWORD,
    arrive,
    fill,
    kept,
    keys,
    pass_first_level,
    sign_in,
    sign_out,
    sign_up,
    xp_of,
)
from tests.web.signed_in import open_signed_in

HOLD = """async () => {
    const names = (await indexedDB.databases()).map(({name}) => name);
    const opening = indexedDB.open(names.find(name => /^scout-os-account-[0-9]+$/.test(name)));
    await new Promise(done => opening.onsuccess = done);
    window.held = opening.result;
}"""
"""Keeps the browser from deleting what it holds of an account, as a frozen window does."""
ASKED_OF_A_GUEST = """async () => {
    while (document.querySelector(".welcome") === null) await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll("dialog h2")].map(it => it.textContent);
}"""
"""What is asked when the account is gone."""


async def paid(truth: Truth, username: str, xp: int) -> None:
    async def is_paid() -> bool:
        return await xp_of(truth, username) == xp

    await until(is_paid, seconds=15)


async def test_a_guest_signs_up_and_the_lessons_are_paid_once(phone: Device, truth: Truth) -> None:
    """What was learned before the account counts for it: once, whatever is sent again."""
    await phone.open()
    await pass_first_level(phone)
    await phone.open("#/sign-up")
    await fill(phone.page, name="Budi Santoso", password=PASSWORD)
    await phone.press("Daftar")
    await phone.press("Ya, punyaku")
    await arrive(phone.page)
    await paid(truth, "budi.santoso", FIRST_LEVEL_XP)
    await phone.page.reload()
    await phone.sees(f"Total {FIRST_LEVEL_XP} XP")
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 1
    zone = await truth.fetchval("SELECT timezone FROM users WHERE username = 'budi.santoso'")
    assert zone == "Asia/Jakarta"


async def test_a_username_with_blanks_and_capitals_becomes_a_proposal(phone: Device, truth: Truth) -> None:
    """It is not refused: the form says what it makes of it, and signs up with that."""
    await phone.open("#/sign-up")
    await fill(phone.page, name="Siti", username="Siti Nur Aini", password=PASSWORD)
    await phone.sees("Kami rapikan jadi siti.nur.aini. Boleh kamu ganti.")
    await phone.page.get_by_role("button", name="Daftar").click()
    await arrive(phone.page)
    assert await truth.fetchval("SELECT count(*) FROM users WHERE username = 'siti.nur.aini'") == 1


async def test_errors_stand_beside_their_fields_in_plain_words(phone: Device, truth: Truth) -> None:
    """Empty, guessable, taken: each says what to do, and the focus goes there."""
    phone.expected.extend(["status of 422", "status of 409"])
    await sign_up(phone, "Budi", username="budi12")
    await sign_out(phone)
    await phone.open("#/sign-up")
    submit = phone.page.get_by_role("button", name="Daftar")
    await submit.click()
    await expect(phone.page.locator("input[name=name]")).to_be_focused()
    await fill(phone.page, name="Budi", username="budi12", password="pramuka123")
    await submit.click()
    await phone.sees("Kata sandi ini gampang ditebak. Coba gabungkan tiga kata, misalnya tenda-hujan-kelapa.")
    await expect(phone.page.locator("input[name=password]")).to_be_focused()
    bar, label = phone.page.locator(".bar"), phone.page.get_by_text("Kata sandi", exact=True)
    assert (await box(label))["y"] >= (await box(bar))["height"], "the bar hides the field's label"
    await fill(phone.page, password="tenda")
    await submit.click()
    await phone.sees("Terlalu pendek: paling sedikit 8 huruf.")
    await fill(phone.page, password=PASSWORD)
    await submit.click()
    await phone.sees("Nama pengguna ini sudah dipakai. Tambahkan angka, misalnya budi13.")
    await expect(phone.page.locator("input[name=username]")).to_be_focused()


async def test_the_owner_of_guest_lessons_is_asked_for_once(phone: Device, truth: Truth) -> None:
    """Left lessons are offered to the next who signs in; claimed ones are gone for all others."""
    phone.expected.append("status of 401")
    await sign_up(phone, "Adi", username="adi")
    await sign_out(phone)
    await sign_up(phone, "Budi", username="budi")
    await sign_out(phone)
    await pass_first_level(phone)
    await sign_in(phone, "adi")
    await phone.sees("Pelajaran yang tadi punya kamu?")
    await phone.press("Bukan, hapus saja")
    await phone.sees(re.compile("Mungkin temanmu yang mengerjakannya"))
    await phone.press("Batal")
    await phone.press("Bukan, biarkan di sini")
    await arrive(phone.page)
    await sign_out(phone)
    await sign_in(phone, "budi")
    await phone.sees("Anak London yang Suka Bertualang")
    await phone.press("Ya, punyaku")
    await arrive(phone.page)
    await paid(truth, "budi", FIRST_LEVEL_XP)
    assert await xp_of(truth, "adi") == 0
    await sign_out(phone)
    await sign_in(phone, "adi")
    await arrive(phone.page)


async def test_the_next_learner_on_the_phone_finds_nothing_of_the_first(phone: Device, truth: Truth) -> None:
    """Neither on the screens nor in what the device keeps, once all was sent."""
    await sign_up(phone, "Xaverius", username="xaverius")
    await pass_first_level(phone)
    await paid(truth, "xaverius", FIRST_LEVEL_XP)
    await phone.page.goto(f"{phone.url}/#/profile")
    await phone.sees("@xaverius")
    await phone.page.goto(f"{phone.url}/#/board")
    await expect(phone.page.locator("[data-me]").first).to_contain_text("Xaverius")
    await sign_out(phone)
    await sign_up(phone, "Dewi", username="dewi")
    await phone.sees("Total 0 XP")
    await phone.page.goto(f"{phone.url}/#/waiting")
    await phone.sees("Semua sudah terkirim. Mantap!")

    async def is_clean() -> bool:
        stores = await kept(phone.page)
        progress = [text for store, text in stores.items() if store.startswith("scout-os-account")]
        return "averius" not in "".join(stores.values()) and "puk_u1_l1" not in "".join(progress)

    await until(is_clean, seconds=10)


async def test_an_ended_token_keeps_the_outbox_for_its_owner(phone: Device, truth: Truth, app: Service) -> None:
    """The app says so; another learner neither sees nor sends it; its owner's next sign-in does."""
    phone.expected.append("status of 401")
    await sign_up(phone, "Eka", username="eka")
    await sign_up(phone, "Fajar", username="fajar")
    await sign_out(phone)
    await sign_in(phone, "eka")
    await arrive(phone.page)
    async with app.client() as client:
        session = (await client.post("/auth/login", json={"username": "eka", "password": PASSWORD})).json()["data"]
        token = {"Authorization": f"Bearer {session['access_token']}"}
        await client.post("/auth/logout-everywhere", headers=token)
    await pass_first_level(phone)
    await phone.page.goto(f"{phone.url}/#/profile")
    await phone.sees("Masuk lagi, ya. Pelajaranmu aman menunggu di HP ini.")
    assert await xp_of(truth, "eka") == 0
    await sign_out(phone)
    await sign_in(phone, "fajar")
    await arrive(phone.page)
    await phone.page.goto(f"{phone.url}/#/waiting")
    await phone.sees("Semua sudah terkirim. Mantap!")
    await sign_out(phone)
    await phone.open("#/sign-in")
    await phone.sees(re.compile("Di HP ini ada pelajaran yang menunggu pemiliknya"))
    await sign_in(phone, "eka")
    await arrive(phone.page)
    await paid(truth, "eka", FIRST_LEVEL_XP)
    assert await xp_of(truth, "fajar") == 0


async def test_who_signs_out_without_a_network_has_all_sent_later(phone: Device, line: Line, truth: Truth) -> None:
    """The lesson first, then the token is revoked."""
    await sign_up(phone, "Gita", username="gita")
    await phone.page.locator(".trail").first.wait_for()
    questions = await keys(phone)
    line.shut()
    await pass_first_level(phone, questions)
    await phone.page.evaluate("location.hash = '#/profile'")
    await phone.page.get_by_role("button", name="Keluar", exact=True).click()
    await phone.sees(re.compile("Masih ada 1 pelajaran yang menunggu"))
    await phone.page.get_by_role("dialog").get_by_role("button", name="Keluar").click()
    await expect(phone.page).to_have_url(re.compile("#/path$"))
    assert await xp_of(truth, "gita") == 0
    line.open()
    await paid(truth, "gita", FIRST_LEVEL_XP)

    async def is_revoked() -> bool:
        return bool(await truth.fetchval("SELECT count(*) FROM revoked_tokens"))

    await until(is_revoked, seconds=15)


async def test_signing_out_asks_nothing_else_meanwhile(phone: Device) -> None:
    """The browser may take seconds to delete what it held; no question of a guest comes under the finger."""
    await sign_up(phone, "Indah", username="indah")
    await phone.page.evaluate(HOLD)
    await phone.open("#/profile")
    await phone.page.get_by_role("button", name="Keluar", exact=True).click()
    await phone.page.get_by_role("dialog").get_by_role("button", name="Keluar").click()
    assert await phone.page.evaluate(ASKED_OF_A_GUEST) == ["Keluar dari akun?"]
    await arrive(phone.page)
    await phone.open("#/profile")
    await phone.sees("Halo, Pramuka!")


async def test_two_windows_are_one_learners(phone: Device) -> None:
    """Who signs in or out in one window does so in all of them, and ends a lesson there that is the other's."""
    await phone.open("#/profile")
    other = await phone.another_window()
    await other.goto(f"{phone.url}/#/profile")
    await expect(other.get_by_text("Halo, Pramuka!")).to_be_visible()
    await sign_up(phone, "Hani", username="hani")
    await expect(other.get_by_text("@hani")).to_be_visible()
    await other.goto(f"{phone.url}/#/lesson/puk_u1_l1")
    await other.locator("#question").wait_for()
    await sign_out(phone)
    await expect(other.get_by_text(re.compile("HP ini sekarang dipakai akun lain"))).to_be_visible()
    await other.goto(f"{phone.url}/#/profile")
    await expect(other.get_by_text("Halo, Pramuka!")).to_be_visible()


async def test_an_erased_account_leaves_nothing(phone: Device, truth: Truth) -> None:
    """With the password only, and the device forgets it as well."""
    phone.expected.append("status of 403")
    await sign_up(phone, "Xaverius", username="xaverius")
    await phone.open("#/account")
    await phone.page.get_by_text("Hapus akun", exact=True).click()
    erase = phone.page.locator(".erase")
    await erase.locator("input").fill("wrong-one")
    await erase.get_by_role("button", name="Ya, hapus selamanya").click()
    await phone.sees("Kata sandinya belum cocok.")
    await erase.locator("input").fill(PASSWORD)
    await erase.get_by_role("button", name="Ya, hapus selamanya").click()
    await phone.sees(re.compile("Akunmu sudah dihapus"))
    assert await truth.fetchval("SELECT count(*) FROM users WHERE username = 'xaverius'") == 0
    assert "averius" not in "".join((await kept(phone.page)).values())


async def test_google_is_asked_without_a_script_of_its_own(app: Service, browser: Browser) -> None:
    """Only where the service knows a client: the button leads to Google with nonce and state, and back to this page."""
    async with device(browser, app.url) as phone:
        await phone.open("#/sign-in")

        async def is_told() -> bool:
            return "google_client_id" in "".join((await kept(phone.page)).values())

        await until(is_told, seconds=15)
        await phone.page.reload()  # what the service told is known from the start
        await expect(phone.page.get_by_role("button", name="Masuk", exact=True)).to_be_visible()
        await expect(phone.page.get_by_role("button", name="Masuk dengan Google")).to_have_count(0)
    async with device(browser, app.url) as phone:
        info = {"version": "1", "grading": "client", "google_client_id": "client-1"}
        await phone.page.route("**/api/v1/info", lambda route: route.fulfill(json=info))
        await phone.page.route("https://accounts.google.com/**", lambda route: route.fulfill(body="Google"))
        await phone.open("#/sign-in")
        await phone.press("Masuk dengan Google")
        await phone.page.wait_for_url("https://accounts.google.com/**")
        asked = parse_qs(urlsplit(phone.page.url).query)
        assert asked["redirect_uri"] == [f"{app.url}/"]
        assert asked["response_type"] == ["id_token"]
        assert asked["nonce"] != asked["state"]


async def test_the_next_player_needs_no_account(phone: Device, truth: Truth) -> None:
    """Whoever gets the phone can sign in, or learn at once; with a network, too."""
    [learner] = await add_learners(truth, 1)
    await open_signed_in(phone, learner, "#/profile")
    await phone.press("Ganti pemain")
    await phone.page.get_by_role("dialog").get_by_role("button", name="Ganti pemain").click()
    await phone.shows("sign-in")
    await phone.press("Belajar tanpa akun")
    await phone.page.locator(".stop[data-status=UNLOCKED]").first.wait_for()
