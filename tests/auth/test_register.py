"""Registration."""

from __future__ import annotations

import asyncio

import pytest

from tests.users.serving import PASSWORD, Api, Owner, bearer, registration


async def test_register_logs_in(api: Api, owner: Owner) -> None:
    """A new account gets a token that works at once; the password is kept only as an argon2id hash."""
    answer = await api.http.post("/auth/register", json=registration(" Budi@Example.ID ", name=" Budi "))
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data["token_type"] == "bearer"
    assert data["user"] == {"id": data["user"]["id"], "name": "Budi", "username": "budi@example.id"}
    assert (await api.http.get("/users/me", headers=bearer(data["access_token"]))).status_code == 200
    assert (await owner.fetchval("SELECT password_hash FROM users")).startswith("$argon2id$")


@pytest.mark.parametrize(("sent", "kept"), [(" Jakarta 01 ", "Jakarta 01"), ("  ", None), ("", None), (None, None)])
async def test_gugus_depan_is_optional(api: Api, owner: Owner, sent: str | None, kept: str | None) -> None:
    """The group is kept trimmed; left blank, it is none."""
    assert (await api.http.post("/auth/register", json=registration(gugus_depan=sent))).status_code == 201
    assert await owner.fetchval("SELECT gugus_depan FROM users") == kept


async def test_taken_name_is_409(api: Api, owner: Owner) -> None:
    """A name in another spelling, or of a disabled user, is taken, and a learner can read so."""
    await api.register("budi")
    await owner.execute("UPDATE users SET is_active = false")
    answer = await api.http.post("/auth/register", json=registration("  BUDI"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "username_taken"
    assert "sudah dipakai" in answer.json()["detail"] == answer.json()["message"]


async def test_of_twenty_at_once_one_gets_the_name(api: Api, owner: Owner) -> None:
    """Twenty parallel registrations of one name: one succeeds, nineteen are 409, and there is one row."""
    answers = await asyncio.gather(*[api.http.post("/auth/register", json=registration()) for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 19]
    assert await owner.fetchval("SELECT count(*) FROM users") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", '""'),
        ("name", '"  "'),
        ("name", '"' + "x" * 101 + '"'),
        ("name", '"a\\u0000"'),
        ("name", '"a\\ud800"'),
        ("name", "7"),
        ("name", "null"),
        ("username", '"ab"'),
        ("username", '"' + "x" * 255 + '"'),
        ("username", '"bu di"'),
        ("username", '"bud\\u0456"'),
        ("username", '"budi\\u0000"'),
        ("username", '"budi\\udfff"'),
        ("username", "12345"),
        ("password", '"1234567"'),
        ("password", '"' + "x" * 129 + '"'),
        ("password", '"12345678\\u0000"'),
        ("password", '"12345678\\ud800"'),
        ("password", "12345678"),
        ("gugus_depan", '"' + "x" * 101 + '"'),
        ("gugus_depan", '"a\\ud800"'),
        ("gugus_depan", "3"),
        ("role", '"admin"'),
        ("total_xp", "5"),
    ],
)
async def test_bad_registrations_are_422(api: Api, owner: Owner, field: str, value: str) -> None:
    """Broken text, wrong lengths, wrong types and unknown fields are 422 with the field's name, and make no account."""
    fields = {"name": '"Budi"', "username": '"budi"', "password": f'"{PASSWORD}"', field: value}
    body = "{" + ", ".join(f'"{key}": {text}' for key, text in fields.items()) + "}"
    answer = await api.http.post("/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert await owner.fetchval("SELECT count(*) FROM users") == 0


@pytest.mark.parametrize("path", ["/auth/register", "/auth/login"])
async def test_refusals_never_repeat_the_input(api: Api, path: str) -> None:
    """A refused password or name is not sent back, nor any of the rest of the body."""
    secret = "hemmelig\u0000" + "y" * 1100
    answer = await api.http.post(path, json=registration("geheim name", name="rahasia\n", password=secret))
    assert answer.status_code == 422
    for word in ("hemmelig", "yyyy", "geheim", "rahasia"):
        assert word not in answer.text


@pytest.mark.parametrize(
    "password", ["xylofon!", "xylofon " * 15 + "xylofon!", "kata sandi saya \t", "пароль-пароль", "🔥🐘🌋🎈🔥🐘🌋🎈"]
)
async def test_passwords_of_any_script_work(api: Api, password: str) -> None:
    """Eight to 128 characters of anything, blanks at the ends included, register and log in."""
    body = registration(password=password)
    assert (await api.http.post("/auth/register", json=body)).status_code == 201
    login = {"username": "budi", "password": password}
    assert (await api.http.post("/auth/login", json=login)).status_code == 200
    assert (await api.http.post("/auth/login", json=login | {"password": password + " "})).status_code == 401
