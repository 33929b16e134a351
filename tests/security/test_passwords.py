"""Passwords: which ones are taken, what a failed login tells, and where they must not be found."""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters

from scout_os.auth.rules import common_passwords, is_guessable
from scout_os.core.store_urls import StoreUrls
from tests.service import Truth, serve

CANARY = "kenari-rahasia-7f3a9c"
ROUNDS = 20


TRIED_FIRST = """
7 chars|password|Password1|12345678|pramuka2026|PRAMUKA!!|siaga-2026|scout123|indonesia45|aaaaaaaaaaaa
budi.santoso|Budi.Santoso1|osotnas.idub|budi.santoso@mail.example
"""
TAKEN = "siap selalu|rahasia-sekali|kata sandi saya|jalan kaki ke sekolah|пароль-пароль|🐘 di 🌋 naik 🎈|14 Agustus 1961, Jakarta"


async def test_a_password_that_is_tried_first(http: httpx.AsyncClient) -> None:
    """Common ones, words of this service with digits behind them, the username in any dress, and repetitions are refused."""
    for password in (*TRIED_FIRST.strip().replace("\n", "|").split("|"), "x" * 129):
        refused = await register(http, password)
        assert refused.status_code == 422, password
        assert refused.json()["errors"][0]["field"] == "password"
        assert password == "password" or password not in refused.text


async def test_a_password_without_rules_of_composition(http: httpx.AsyncClient) -> None:
    """Long, short, of one kind of letters, with blanks and of any script: taken, and every sign of it counts."""
    for number, password in enumerate((*TAKEN.split("|"), "x7 " * 42)):
        login = {"username": f"budi{number}", "password": password}
        assert (await http.post("/auth/register", json=login | {"name": "Budi"})).status_code == 201, password
        assert (await http.post("/auth/login", json=login)).status_code == 200
        assert (await http.post("/auth/login", json=login | {"password": password[1:]})).status_code == 401


async def test_an_old_weak_password_goes_on_working(http: httpx.AsyncClient, truth: Truth) -> None:
    """Who has a password that is no longer taken still signs in with it."""
    weak = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash("pramuka")
    await truth.execute("INSERT INTO users (username, name, password_hash) VALUES ('lama', 'Lama', $1)", weak)
    assert (await http.post("/auth/login", json={"username": "lama", "password": "pramuka"})).status_code == 200


def test_the_list_of_common_passwords_is_there() -> None:
    """Some ten thousand, in lower case, long enough to be taken otherwise, and none of its licence's lines."""
    common = common_passwords()
    assert len(common) > 10_000
    assert {"password", "sunshine", "iloveyou", "qwertyuiop"} <= common
    assert all(len(word) >= 8 and word == word.casefold() for word in common)
    assert not any("licen" in word and " " in word for word in common)
    assert is_guessable("SunShine", "")


async def test_a_stored_password_costs_an_attacker(http: httpx.AsyncClient, truth: Truth) -> None:
    """What is stored is argon2id with at least 19 MiB and two passes, and two equal passwords look different."""
    await register(http, "siap selalu")
    other = {"name": "Ayu", "username": "ayu", "password": "siap selalu"}
    await http.post("/auth/register", json=other)
    one, two = [row["password_hash"] for row in await truth.fetch("SELECT password_hash FROM users")]
    cost = extract_parameters(one)
    assert one.startswith("$argon2id$")
    assert (cost.memory_cost >= 19_456, cost.time_cost >= 2) == (True, True)
    assert one != two


async def test_the_time_of_a_failed_login_tells_nothing(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Unknown name, wrong password, disabled account, account without one: the same answer after the same time."""
    with serve(packed_stores, tmp_path, limits="off") as service:
        async with service.client() as http:
            await register(http, "siap selalu")
            await truth.execute(
                "INSERT INTO users (username, name, password_hash, is_active)"
                " SELECT 'disabled', name, password_hash, false FROM users UNION SELECT 'without', 'Ayu', NULL, true"
            )
            names = ("budi.santoso@mail.example", "nobody", "disabled", "without")
            seconds: dict[str, list[float]] = {name: [] for name in names}
            answers = set()
            for _ in range(ROUNDS):
                for name in names:
                    began = time.perf_counter()
                    answer = await http.post("/auth/login", json={"username": name, "password": "siap selalu?"})
                    seconds[name].append(time.perf_counter() - began)
                    kept = {key: value for key, value in answer.headers.items() if key not in {"date", "x-request-id"}}
                    answers.add((answer.status_code, answer.text, json.dumps(kept, sort_keys=True)))
    assert len(answers) == 1
    usual = median(seconds[names[0]])
    assert all(0.7 < median(each) / usual < 1.4 for each in seconds.values()), {
        n: median(s) for n, s in seconds.items()
    }


async def test_secrets_and_injected_lines_in_logs(
    packed_stores: StoreUrls, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """At the most talkative level no log, metric or answer holds a password, token or address; a line stays one line."""
    evil = '\r\n{"event": "forged"}\x1b[31m'
    with serve(packed_stores, tmp_path, log_level="DEBUG", log_format="json") as service:
        async with service.client() as http:
            token = (await register(http, CANARY)).json()["data"]["access_token"]
            await http.post("/auth/login", json={"username": f"{CANARY}@mail.example", "password": CANARY})
            await http.post("/auth/login", content=f'{{"username": "{CANARY}", "password": "{CANARY}"'.encode())
            await http.post("/auth/google", json={"id_token": CANARY, "password": CANARY})
            await http.get("/users/me", headers={"Authorization": f"Bearer {CANARY}"})
            await http.get(
                "/users/me", headers={"Authorization": f"Bearer {token}", "User-Agent": evil.replace("\r\n", "")}
            )
            await http.get(f"{service.url}/x%0d%0a%7B%22event%22:%22forged%22%7D%1b%5B31m")
            await http.get("/users/me", params={"token": token})
            metrics = (await http.get(f"{service.url}/metrics")).text
    out, err = capfd.readouterr()
    lines = [line for line in err.splitlines() if line.startswith("{")]
    assert len(lines) > 5
    for line in lines:
        assert json.loads(line)["event"] != "forged"
    for secret in (CANARY, token.split(".")[2], "\x1b"):
        assert secret not in out + err + metrics


async def register(http: httpx.AsyncClient, password: str) -> httpx.Response:
    body = {"name": "Budi Santoso", "username": "budi.santoso@mail.example", "password": password}
    return await http.post("/auth/register", json=body)
