"""One-time codes: a leader hands one to a learner who forgot the password, and the learner chooses a new one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from scout_os.auth.throttle import CODE
from scout_os.core.store_urls import StoreUrls
from scout_os.moderation.models import Actor
from tests.logs import captured
from tests.service import Truth, serve
from tests.users.serving import PASSWORD, Api, Learner, bearer, registration

NEW = "a tent by the river"
LEADER = Actor(1)
OPERATOR = Actor()
REDEEM = "/auth/password/code"


async def test_a_code_gets_a_learner_in_again(api: Api, owner: Truth) -> None:
    """Typed as people type, it sets the password, ends all sessions and begins one; only its hash was stored, then nothing."""
    learner = await api.register()
    with captured("scout_os.moderation.accounts") as issuing, captured("scout_os.auth.service") as redeeming:
        code = await issue(api, learner)
        stored = await owner.fetchval("SELECT code_hash FROM password_codes")
        assert stored.startswith("$argon2id$")
        answer = await redeem(api, f" {code.upper().replace('-', ' ')}")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data["user"]["username"] == "budi"
    assert (await api.http.get("/users/me", headers=bearer(data["access_token"]))).status_code == 200
    assert (await api.http.get("/users/me", headers=learner.headers)).status_code == 401
    assert [await api.login(password=word) for word in (PASSWORD, NEW)] == [401, 200]
    assert await owner.fetchval("SELECT count(*) FROM password_codes") == 0
    events = [(event["event"], event["user_id"], event.get("actor")) for event in (*issuing, *redeeming)]
    assert events == [
        ("password_code_issued", learner.id, "user:1"),
        ("password_code_redeemed", learner.id, None),
    ]
    assert code not in str((issuing, redeeming))


@pytest.mark.parametrize(
    "void",
    [
        "used",
        "expired",
        "replaced",
        "logged out",
        "reset",
        "disabled",
        "disabled and enabled",
        "promoted",
        "erased",
        "all out",
    ],
)
async def test_a_code_that_is_over_asks_for_a_new_one(api: Api, owner: Truth, void: str) -> None:
    """Whatever ended it, the answer is that of a wrong code and of nobody's: ask for a new one. The password stays."""
    learner = await api.register()
    code = await issue(api, learner)
    accounts, moderation = api.services.accounts, api.services.moderation
    if void == "used":
        assert (await redeem(api, code, "the first of two")).status_code == 200
    elif void == "expired":
        api.clock.move(hours=24)
    elif void == "replaced":
        await issue(api, learner)
    elif void == "logged out":
        await api.http.post("/auth/logout-everywhere", headers=learner.headers)
    elif void == "reset":
        await accounts.reset_password(learner.id, actor=OPERATOR)
    elif void == "promoted":  # a leader's code would open an admin's account
        await api.services.users.set_role("budi", "admin")
    elif void == "erased":
        await moderation.delete(learner.id, actor=OPERATOR, reason="wish")
        assert await owner.fetchval("SELECT count(*) FROM password_codes") == 0
    elif void == "all out":
        assert await accounts.log_out_everybody(actor=OPERATOR) == 1
    else:
        await moderation.disable(learner.id, actor=OPERATOR, reason="x")
        if "enabled" in void:
            await moderation.enable(learner.id, actor=OPERATOR, reason="x")
    before = await owner.fetchval("SELECT password_hash FROM users")
    answers = [await redeem(api, code), await redeem(api, "wrong"), await redeem(api, code, username="nobody")]
    assert {answer.status_code for answer in answers} == {403}
    [body] = {answer.text for answer in answers}
    assert answers[0].json()["code"] == "code_invalid"
    assert "minta kode baru" in body
    assert "ask for a new one" in body
    assert await owner.fetchval("SELECT password_hash FROM users") == before


async def test_a_code_lives_a_day(api: Api) -> None:
    """A second before the day is over it is good."""
    code = await issue(api, await api.register())
    api.clock.move(hours=24, seconds=-1)
    assert (await redeem(api, code)).status_code == 200


async def test_of_ten_redemptions_at_once_one_wins(api: Api) -> None:
    """One of them sets the password; the others are refused, and their passwords do not work."""
    code = await issue(api, await api.register())
    words = [f"{NEW} {n}" for n in range(10)]
    answers = await asyncio.gather(*(redeem(api, code, word) for word in words))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 403, 503}  # 503: waited too long for the account's row, and did nothing
    good = [word for word, answer in zip(words, answers, strict=True) if answer.status_code == 200]
    assert [word for word in words if await api.login(password=word) == 200] == good


async def test_a_bad_password_costs_no_code(api: Api) -> None:
    """A new password that is too short, guessable, or like the username is 422, and the code is still good."""
    code = await issue(api, await api.register("budi.santoso"))
    for bad in ("short", "password123", "Budi.Santoso1"):
        refused = await redeem(api, code, bad, username="budi.santoso")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "new_password")
    assert (await redeem(api, code, username="budi.santoso")).status_code == 200


async def test_guesses_are_limited_and_lock_nobody_out(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Who guesses gets 429, whether or not there is such an account; the learner elsewhere still redeems the code."""
    with serve(packed_stores, tmp_path, trusted_proxies="127.0.0.1") as service:
        async with service.client() as http:
            made = (await http.post("/auth/register", json=registration())).json()["data"]["user"]["id"]
            issuing = service.services.accounts.issue_code(made, actor=LEADER)
            issued = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(issuing, service.loop))

            async def guess(username: str, code: str, address: str) -> int:
                body = {"username": username, "code": code, "new_password": NEW}
                return (await http.post(REDEEM, json=body, headers={"X-Forwarded-For": address})).status_code

            for username, address in (("budi", "203.0.113.1"), ("nobody", "203.0.113.2")):
                guesses = [await guess(username, f"guess {n}", address) for n in range(CODE.burst + 1)]
                assert guesses == [403] * CODE.burst + [429]
            assert await guess("budi", issued.code, "203.0.113.1") == 429
            assert await guess("budi", issued.code, "203.0.113.3") == 200
    assert await truth.fetchval("SELECT count(*) FROM password_codes") == 0


async def issue(api: Api, learner: Learner) -> str:
    """A code as the leader reads it out."""
    return (await api.services.accounts.issue_code(learner.id, actor=LEADER)).code


async def redeem(api: Api, code: str, password: str = NEW, *, username: str = "Budi") -> httpx.Response:
    """What the learner sends."""
    return await api.http.post(REDEEM, json={"username": username, "code": code, "new_password": password})
