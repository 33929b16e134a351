"""PostgreSQL away: an honest 503 in time, never a false acknowledgement, and service again when it is back."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from chaos.network.proxy import proxied
from scout_os.core.store_urls import StoreUrls
from tests.service import Service, Truth, add_learners, attempt, serve


@pytest.mark.parametrize(("trouble", "seconds"), [("shut", 1.0), ("silent", 3.0)])
async def test_postgres_away_is_an_honest_503_in_time(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, trouble: str, seconds: float
) -> None:
    """Unreachable: 503 with Retry-After within 1 s; hanging: within 3 s; back: 200 again without a restart."""
    [learner] = await add_learners(truth, 1)
    with (
        proxied(packed_stores.database_url) as postgres,
        serve(replace(packed_stores, database_url=postgres.url), tmp_path) as service,
    ):
        async with service.client(learner) as client:
            assert (await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))).status_code == 200
            postgres.shut() if trouble == "shut" else setattr(postgres.toxics, "state", "held")
            for _ in range(3):
                started = time.monotonic()
                response = await client.post("/training/progress/submit", json=attempt("puk_u1_l2", 5))
                assert time.monotonic() - started <= seconds
                assert response.status_code == 503
                assert response.headers["Retry-After"]
                assert response.json()["success"] is False
            assert (await client.get("/users/me")).status_code == 503
            assert (await readiness(service)) == 503
            postgres.toxics.clear()
            deadline = time.monotonic() + 10
            while (await client.get("/users/me")).status_code != 200:
                assert time.monotonic() < deadline
            again = (await client.post("/training/progress/submit", json=attempt("puk_u1_l2", 5))).json()
    assert await truth.fetchval("SELECT sum(amount) FROM xp_ledger WHERE user_id = $1", learner) == again["total_xp"]


async def readiness(service: Service) -> int:
    async with service.client() as client:
        return (await client.get(f"{service.url}/readyz")).status_code
