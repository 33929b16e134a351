"""The leaderboard as the client draws it."""

from __future__ import annotations

from redis.asyncio import Redis

from tests.contract.flutter import FlutterApp
from tests.contract.models import Board
from tests.learners import until_board_follows
from tests.service import Truth, attempt

THRESHOLDS = {
    "Tunas Baru": (1, 99),
    "Tunas Berakar": (100, 199),
    "Tunas Berdaun": (200, 349),
    "Tunas Tegak": (350, 499),
    "Kelapa Muda": (500, 749),
    "Kelapa Rimbun": (750, 999),
    "Kelapa Berbuah": (1000, 1499),
    "Nyiur Melambai": (1500, 2**53 - 1),
}
LEARNER_WITH_XP = """
    WITH learner AS (INSERT INTO users (username, name, total_xp) VALUES ('xp' || $1::bigint, $2, $1) RETURNING id),
         paid AS (INSERT INTO xp_ledger (user_id, source, amount, submission_id)
                  SELECT id, 'correction:test', $1, gen_random_uuid() FROM learner)
    INSERT INTO board_outbox (user_id) SELECT id FROM learner RETURNING user_id
"""


async def test_scout_ranks_at_every_threshold(guest: FlutterApp, truth: Truth, cache: Redis) -> None:
    """Each row carries the scout rank that its XP is worth, on both sides of all seven thresholds, which are listed."""
    expected = []
    for rank_name, bounds in THRESHOLDS.items():
        for xp in bounds:
            user_id = await truth.fetchval(LEARNER_WITH_XP, xp, f"Has {xp}")
            expected.append((user_id, f"Has {xp}", xp, rank_name))
    await until_board_follows(truth, cache)
    board = await guest.leaderboard()
    rows = board.top_users
    assert [(row.id, row.name, row.xp, row.level) for row in rows] == expected[::-1]
    assert [row.rank for row in rows] == list(range(1, len(expected) + 1))
    assert board.my_rank is None
    assert len((await guest.leaderboard(limit=3)).top_users) == 3
    ranks = (await guest.send("GET", "/leaderboard/ranks"))["data"]["ranks"]
    listed = [(rank["name"], rank["from_xp"]) for rank in ranks]
    assert listed == [(name, low if low > 1 else 0) for name, (low, _) in THRESHOLDS.items()]
    assert all(rank["name_en"] for rank in ranks)


async def test_own_rank(guest: FlutterApp, learner: FlutterApp, learner_id: int) -> None:
    """My rank is null for a guest, {0, 0} without XP, and right in the very next answer after an award; equals share it."""
    assert await guest.leaderboard() == Board(top_users=[], my_rank=None)
    assert (await learner.leaderboard()).mine == (0, 0)
    twin = FlutterApp(guest.http)
    twin_id = (await twin.register("Citra", "citra", "siap selalu")).id
    for app, place in ((learner, 1), (twin, 1)):
        await app.send("POST", "/training/progress/submit", attempt("puk_u1_l1", 5))
        assert (await app.leaderboard()).mine == (place, 10)
    rows = (await guest.leaderboard()).top_users
    assert {(row.rank, row.id, row.name, row.xp, row.avatar) for row in rows} == {
        (1, learner_id, "Budi", 10, None),
        (1, twin_id, "Citra", 10, None),
    }
    await twin.send("POST", "/training/progress/submit", attempt("puk_u1_l2", 5))
    assert (await learner.leaderboard()).mine == (2, 10)
