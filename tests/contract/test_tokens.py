"""Where a 401 may come from: it makes the client wipe its session, so nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from scout_os.core.store_urls import StoreUrls
from tests.contract.flutter import FlutterApp, Refused, connect
from tests.service import SECRET, Service, Truth, add_learners, attempt, serve

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


def signed(service: Service, user_id: object, *, key: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    """A token as the service makes them, with some claims changed, or left out where the change is None."""
    now = datetime.now(UTC)
    claims = {
        "sub": str(user_id),
        "iss": service.settings.token_issuer,
        "aud": service.settings.token_audience,
        "iat": now,
        "exp": now + timedelta(days=7),
        **changes,
    }
    return jwt.encode({name: claim for name, claim in claims.items() if claim is not None}, key, algorithm)


def bad_tokens(service: Service, user_id: int, deleted: int) -> dict[str, str]:
    """Tokens that must count for nothing, by what is wrong with them."""
    past = datetime.now(UTC) - timedelta(minutes=5)
    return {
        "expired": signed(service, user_id, exp=past),
        "other key": signed(service, user_id, key="another secret, which is long enough too"),
        "unsigned": signed(service, user_id, key="", algorithm="none"),
        "other algorithm": signed(service, user_id, algorithm="HS384"),
        "other issuer": signed(service, user_id, iss="other"),
        "other audience": signed(service, user_id, aud="other"),
        "older release": signed(service, user_id, iss=None, aud=None),
        "no end": signed(service, user_id, exp=None),
        "from the future": signed(service, user_id, iat=datetime.now(UTC) + timedelta(hours=1)),
        "no such user": signed(service, 2**62),
        "deleted user": signed(service, deleted),
        "a name": signed(service, "budi"),
        "user 0": signed(service, 0),
        "too many digits": signed(service, "9" * 40),
        "garbage": "not.a.token",
        "one word": "x",
        "very long": "x" * 8000,
    }


@pytest.mark.filterwarnings("ignore:The HMAC key is")
async def test_bad_tokens(service: Service, guest: FlutterApp, truth: Truth) -> None:
    """A bad token is 401 wherever one is needed, and counts as none wherever it is optional."""
    learner, deleted = await add_learners(truth, 2)
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", deleted)
    guest.token = signed(service, learner)
    await guest.send("POST", "/training/progress/submit", attempt("puk_u1_l1", 5))
    guest.token = None
    as_guest = {path: await shown(guest, path) for path in NOT_NEEDED}
    for what, token in {"none": None, **bad_tokens(service, learner, deleted)}.items():
        for method, path, body in NEEDED:
            guest.token = token
            with pytest.raises(Refused, match="401"):
                await guest.send(method, path, body)
            assert not guest.is_signed_in, what
        for path in NOT_NEEDED:
            guest.token = token
            assert await shown(guest, path) == as_guest[path], what
            assert guest.token == token
    guest.token = signed(service, learner)
    assert (await guest.path("puk")).statuses["puk_u1_l1"] == "COMPLETED"
    assert (await guest.leaderboard()).mine == (1, 10)


async def shown(app: FlutterApp, path: str) -> object:
    """What a path answers, without the parts that tell the time."""
    answer = await app.send("GET", path)
    answer.pop("timestamp", None)
    if "data" in answer:
        answer["data"].pop("meta", None)
    return answer


async def test_tokens_of_the_older_release(packed_stores: StoreUrls, tmp_path: Path, truth: Truth) -> None:
    """Tokens without issuer and audience sign in while the setting says so, and no longer."""
    [learner] = await add_learners(truth, 1)
    for hours, welcome in ((1, True), (-1, False)):
        until = datetime.now(UTC) + timedelta(hours=hours)
        with serve(packed_stores, tmp_path, legacy_tokens_until=until) as service:
            async with connect(service.api) as http:
                app = FlutterApp(http, signed(service, learner, iss=None, aud=None))
                if welcome:
                    assert (await app.me()).id == learner
                    app.token = signed(service, learner, iss=None, aud=None, key="not the key of this service at all")
                with pytest.raises(Refused, match="401"):
                    await app.me()
