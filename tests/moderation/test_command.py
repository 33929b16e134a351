"""`scout-os user correct|suspend|restore|delete`, as processes of their own beside a running service."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from tests.learners import board_of_redis, give, row_of, until_board_follows
from tests.service import Service, Truth, add_learners
from tests.users.test_command import Command, Result


@pytest.fixture
def command(service: Service, tmp_path: Path) -> Command:
    return Command(service.stores, tmp_path)


def only_line(result: Result) -> dict[str, object]:
    """The one event on standard error."""
    [line] = result.stderr.splitlines()
    event: dict[str, object] = json.loads(line)
    return event


async def test_correct(command: Command, truth: Truth, cache: Redis) -> None:
    """Up and down by username, with the command line as actor; the same id counts once; the board follows."""
    [learner] = await add_learners(truth, 1)
    await give(truth, learner, 100)
    same = ("correct", "LEARNER1", "-30", "--reason", "paid twice", "--id", str(uuid4()))
    first, again = await command(*same), await command(*same)
    assert (first.code, again.code) == (0, 0), first.stderr
    assert "70 XP" in first.stdout
    assert "already" in again.stdout
    assert "70 XP" in again.stdout
    assert (await command("correct", "learner1", "5", "--reason", "kind")).code == 0
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
        assert (disabled.code, only_line(disabled)["event"]) == (0, "account_disabled")
        await until_board_follows(truth, cache)
        assert await board_of_redis(cache) == {}
        assert (await client.get("/users/me")).status_code == 401
        assert "already" in (await command("disable", "learner1", "--reason", "again")).stdout
        assert (await command("enable", "learner1", "--reason", "found")).code == 0
        await until_board_follows(truth, cache)
        assert await board_of_redis(cache) == {str(learner): 100}
        assert (await client.get("/users/me")).status_code == 401
        assert (await command("delete", "learner1", "--reason", "gone", "--yes")).code == 0
    assert (await command("enable", "learner1", "--reason", "regret")).code == 1


async def test_suspend_and_restore(command: Command, truth: Truth, cache: Redis) -> None:
    """Off the board and back; who did it and why is logged, by id."""
    [learner] = await add_learners(truth, 1)
    await give(truth, learner, 100)
    suspended = await command("suspend", "learner1", "--reason", "cheating")
    assert suspended.code == 0
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
    assert (await command("restore", "learner1", "--reason", "sorry")).code == 0
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {str(learner): 100}


async def test_delete_asks_first(command: Command, truth: Truth) -> None:
    """Without a yes nothing is deleted; with one, or --yes, the account is gone."""
    one, other = await add_learners(truth, 2)
    assert (await command("delete", "learner1", "--reason", "wish")).code == 1
    assert (await row_of(truth, one))["username"] == "learner1"
    assert (await command("delete", "learner1", "--reason", "wish", stdin="y\n")).code == 0
    gone = await command("delete", "learner2", "--reason", "wish", "--yes")
    assert gone.code == 0
    assert only_line(gone)["event"] == "learner_deleted"
    assert "learner2" not in gone.stderr
    for learner in (one, other):
        assert (await row_of(truth, learner))["username"] is None


async def test_refusals_are_one_line_and_exit_1(command: Command, truth: Truth) -> None:
    """Nobody of that name, nothing left to take, 0 XP, an empty reason: one line, and nothing changes."""
    [learner] = await add_learners(truth, 1)
    refused = await asyncio.gather(
        command("delete", "nobody", "--reason", "x", "--yes"),
        command("correct", "learner1", "-5", "--reason", "x"),
        command("correct", "learner1", "0", "--reason", "x"),
        command("suspend", "learner1", "--reason", " "),
    )
    for result in refused:
        assert (result.code, result.stdout) == (1, ""), result.stderr
        assert len(result.stderr.splitlines()) == 1, result.stderr
    assert (await command("suspend", "learner1")).code == 2
    assert (await row_of(truth, learner))["board_era"] == 0
