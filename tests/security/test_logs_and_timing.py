"""What the time of a failed login, or of a wrong code, gives away: nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median

import pytest

from scout_os.core.store_urls import StoreUrls
from tests.service import Truth, serve

ROUNDS = 20


@pytest.mark.parametrize(
    ("path", "tried"),
    [
        ("login", {"password": "siap selalu?"}),
        ("password/code", {"code": "k7mp-3xwq", "new_password": "siap selalu?"}),
    ],
)
async def test_the_time_of_a_failed_login_tells_nothing(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, path: str, tried: dict[str, str]
) -> None:
    """Unknown name, wrong password or code, disabled account, account without one: the same answer after the same time."""
    with serve(packed_stores, tmp_path, limits="off") as service:
        async with service.client() as http:
            body = {"name": "Budi Santoso", "username": "budi.santoso@mail.example", "password": "siap selalu"}
            await http.post("/auth/register", json=body)
            await truth.execute(
                "INSERT INTO users (username, name, password_hash, is_active)"
                " SELECT 'disabled', name, password_hash, false FROM users UNION SELECT 'without', 'Ayu', NULL, true"
            )
            await truth.execute(
                """INSERT INTO password_codes (user_id, code_hash, token_generation, issued_at)
                   SELECT id, password_hash, 0, now() FROM users WHERE username LIKE 'budi%'"""
            )
            names = ("budi.santoso@mail.example", "nobody", "disabled", "without")
            seconds: dict[str, list[float]] = {name: [] for name in names}
            answers = set()
            for _ in range(ROUNDS):
                for name in names:
                    began = time.perf_counter()
                    answer = await http.post(f"/auth/{path}", json={"username": name} | tried)
                    seconds[name].append(time.perf_counter() - began)
                    kept = {
                        key: value
                        for key, value in answer.headers.items()
                        if key not in {"date", "x-request-id", "time-seal"}
                    }
                    answers.add((answer.status_code, answer.text, json.dumps(kept, sort_keys=True)))
    assert len(answers) == 1
    usual = median(seconds[names[0]])
    assert all(0.7 < median(each) / usual < 1.4 for each in seconds.values()), {
        n: median(s) for n, s in seconds.items()
    }
