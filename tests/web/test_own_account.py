"""What learners do with an account of their own, each in a walk through the app."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from PIL import Image
from playwright.async_api import Browser, FilePayload, Locator, Route, expect

from scout_os.core.store_urls import StoreUrls
from tests.auth.issuer import AUDIENCE, issuing
from tests.cli.command import Command
from tests.learners import LEVEL, SUBMIT
from tests.service import Service, Truth, attempt, serve, until
from tests.web.device import Device, Line, device
from tests.web.learners import (
    FIRST_LEVEL_XP,
    PASSWORD,
    arrive,
    fill,
    pass_first_level,
    sign_in,
    sign_out,
    sign_up,
    xp_of,
)

GREEN = (30, 160, 60)
MOST_UPLOADS = 20
"""Of one learner in an hour."""


def photo(width: int, height: int) -> FilePayload:
    """A green square in the middle, and left and right of it what no file format makes small."""
    picture = Image.frombytes("RGB", (width, height), os.urandom(3 * width * height))
    edge = (width - height) // 2
    picture.paste(GREEN, (edge, 0, width - edge, height))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": file.getvalue()}


async def test_what_others_see_of_a_learner(phone: Device, app: Service, line: Line, truth: Truth) -> None:
    """A name, also a made-up one, and the middle of a picture, which is made small on the phone. A file that is no
    picture, and one picture too many, are told in plain words."""
    phone.expected.append("status of 429")
    page = phone.page
    await sign_up(phone, "Budi", username="budi")
    await page.evaluate("location.hash = '#/edit-profile'")
    name = page.get_by_label("Nama di peringkat", exact=True)
    await name.fill("Budi Pandu")
    await phone.press("Simpan")
    await phone.sees("Tersimpan.")
    assert await truth.fetchval("SELECT name FROM users") == "Budi Pandu"
    await phone.press("Beri aku nama pramuka")
    await expect(name).to_have_value(re.compile(r"^[A-Z]\w+ [A-Z]\w+ \d+$"))
    assert await truth.fetchval("SELECT name FROM users") == await name.input_value()

    file, told = page.get_by_label("Foto", exact=True), page.locator(".picture [role=status]")
    shown = page.locator(".picture img")
    await file.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"a letter to grandmother"})
    await expect(told).to_have_text("Gambar ini tidak bisa dibaca. Coba foto lain.")
    await expect(shown).to_have_count(0)
    large = photo(1600, 900)
    sent = line.sent
    await file.set_input_files(large)
    await expect(told).to_have_text("Tersimpan.")
    assert line.sent - sent < len(large["buffer"]) / 10
    assert await file.input_value() == "", "a browser tells of no file that is chosen again"
    kept = await picture_at(app, shown)
    corners = [(x, y) for x in (8, kept.width - 9) for y in (8, kept.height - 9)]
    assert all(is_like(kept.getpixel(corner), GREEN) for corner in corners), "only the green square is left"
    await phone.press("Hapus foto")
    await expect(shown).to_have_count(0)
    assert await truth.fetchval("SELECT picture_url FROM users") is None
    async with own_client(app, "budi") as client:
        for _ in range(MOST_UPLOADS):
            await client.put("/me/avatar", content=photo(9, 9)["buffer"])
    await file.set_input_files(photo(300, 200))
    await expect(told).to_have_text(re.compile("^Sudah banyak percobaan. Tunggu [0-9]+ menit dulu, ya.$"))


@asynccontextmanager
async def own_client(app: Service, username: str) -> AsyncIterator[httpx.AsyncClient]:
    """The learner's second device, without the app."""
    async with app.client() as client:
        login = {"username": username, "password": PASSWORD}
        token = (await client.post("/auth/login", json=login)).json()["data"]["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def picture_at(app: Service, shown: Locator) -> Image.Image:
    """The picture that an `img` shows, as the service serves it."""
    source = await shown.get_attribute("src")
    assert source is not None
    async with httpx.AsyncClient(base_url=app.url) as client:
        return Image.open(io.BytesIO((await client.get(urlsplit(source).path)).content))


def is_like(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=True))


async def test_a_new_username_own_data_and_hiding_from_the_board(phone: Device, app: Service, truth: Truth) -> None:
    """A wrong password changes nothing; all own data is in one file; who hides is seen by nobody, and learns on."""
    phone.expected.append("status of 403")
    page = phone.page
    await sign_up(phone, "Budi", username="budi")
    learner = await truth.fetchval("SELECT id FROM users")
    async with own_client(app, "budi") as client:
        assert (await client.post(SUBMIT, json=attempt(LEVEL, 5))).status_code == 200
    await page.evaluate("location.hash = '#/account'")
    await page.get_by_text("Ganti nama pengguna", exact=True).click()
    card = page.locator("details", has_text="Ganti nama pengguna")
    await fill_in(card, username="Budi12 ", password="a-wrong-one")
    await card.get_by_role("button", name="Simpan").click()
    await expect(card).to_contain_text("Kata sandinya belum cocok.")
    await expect(card.locator("input[name=password]")).to_be_focused()
    assert await truth.fetchval("SELECT username FROM users") == "budi"
    await fill_in(card, password=PASSWORD)
    await card.get_by_role("button", name="Simpan").click()
    await expect(card).to_contain_text("Nama pengguna diganti. Pakai yang baru waktu masuk.")
    assert await truth.fetchval("SELECT username FROM users") == "budi12"

    async with page.expect_download() as downloading:
        await phone.press("Unduh semua dataku")
    download = await downloading.value
    assert download.suggested_filename == "scout-os.json"
    data = json.loads(await asyncio.to_thread((await download.path()).read_text))
    async with own_client(app, "budi12") as client:
        assert data.keys() == (await client.get("/me/export")).json()["data"].keys()
    assert "budi12" in json.dumps(data)
    assert LEVEL in json.dumps(data)

    switch = page.get_by_role("switch", name="Tampil di peringkat")
    await expect(switch).to_be_checked()
    await until(lambda: is_on_board(app, learner), seconds=10)
    await switch.click()
    await expect(switch).not_to_be_checked()

    async def is_gone() -> bool:
        return not await is_on_board(app, learner)

    await until(is_gone, seconds=10)
    await page.evaluate("location.hash = '#/board'")
    await phone.sees("Namamu sedang tidak tampil di papan. XP-mu tetap bertambah.")
    await page.evaluate("location.hash = '#/profile'")
    await phone.sees("@budi12")
    await expect(page.locator(".three")).to_contain_text(f"{FIRST_LEVEL_XP} XP")
    await page.evaluate("location.hash = '#/account'")
    await switch.click()
    await expect(switch).to_be_checked()
    await until(lambda: is_on_board(app, learner), seconds=10)


