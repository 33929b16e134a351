"""Signing in and the profile, as the client uses them."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from tests.contract.conftest import PASSWORD
from tests.contract.flutter import FlutterApp, Refused
from tests.contract.models import PublicProfile
from tests.service import attempt


async def test_register_then_login(guest: FlutterApp) -> None:
    """A new learner is signed in at once with a whole profile, and again later under any spelling of the name."""
    new = await guest.register(" Ayu Lestari ", " Ayu@Example.ID ", PASSWORD, " Jakarta 01 ")
    assert (new.name, new.username, new.gugus_depan) == ("Ayu Lestari", "ayu@example.id", "Jakarta 01")
    assert (new.total_xp, new.streak, new.longest_streak, new.last_active_date) == (0, 0, 0, None)
    assert (new.hearts, new.max_hearts, new.picture_url, new.is_pro) == (5, 5, None, False)
    guest.token = None
    assert await guest.login(" AYU@example.ID ", PASSWORD) == new


async def test_refused_accounts(learner: FlutterApp) -> None:
    """A taken name is 409, a bad field 422, a failed login 401 that does not say why; a session at hand stays."""
    for name, username, password, status in [
        ("Budi", "BUDI ", PASSWORD, 409),
        ("Budi", "budi", "another password", 409),
        ("", "siti", PASSWORD, 422),
        ("Siti", "s i t i", PASSWORD, 422),
        ("Siti", "siti", "short", 422),
    ]:
        with pytest.raises(Refused, match=str(status)):
            await learner.register(name, username, password)
    texts = set()
    for username, password in [("budi", "wrong password"), ("no such name!", PASSWORD), ("", ""), ("budi", "")]:
        with pytest.raises(Refused, match="401") as refused:
            await learner.login(username, password)
        texts.add(refused.value.text)
    assert len(texts) == 1
    assert (await learner.me()).username == "budi"


async def test_rename_shows_on_the_board_at_once(learner: FlutterApp, learner_id: int) -> None:
    """After PATCH /users/me/profile the profile, the public profile and the leaderboard show the new name."""
    await learner.send("POST", "/training/progress/submit", attempt("puk_u1_l1", 5))
    assert (await learner.leaderboard()).top_users[0].name == "Budi"
    await learner.rename("Budi Utomo")
    assert (await learner.leaderboard()).top_users[0].name == "Budi Utomo"
    assert (await learner.me()).name == "Budi Utomo"
    assert await learner.public(learner_id) == PublicProfile(
        id=learner_id, full_name="Budi Utomo", total_xp=10, streak=1
    )


async def test_no_path_is_redirected(http: httpx.AsyncClient, learner: FlutterApp, learner_id: int) -> None:
    """A path with a slash at its end is an error in JSON, never a redirect, and never ends a session."""
    paths = ["/users/me", "/users/me/profile", "/users/me/stats", f"/users/{learner_id}/hearts", "/auth/login"]
    paths += [f"/users/{learner_id}/public", f"/users/{learner_id}/hearts/decrement", "/auth/register", "/leaderboard"]
    paths += ["/training/sections", "/training/sections/puk", "/training/sections/puk/path", "/leaderboard/rebuild"]
    paths += ["/training/levels/puk_u1_l1/questions", "/training/progress/submit", "/training/progress/state"]
    for path in paths:
        for method in ("GET", "POST", "PUT", "PATCH"):
            with pytest.raises(Refused, match=r"404|405"):
                await learner.send(method, f"{path}/", {})
    assert learner.is_signed_in


async def test_each_answer_carries_its_own_time(learner: FlutterApp) -> None:
    """The envelope's timestamp is the moment of the answer, not that of the start."""
    for path in ("/users/me", "/leaderboard") * 2:
        before = datetime.now(UTC)
        answer = await learner.send("GET", path)
        assert before <= datetime.fromisoformat(answer["timestamp"]) <= datetime.now(UTC)
