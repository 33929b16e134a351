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
from tests.service import SECRET, Service, Truth, add_learners

PASSWORD = "pramuka sejati"


@pytest.fixture
def command(service: Service, tmp_path: Path) -> Command:
    """`scout-os user`, on the stores of the running service."""
    return Command("user", service.stores, tmp_path)


async def test_create_promote_token(command: Command, truth: Truth) -> None:
    """An account is made with the password given, becomes admin, gets a token that stands alone on stdout, and is demoted."""
    created = await command("create", " Budi ", "--name", "Budi S", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (created.returncode, created.stderr) == (0, "")
    assert PASSWORD not in created.stdout
    row = await truth.fetchrow("SELECT * FROM users")
    assert row is not None
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


async def test_password_is_made_and_shown_once(command: Command, truth: Truth) -> None:
    """Without a password or a terminal, a random one is printed, and it is the one that works."""
    created = await command("create", "budi", "--admin")
    shown = created.stdout.split("Password: ")[1].strip()
    row = await truth.fetchrow("SELECT * FROM users")
    assert row is not None
    assert row["role"] == "admin"
    assert await _is_password(row["password_hash"], shown)


async def test_refused_accounts_are_one_line_and_exit_1(command: Command, truth: Truth) -> None:
    """A taken name, a bad password, an unknown user: one line on stderr, nothing on stdout, no account."""
    assert (await command("create", "budi", "--password-env", "NEW_PASSWORD")).returncode == 0
    refused = await asyncio.gather(
        command("create", "BUDI", "--password-env", "NEW_PASSWORD"),
        command("create", "a y u", "--password-stdin", stdin="short\n"),
        command("promote", "nobody"),
        command("token", "nobody"),
    )
    for result in refused:
        assert (result.returncode, result.stdout) == (1, ""), result.stderr
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert "short" not in result.stderr
    assert await truth.fetchval("SELECT count(*) FROM users") == 1


async def test_wrong_usage_is_exit_2(command: Command) -> None:
    """Two sources for a password, or a variable that is not set, is wrong usage."""
    results = await asyncio.gather(
        command("create", "budi", "--password-stdin", "--password-env", "NEW_PASSWORD"),
        command("create", "budi", "--password-env", "NO_SUCH_VARIABLE"),
    )
    assert [result.returncode for result in results] == [2, 2]


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


async def test_correct_counts_once(command: Command, truth: Truth, cache: Redis) -> None:
    """Up and down by username, with the command line as actor; the same id counts once; the board follows."""
    [learner] = await add_learners(truth, 1)
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


async def test_disable_and_enable(command: Command, service: Service, truth: Truth, cache: Redis) -> None:
    """Off the board and logged out, back with all XP but not with the old token; a deleted account is not opened again."""
    [learner] = await add_learners(truth, 1)
    await give(truth, learner, 100)
    async with service.client(learner) as client:
        disabled = await command("disable", "learner1", "--reason", "stolen phone")
        assert (disabled.returncode, only_line(disabled)["event"]) == (0, "account_disabled")
        await until_board_follows(truth, cache)
        assert await board_of_redis(cache) == {}
        assert (await client.get("/users/me")).status_code == 401
        assert "already" in (await command("disable", "learner1", "--reason", "again")).stdout
        assert (await command("enable", "learner1", "--reason", "found")).returncode == 0
        await until_board_follows(truth, cache)
        assert await board_of_redis(cache) == {str(learner): 100}
        assert (await client.get("/users/me")).status_code == 401
        assert (await command("delete", "learner1", "--reason", "gone", "--yes")).returncode == 0
    assert (await command("enable", "learner1", "--reason", "regret")).returncode == 1


async def test_suspend_and_restore(command: Command, truth: Truth, cache: Redis) -> None:
    """Off the board and back; who did it and why is logged, by id."""
    [learner] = await add_learners(truth, 1)
    await give(truth, learner, 100)
    suspended = await command("suspend", "learner1", "--reason", "cheating")
    assert suspended.returncode == 0
    event = only_line(suspended)
    assert (event["event"], event["user_id"], event["actor"], event["reason"]) == (
        "learner_suspended",
        learner,
        "cli",
        "cheating",
    )
    assert "learner1" not in suspended.stderr
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {}
    assert "already" in (await command("suspend", "learner1", "--reason", "again")).stdout
    assert (await command("restore", "learner1", "--reason", "sorry")).returncode == 0
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {str(learner): 100}


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
    for learner in (one, other):
        assert (await row_of(truth, learner))["username"] is None


async def test_refused_changes_are_one_line_and_exit_1(command: Command, truth: Truth) -> None:
    """Nobody of that name, nothing left to take, 0 XP, an empty reason: one line, and nothing changes."""
    [learner] = await add_learners(truth, 1)
    refused = await asyncio.gather(
        command("delete", "nobody", "--reason", "x", "--yes"),
        command("correct", "learner1", "-5", "--reason", "x"),
        command("correct", "learner1", "0", "--reason", "x"),
        command("suspend", "learner1", "--reason", " "),
    )
    for result in refused:
        assert (result.returncode, result.stdout) == (1, ""), result.stderr
        assert len(result.stderr.splitlines()) == 1, result.stderr
    assert (await command("suspend", "learner1")).returncode == 2
    assert (await row_of(truth, learner))["board_era"] == 0