async def fill_in(card: Locator, **fields: str) -> None:
    for name, text in fields.items():
        await card.locator(f"input[name={name}]").fill(text)


async def is_on_board(app: Service, learner: int) -> bool:
    """As everybody sees it."""
    async with app.client() as client:
        board = (await client.get("/leaderboard")).json()["data"]
    return any(row["id"] == learner for row in board["top_users"])


async def test_a_forgotten_password_is_replaced_with_a_code_from_the_operator(
    phone: Device, app: Service, truth: Truth, tmp_path: Path
) -> None:
    """The whole way: the operator's command prints a code, which works once; what a guest learnt goes along."""
    phone.expected.append("status of 4(01|03|22)")
    page = phone.page
    await sign_up(phone, "Siti", username="siti")
    await sign_out(phone)
    await pass_first_level(phone)
    printed = await Command("user", app.stores, tmp_path)("code", "siti")
    assert printed.returncode == 0, printed.stderr
    code = printed.stdout.splitlines()[0].removeprefix("Code: ")
    await sign_in(phone, "siti", "no-idea-what-it-was")
    await phone.sees("Nama pengguna atau kata sandinya belum cocok.")
    await phone.press("Lupa kata sandi?")
    await phone.sees("Buat kata sandi baru")
    await fill(page, username="siti", code="wrong", new_password="perahu-bulan-jagung")
    await page.get_by_role("button", name="Masuk").click()
    await phone.sees(re.compile("Kodenya tidak cocok atau sudah tidak berlaku"))
    await expect(page.locator("input[name=code]")).to_be_focused()
    await fill(page, code=f" {code.upper()} ")
    await page.get_by_role("button", name="Masuk").click()
    await phone.press("Ya, punyaku")
    await arrive(page)

    async def is_paid() -> bool:
        return await xp_of(truth, "siti") == FIRST_LEVEL_XP

    await until(is_paid, seconds=15)
    await sign_out(phone)
    await phone.open("#/forgot")
    await fill(page, username="siti", code=code, new_password="another-word-again")
    await page.get_by_role("button", name="Masuk").click()
    await phone.sees(re.compile("Kodenya tidak cocok atau sudah tidak berlaku"))
    await sign_in(phone, "siti", "perahu-bulan-jagung")
    await arrive(page)


async def test_google_joins_an_account_that_has_the_address_for_its_password_only(
    packed_stores: StoreUrls, tmp_path: Path, browser: Browser, truth: Truth
) -> None:
    """Google's answer 409 becomes a question for the password; with it, both ways in lead to one account."""
    with (
        issuing() as issuer,
        serve(
            *(packed_stores, tmp_path),
            web_app="on",
            google_client_ids=AUDIENCE,
            identity_providers=[issuer.settings()],
        ) as service,
    ):
        async with service.client() as client:
            body = {"name": "Ayu", "username": "ayu@gmail.example", "password": PASSWORD}
            assert (await client.post("/auth/register", json=body)).status_code == 201
        async with device(browser, service.url) as phone:
            phone.expected.append("status of 4(01|03|09)")
            page = phone.page

            async def consent(route: Route) -> None:
                asked = {name: value for name, [value] in parse_qs(urlsplit(route.request.url).query).items()}
                assert asked["client_id"] == AUDIENCE
                token = issuer.token(nonce=asked["nonce"])
                back = f"{asked['redirect_uri']}#state={asked['state']}&id_token={token}"
                await route.fulfill(status=302, headers={"Location": back})

            await page.route("https://accounts.google.com/**", consent)
            await phone.open("#/sign-in")
            await phone.press("Masuk dengan Google")
            await phone.sees(re.compile("Sudah ada akun dengan alamat ini"))
            assert "id_token" not in page.url, "the token stays out of the history"
            await fill(page, password="a-wrong-one")
            await phone.press("Sambungkan")
            await phone.sees(re.compile("belum cocok"))
            assert await truth.fetchval("SELECT count(*) FROM user_identities") == 0
            await fill(page, password=PASSWORD)
            await phone.press("Sambungkan")
            await arrive(page)
            await sign_out(phone)
            await phone.open("#/sign-in")
            await phone.press("Masuk dengan Google")
            await arrive(page)
            assert await truth.fetchval("SELECT count(*) FROM users") == 1
