"""A database restored from an older dump gives ids out again. What was known of their former owners opens nothing."""

from __future__ import annotations

import asyncio
import subprocess
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from scout_os.core.embedded.binaries import find_postgres
from scout_os.core.store_urls import StoreUrls
from tests.learners import start_attempt
from tests.servers import at, query
from tests.service import Service, attempt, serve
from tests.users.serving import bearer, registration

LEVEL = "puk_u1_l1"
SUBMIT = "/training/progress/submit"


async def test_a_token_opens_its_own_account_or_none(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """After a restore, tokens of before it work for the accounts that the dump holds, and for no later owner of an id."""
    with serve(packed_stores, tmp_path) as service:
        insert = "INSERT INTO users (username, name) VALUES ('ani', 'A') RETURNING id"
        old = await asyncio.to_thread(query, packed_stores.owner_database_url, insert)
        async with service.client(old) as ani, service.client() as budi, service.client() as xavier:
            assert (await ani.get("/users/me")).status_code == 200
            budis = await register(budi, "budi")
            dumped = await asyncio.to_thread(dump, packed_stores)
            xaviers = await register(xavier, "xavier")
            assert (await xavier.put("/me/avatar", content=picture())).status_code == 200
            started = await start_attempt(xavier, LEVEL)
            shown = (await xavier.get("/users/me")).json()["data"]["picture_url"]
    await asyncio.to_thread(restore, packed_stores, dumped)

    with serve(packed_stores, tmp_path) as service:
        async with service.client() as yulia, service.client(old) as ani:
            yulias = await register(yulia, "yulia")
            assert yulias.id == xaviers.id, "the id is given out again"
            assert (await ani.get("/users/me")).json()["data"]["username"] == "ani"
            assert (await ask(service, budis.headers)).json()["data"]["username"] == "budi"
            for path in ("/users/me", "/me/export", "/leaderboard/me", "/training/progress/state"):
                assert (await ask(service, xaviers.headers, path)).status_code == 401, path
            board = (await ask(service, xaviers.headers, "/leaderboard")).json()["data"]
            assert board["my_rank"] is None, "nobody's"
            for headers in (xaviers.headers, xaviers.headers | {"Idempotency-Key": "same"}):
                refused = await yulia.post(SUBMIT, json=attempt(LEVEL, 5), headers=headers)
                assert refused.status_code == 401
            mine = await yulia.get("/users/me")
            assert (mine.json()["data"]["username"], mine.json()["data"]["total_xp"]) == ("yulia", 0)

            answers = {question["id"]: None for question in started["questions"]}
            body = {"level_id": LEVEL, "answers": answers, "attempt_id": started["attempt_id"]}
            assert (await yulia.post(SUBMIT, json=body)).status_code == 404, "the attempt was somebody else's"
            assert (await yulia.put("/me/avatar", content=picture("gold"))).status_code == 200
            hers = (await yulia.get("/users/me")).json()["data"]["picture_url"]
            assert hers.partition("?")[0] != shown.partition("?")[0], "another picture's name"
            spent = {service.services.authenticator.read_token(of.token).sessions for of in (xaviers, yulias)}
            assert len(spent) == 2, "their requests are counted apart"


class Registered:
    """A new account, as its owner's client knows it."""

    def __init__(self, data: dict[str, object]) -> None:
        user = data["user"]
        assert isinstance(user, dict)
        self.id: int = user["id"]
        self.token = str(data["access_token"])
        self.headers = bearer(self.token)


async def register(client: httpx.AsyncClient, username: str) -> Registered:
    """Register, and sign the client in."""
    answer = await client.post("/auth/register", json=registration(username))
    assert answer.status_code == 201, answer.text
    made = Registered(answer.json()["data"])
    client.headers.update(made.headers)
    return made


async def ask(service: Service, headers: dict[str, str], path: str = "/users/me") -> httpx.Response:
    """What a token opens."""
    async with service.client() as client:
        return await client.get(path, headers=headers)


def picture(colour: str = "navy") -> bytes:
    """A small one."""
    out = BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "JPEG")
    return out.getvalue()


def dump(stores: StoreUrls) -> bytes:
    """What `pg_dump` writes of the service's database."""
    return _tool("pg_dump", "--format=custom", stores.owner_database_url)


def restore(stores: StoreUrls, dumped: bytes) -> None:
    """Replace the service's database by that of the dump, as an operator does."""
    name, others = stores.owner_database_url.rsplit("/", 1)[1], at(stores.owner_database_url, "postgres")
    query(others, f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE template0", "SELECT 1")
    _tool("pg_restore", "--exit-on-error", f"--dbname={stores.owner_database_url}", stdin=dumped)


def _tool(name: str, *arguments: str, stdin: bytes = b"") -> bytes:
    program = find_postgres().path.with_name(name)
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, timeout=60, check=False)
    if done.returncode:
        pytest.fail(done.stderr.decode())
    return done.stdout
