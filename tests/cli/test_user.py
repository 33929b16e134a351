"""`scout-os user`, beside a running service: accounts, tokens, corrections, suspensions and deletions."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from scout_os.core.access_tokens import Tokens
from scout_os.core.clock import SystemClock
from scout_os.core.passwords import Passwords
from tests.cli.command import Command
from tests.learners import board_of_redis, give, row_of, until_board_follows
from tests.service import SECRET, Service, Truth, add_learners, until

PASSWORD = "pramuka sejati"
SESSION_ENDS_SECONDS = 5.0
"""So long after its end, every worker refuses a session."""


@pytest.fixture
def command(service: Service, tmp_path: Path) -> Command:
    """`scout-os user`, on the stores of the running service."""
    return Command("user", service.stores, tmp_path)


async def test_create_promote_token(command: Command, truth: Truth) -> None:
    """An account is made with the password given, becomes admin, gets a token that stands alone on stdout, and is demoted."""
    created = await command("create", " Budi ", "--name", "Budi S", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (created.returncode, created.stderr) == (0, "")
    assert PASSWORD not in created.stdout
    [row] = await truth.fetch("SELECT * FROM users")
    assert (row["username"], row["name"], row["role"]) == ("budi", "Budi S", "learner")
    assert await _is_password(row["password_hash"], PASSWORD)

    promoted, token = await asyncio.gather(command("promote", "budi"), command("token", "BUDI"))
    assert promoted.returncode == 0
    assert await truth.fetchval("SELECT role FROM users") == "admin"
    assert token.stdout == token.stdout.strip() + "\n"
    tokens = Tokens(SECRET.encode(), "scout-os", "scout-os-app", timedelta(days=7), SystemClock())
    assert tokens.verify(token.stdout.strip()).user_id == row["id"]
    assert (await command("demote", "budi")).returncode == 0
    assert await truth.fetchval("SELECT role FROM users") == "learner"


async def test_an_operator_says_where_a_learner_lives(command: Command, truth: Truth) -> None:
    """The time zone is set by its name; an unknown one and an unknown learner are refused in one line."""
    await add_learners(truth, 1)
    assert (await command("timezone", " LEARNER1 ", "Asia/Jayapura")).returncode == 0
    assert await truth.fetchval("SELECT timezone FROM users") == "Asia/Jayapura"
    for arguments in (("learner1", "UTC+9"), ("nobody", "Asia/Jakarta")):
        refused = await command("timezone", *arguments)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert await truth.fetchval("SELECT timezone FROM users") == "Asia/Jayapura"


async def test_password_is_made_and_shown_once(command: Command, truth: Truth) -> None:
    """Without a password or a terminal, a random one is printed, and it is the one that works."""
    created = await command("create", "budi", "--admin")
    shown = created.stdout.split("Password: ")[1].strip()
    [row] = await truth.fetch("SELECT * FROM users")
    assert row["role"] == "admin"
    assert await _is_password(row["password_hash"], shown)


async def test_wrong_usage_is_exit_2(command: Command) -> None:
    """Two sources for a password, a variable that is not set, or no reason, is wrong usage."""
    results = await asyncio.gather(
        command("suspend", "learner1"),
        command("create", "budi", "--password-stdin", "--password-env", "NEW_PASSWORD"),
        command("create", "budi", "--password-env", "NO_SUCH_VARIABLE"),
    )
    assert [result.returncode for result in results] == [2, 2, 2]


async def _is_password(stored: str, password: str) -> bool:
    passwords = Passwords()
    try:
        return await passwords.verify(stored, password)
    finally:
        passwords.close()


def only_line(result: CompletedProcess[str]) -> dict[str, object]:
    """The one event on standard error."""
    [line] = result.stderr.splitlines()
    event: dict[str, object] = json.loads(line)
    return event


async def test_correct_counts_once(command: Command, truth: Truth, learner: int, cache: Redis) -> None:
    """Up and down by username, with the command line as actor; the same id counts once; the board follows."""
    await give(truth, learner, 100)
    same = ("correct", "LEARNER1", "-30", "--reason", "paid twice", "--id", str(uuid4()))
    first, again = await command(*same), await command(*same)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert "70 XP" in first.stdout
    assert "already" in again.stdout
    assert "70 XP" in again.stdout
    assert (await command("correct", "learner1", "5", "--reason", "kind")).returncode == 0
    rows = await truth.fetch("SELECT amount, actor, reason FROM xp_ledger WHERE actor IS NOT NULL ORDER BY id")
    assert [tuple(row) for row in rows] == [(-30, "cli", "paid twice"), (5, "cli", "kind")]
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {str(learner): 75}


@pytest.mark.parametrize(
    ("away", "back", "logged"),
    [("disable", "enable", "account_disabled"), ("suspend", "restore", "learner_suspended")],
)
async def test_off_the_board_and_back(
    command: Command, service: Service, truth: Truth, cache: Redis, learner: int, away: str, back: str, logged: str
) -> None:
    """Off the board, and back with all XP; who did it and why is logged, by id; only disabling ends tokens, for good."""
    await give(truth, learner, 100)
    status = 401 if away == "disable" else 200
    async with service.client(learner) as client:
        done = await command(away, "learner1", "--reason", "cheating")
        event = only_line(done)
        assert (done.returncode, event["event"], event["user_id"]) == (0, logged, learner)
        assert (event["actor"], event["reason"]) == ("cli", "cheating")
        assert "learner1" not in done.stderr
        await until_board_follows(truth, cache)
        assert await board_of_redis(cache) == {}
        assert (await client.get("/users/me")).status_code == status
        assert "already" in (await command(away, "learner1", "--reason", "again")).stdout
        assert (await command(back, "learner1", "--reason", "sorry")).returncode == 0
        await until_board_follows(truth, cache)
        assert await board_of_redis(cache) == {str(learner): 100}
        assert (await client.get("/users/me")).status_code == status


async def test_a_forgotten_password_is_replaced(command: Command, service: Service, truth: Truth, learner: int) -> None:
    """By a random one that is printed, or a code that the learner redeems, also for an admin; the log has neither."""
    await truth.execute("UPDATE users SET role = 'admin' WHERE id = $1", learner)
    reset, issued = await command("password", " Learner1"), await command("code", "learner1")
    password = reset.stdout.removeprefix("Password: ").strip()
    code = issued.stdout.splitlines()[0].removeprefix("Code: ")
    assert [only_line(each)["event"] for each in (reset, issued)] == ["password_reset", "password_code_issued"]
    assert [only_line(each)["actor"] for each in (reset, issued)] == ["cli", "cli"]
    assert password not in reset.stderr
    assert code not in issued.stderr
    async with service.client() as client:
        login = {"username": "learner1", "password": password}
        assert (await client.post("/auth/login", json=login)).status_code == 200
        body = {"username": "learner1", "code": code, "new_password": PASSWORD}
        assert (await client.post("/auth/password/code", json=body)).status_code == 200
        assert (await client.post("/auth/login", json=login)).status_code == 401


async def test_rename(command: Command, service: Service, truth: Truth) -> None:
    """Sessions go on under the new name; a taken or impossible one is refused; a disabled account can give up its name."""
    one, other = await add_learners(truth, 2)
    async with service.client(one) as client:
        done = await command("rename", "LEARNER1", " Budi ")
        assert (done.returncode, only_line(done)["event"]) == (0, "username_changed")
        assert "budi" not in done.stderr
        assert (await client.get("/users/me")).json()["data"]["username"] == "budi"
    refused = [await command("rename", *names) for names in (("learner1", "x1y"), ("budi", "learner2"), ("budi", "x"))]
    assert [(each.returncode, each.stdout) for each in refused] == [(1, "")] * 3
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", other)
    assert (await command("rename", "learner2", "learner2-old")).returncode == 0
    assert (await command("rename", "budi", "learner2")).returncode == 0


async def test_logout_ends_one_accounts_sessions_or_all(command: Command, service: Service, truth: Truth) -> None:
    """Whose name is given is logged out, with `--all` everybody; one of both must be given."""
    learners = await add_learners(truth, 3)

    async def statuses() -> list[int]:
        found = []
        for learner in learners:
            async with service.client(learner) as client:
                found.append((await client.get("/users/me/activity")).status_code)
        return found

    async def only_the_second_is_refused() -> bool:
        return await statuses() == [200, 401, 200]

    async def all_are_refused() -> bool:
        return await statuses() == [401, 401, 401]

    assert (await command("logout", "learner2")).returncode == 0
    await until(only_the_second_is_refused, seconds=SESSION_ENDS_SECONDS)
    everybody = await command("logout", "--all")
    assert (everybody.returncode, only_line(everybody)["users"]) == (0, 3)
    await until(all_are_refused, seconds=SESSION_ENDS_SECONDS)
    assert [(await command("logout", *both)).returncode for both in ((), ("learner1", "--all"))] == [2, 2]


async def test_delete_asks_first(command: Command, truth: Truth) -> None:
    """Without a yes nothing is deleted; with one, or --yes, the account is gone."""
    one, other = await add_learners(truth, 2)
    assert (await command("delete", "learner1", "--reason", "wish")).returncode == 1
    assert (await row_of(truth, one))["username"] == "learner1"
    assert (await command("delete", "learner1", "--reason", "wish", stdin="y\n")).returncode == 0
    gone = await command("delete", "learner2", "--reason", "wish", "--yes")
    assert gone.returncode == 0
    assert only_line(gone)["event"] == "learner_deleted"
    assert "learner2" not in gone.stderr
    assert (await command("enable", "learner2", "--reason", "regret")).returncode == 1
    for learner in (one, other):
        assert (await row_of(truth, learner))["username"] is None


async def test_refusals_are_one_line_and_exit_1(command: Command, truth: Truth, learner: int) -> None:
    """A taken name, a bad password, nobody of that name, nothing left to take: one line on stderr, and nothing changes."""
    refused = await asyncio.gather(
        command("create", "LEARNER1", "--password-env", "NEW_PASSWORD"),
        command("create", "a y u", "--password-stdin", stdin="short\n"),
        command("promote", "nobody"),
        command("token", "nobody"),
        command("password", "nobody"),
        command("code", "nobody"),
        command("rename", "nobody", "somebody"),
        command("logout", "nobody"),
        command("delete", "nobody", "--reason", "x", "--yes"),
        command("correct", "learner1", "-5", "--reason", "x"),
        command("correct", "learner1", "0", "--reason", "x"),
        command("suspend", "learner1", "--reason", " "),
    )
    for result in refused:
        assert (result.returncode, result.stdout) == (1, ""), result.stderr
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert "short" not in result.stderr
    assert await truth.fetchval("SELECT count(*) FROM users") == 1
    assert (await row_of(truth, learner))["board_era"] == 0
