"""Where a 401 may come from: it makes the client wipe its session, so nowhere else."""

from __future__ import annotations

import pytest

from tests.contract.flutter import FlutterApp, Refused
from tests.service import Truth, add_learners, attempt, token

NEEDED = [
    ("GET", "/users/me", None),
    ("PATCH", "/users/me/profile", {"full_name": "Budi"}),
    ("PUT", "/users/me/stats", {"streak": 0, "last_active_date": None}),
    ("GET", "/users/1/public", None),
    ("GET", "/users/1/hearts", None),
    ("POST", "/users/1/hearts/decrement", {"amount": 1}),
    ("POST", "/training/progress/submit", attempt("puk_u1_l1", 5)),
    ("GET", "/training/progress/state", None),
    ("POST", "/leaderboard/rebuild", None),
]
NOT_NEEDED = ["/leaderboard?limit=50", "/training/sections/puk/path", "/training/sections"]
NOT_NEEDED += ["/training/levels/puk_u1_l1/questions", "/training/units/puk_u1", "/training/levels/puk_u1_l1"]


def bad_tokens(deleted: int) -> dict[str, str | None]:
    """What must count for no token; `core/test_access_tokens.py` has all that can be wrong with one."""
    return {
        "none": None,
        "no token": "x",
        "expired": token(deleted - 1, minutes_ago=8 * 24 * 60),
        "no such user": token(2**62),
        "deleted user": token(deleted),
    }


async def test_bad_tokens(guest: FlutterApp, truth: Truth) -> None:
    """A bad token is 401 wherever one is needed, and counts as none wherever it is optional."""
    learner, deleted = await add_learners(truth, 2)
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", deleted)
    guest.token = token(learner)
    await guest.send("POST", "/training/progress/submit", attempt("puk_u1_l1", 5))
    guest.token = None
    as_guest = {path: await shown(guest, path) for path in NOT_NEEDED}
    for what, bad in bad_tokens(deleted).items():
        for method, path, body in NEEDED:
            guest.token = bad
            with pytest.raises(Refused, match="401"):
                await guest.send(method, path, body)
            assert not guest.is_signed_in, what
        for path in NOT_NEEDED:
            guest.token = bad
            assert await shown(guest, path) == as_guest[path], what
            assert guest.token == bad
    guest.token = token(learner)
    assert (await guest.path("puk")).statuses["puk_u1_l1"] == "COMPLETED"
    assert (await guest.leaderboard()).mine == (1, 10)


async def shown(app: FlutterApp, path: str) -> object:
    """What a path answers, without the parts that tell the time."""
    answer = await app.send("GET", path)
    answer.pop("timestamp", None)
    if "data" in answer:
        answer["data"].pop("meta", None)
    return answer
