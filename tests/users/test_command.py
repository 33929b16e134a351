"""`scout-os user`, as a process of its own on a real database."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from scout_os.core.access_tokens import Tokens
from scout_os.core.clock import SystemClock
from scout_os.core.passwords import Passwords
from scout_os.core.store_urls import StoreUrls
from tests.users.serving import KEY, PASSWORD, Owner

SECONDS = 60


@dataclass(frozen=True)
class Result:
    """What a shell would see."""

    code: int
    stdout: str
    stderr: str


class Command:
    """Runs `scout-os user`, or another group of commands."""

    def __init__(self, stores: StoreUrls, data_dir: Path, group: str = "user") -> None:
        self._group = group
        self._data_dir = data_dir
        self._environment = os.environ | {
            "SCOUT_DATABASE_URL": stores.database_url,
            "SCOUT_REDIS_URL": stores.redis_url,
            "SCOUT_SECRET_KEY": KEY.decode(),
            "NEW_PASSWORD": PASSWORD,
        }

    async def __call__(self, *arguments: str, stdin: str = "") -> Result:
        program = [sys.executable, "-c", "from scout_os.cli.main import main; main()", self._group]
        process = await asyncio.create_subprocess_exec(
            *[*program, *arguments, "--data-dir", str(self._data_dir)],
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(stdin.encode()), SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode is not None
        return Result(process.returncode, out.decode(), err.decode())


@pytest.fixture
def command(stores: StoreUrls, tmp_path: Path) -> Command:
    return Command(stores, tmp_path)


async def test_create_promote_token(command: Command, owner: Owner) -> None:
    """An account is made with the password given, becomes admin, gets a token that stands alone on stdout, and is demoted."""
    created = await command("create", " Budi ", "--name", "Budi S", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (created.code, created.stderr) == (0, "")
    assert PASSWORD not in created.stdout
    row = await owner.fetchrow("SELECT * FROM users")
    assert row is not None
    assert (row["username"], row["name"], row["role"]) == ("budi", "Budi S", "learner")
    assert await _is_password(row["password_hash"], PASSWORD)

    promoted, token = await asyncio.gather(command("promote", "budi"), command("token", "BUDI"))
    assert promoted.code == 0
    assert await owner.fetchval("SELECT role FROM users") == "admin"
    assert token.stdout == token.stdout.strip() + "\n"
    tokens = Tokens(KEY, "scout-os", "scout-os-app", timedelta(days=7), SystemClock())
    assert tokens.verify(token.stdout.strip()).user_id == row["id"]
    assert (await command("demote", "budi")).code == 0
    assert await owner.fetchval("SELECT role FROM users") == "learner"


async def test_password_is_made_and_shown_once(command: Command, owner: Owner) -> None:
    """Without a password or a terminal, a random one is printed, and it is the one that works."""
    created = await command("create", "budi", "--admin")
    shown = created.stdout.split("Password: ")[1].strip()
    row = await owner.fetchrow("SELECT * FROM users")
    assert row is not None
    assert row["role"] == "admin"
    assert await _is_password(row["password_hash"], shown)


async def test_refusals_are_one_line_and_exit_1(command: Command, owner: Owner) -> None:
    """A taken name, a bad password, an unknown user: one line on stderr, nothing on stdout, no account."""
    assert (await command("create", "budi", "--password-env", "NEW_PASSWORD")).code == 0
    refused = await asyncio.gather(
        command("create", "BUDI", "--password-env", "NEW_PASSWORD"),
        command("create", "a y u", "--password-stdin", stdin="short\n"),
        command("promote", "nobody"),
        command("token", "nobody"),
    )
    for result in refused:
        assert (result.code, result.stdout) == (1, ""), result.stderr
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert "short" not in result.stderr
    assert await owner.fetchval("SELECT count(*) FROM users") == 1


async def test_wrong_usage_is_exit_2(command: Command) -> None:
    """Two sources for a password, or a variable that is not set, is wrong usage."""
    results = await asyncio.gather(
        command("create", "budi", "--password-stdin", "--password-env", "NEW_PASSWORD"),
        command("create", "budi", "--password-env", "NO_SUCH_VARIABLE"),
    )
    assert [result.code for result in results] == [2, 2]


async def _is_password(stored: str, password: str) -> bool:
    passwords = Passwords()
    try:
        return await passwords.verify(stored, password)
    finally:
        passwords.close()
