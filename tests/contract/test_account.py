"""Signing in, the profile, old clients' stats and hearts, as the client uses them."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from tests.contract.conftest import PASSWORD
from tests.contract.flutter import FlutterApp, Refused
from tests.service import Truth, add_learners, attempt


async def test_register_then_login(guest: FlutterApp) -> None:
    """A new learner is signed in at once with a whole profile, and again later under any spelling of the name."""
    new = await guest.register(" Ayu Lestari ", " Ayu@Example.ID ", PASSWORD, " Jakarta 01 ")
    assert (new.name, new.username, new.gugus_depan) == ("Ayu Lestari", "ayu@example.id", "Jakarta 01")
    assert (new.total_xp, new.streak, new.longest_streak, new.last_active_date) == (0, 0, 0, None)
    assert (new.hearts, new.max_hearts, new.picture_url, new.is_pro) == (5, 5, None, False)
    guest.token = None
    assert await guest.login(" AYU@example.ID ", PASSWORD) == new


async def test_names_are_trimmed_and_lower_cased_here(guest: FlutterApp) -> None:
    """A client that sends the name as it was typed reaches the same account."""
    body = {"name": "Ayu", "username": "  Ayu ", "password": PASSWORD}
    await guest.send("POST", "/auth/register", body)
    await guest.send("POST", "/auth/login", {"username": "AYU  ", "password": PASSWORD})
    await guest.login("ayu", PASSWORD)
    with pytest.raises(Refused, match="409"):
        await guest.register("Ayu", "ayu", PASSWORD)


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
    for username, password in [("budi", "wrong password"), ("nobody", PASSWORD), ("", ""), ("budi", "")]:
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
    public = await learner.public(learner_id)
    assert (public.integer("id"), public.text("full_name")) == (learner_id, "Budi Utomo")
    assert (public.integer("total_xp"), public.integer("streak")) == (10, 1)


async def test_public_profiles_of_nobody(learner: FlutterApp, truth: Truth) -> None:
    """Unknown and inactive users are 404 alike, and the asker stays signed in."""
    [gone] = await add_learners(truth, 1)
    assert (await learner.public(gone)).text("full_name") == "Learner 1"
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", gone)
    for user_id in (gone, gone + 1000, 2**63 - 1):
        with pytest.raises(Refused, match="404"):
            await learner.public(user_id)
    assert learner.is_signed_in


async def test_old_clients_stats(learner: FlutterApp) -> None:
    """PUT /users/me/stats takes what activity bears, ignores `total_xp`, and refuses the rest without a change."""
    await learner.send("POST", "/training/progress/submit", attempt("puk_u1_l1", 5))
    profile = await learner.me()
    today = profile.last_active_date
    assert today is not None
    for claimed in (999_999, 0, -1, None, "many", 1.5):
        data = await learner.put_stats(1, today, total_xp=claimed)
        assert (data.integer("streak"), data.integer("total_xp")) == (1, 10)
    assert await learner.me() == profile
    tomorrow = str(date.fromisoformat(today) + timedelta(days=1))
    for streak, day in [(5, today), (0, tomorrow), (1, tomorrow), (1, None), (-1, today), (1, "yesterday")]:
        with pytest.raises(Refused, match="422"):
            await learner.put_stats(streak, day, total_xp=10)
    assert await learner.me() == profile
    await learner.put_stats(0, None)
    empty = await learner.me()
    assert (empty.streak, empty.last_active_date, empty.total_xp, empty.longest_streak) == (0, None, 10, 1)
    assert learner.is_signed_in


async def test_hearts(learner: FlutterApp, learner_id: int, truth: Truth) -> None:
    """Five hearts go one by one down to none and show in the profile; another learner's are 403, not 401."""
    assert await learner.hearts(learner_id) == (5, 5)
    assert [(await learner.lose_heart(learner_id))[0] for _ in range(7)] == [4, 3, 2, 1, 0, 0, 0]
    assert await learner.hearts(learner_id) == (0, 5)
    assert (await learner.me()).hearts == 0
    [other] = await add_learners(truth, 1)
    for act in (learner.hearts, learner.lose_heart):
        with pytest.raises(Refused, match="403"):
            await act(other)
    assert await truth.fetchval("SELECT hearts FROM users WHERE id = $1", other) == 5
    assert learner.is_signed_in


async def test_no_path_is_redirected(http: httpx.AsyncClient, learner: FlutterApp, learner_id: int) -> None:
    """A path with a slash at its end is an error in JSON, never a redirect; so is a wrong method."""
    paths = ["/users/me", "/users/me/profile", "/users/me/stats", f"/users/{learner_id}/hearts", "/auth/login"]
    paths += [f"/users/{learner_id}/public", f"/users/{learner_id}/hearts/decrement", "/auth/register", "/leaderboard"]
    paths += ["/training/sections", "/training/sections/puk", "/training/sections/puk/path", "/leaderboard/rebuild"]
    paths += ["/training/levels/puk_u1_l1/questions", "/training/progress/submit", "/training/progress/state"]
    for path in paths:
        for method in ("GET", "POST", "PUT", "PATCH"):
            with pytest.raises(Refused, match=r"404|405"):
                await learner.send(method, f"{path}/", {})
        with pytest.raises(Refused, match="405"):
            await learner.send("DELETE", path)
    assert learner.is_signed_in
