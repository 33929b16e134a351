"""What a failed login and a log give away: nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median

import httpx
import pytest

from scout_os.core.store_urls import StoreUrls
from tests.service import Truth, serve

CANARY = "kenari-rahasia-7f3a9c"
ROUNDS = 20


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
    """The victim's account."""
    body = {"name": "Budi Santoso", "username": "budi.santoso@mail.example", "password": password}
    return await http.post("/auth/register", json=body)
