"""Fuzzes the whole API by its own description, as a learner and as an admin: `python -m tests.security.fuzz`.

All checks of Schemathesis are on: no server error, no status, type or field that the description does not name, no invalid
request taken, no valid one refused, nothing without a token that needs one, no method that is not described.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import migrate
from tests.process import clean_environment
from tests.servers import load_content, passing_servers
from tests.service import Service, serve, token

ROLES = ("learner", "admin")
CONFIG = Path(__file__).with_name("schemathesis.toml")
LIMIT_SECONDS = 900
_CASES = re.compile(r"([\d,]+) generated")


@dataclass(frozen=True)
class Fuzzed:
    """What one run found."""

    role: str
    failed: bool
    requests: int
    report: str


def fuzz(service: Service, role: str, *, examples: int, seed: int) -> Fuzzed:
    """All checks in the name of a new user of this role, `examples` times each way of asking for each operation."""
    user_id = asyncio.run(_add_user(service.stores, role))
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            *(str(Path(sys.executable).with_name("st")), "--config-file", str(CONFIG)),
            *("run", f"{service.url}/openapi.json", "--checks", "all", "--phases", "coverage,fuzzing,stateful"),
            *("--header", f"Authorization:Bearer {token(user_id)}", "--max-examples", str(examples)),
            # Logging out ends the very token that asks, and a stream does not end: tests of their own see to them.
            *("--exclude-path-regex", "/auth/logout|/leaderboard/stream$"),
            *("--seed", str(seed), "--continue-on-failure", "--no-shrink", "--request-timeout", "10"),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=clean_environment(),
            cwd=scratch,
            check=False,
            timeout=LIMIT_SECONDS,
        )
    me = httpx.get(f"{service.api}/users/me", headers={"Authorization": f"Bearer {token(user_id)}"})
    assert me.status_code == 200, "the token ended on the way: most of what was asked was only told so"
    cases = _CASES.search(done.stdout)
    requests = int(cases[1].replace(",", "")) if cases else 0
    return Fuzzed(role, done.returncode != 0, requests, done.stdout + done.stderr)


async def _add_user(stores: StoreUrls, role: str) -> int:
    connection = await asyncpg.connect(stores.owner_database_url)
    try:
        # With a password that nobody knows: no request may erase the one who asks.
        user_id: int = await connection.fetchval(
            "INSERT INTO users (username, name, role, password_hash) VALUES ($1, 'F', $2, 'none') RETURNING id",
            f"fuzz-{secrets.token_hex(6)}",
            role,
        )
    finally:
        await connection.close()
    return user_id


@contextmanager
def passing_service(**changes: Any) -> Iterator[Service]:
    """A service without limits over servers of its own, for as long as the block lasts; `changes` are settings."""
    with tempfile.TemporaryDirectory() as scratch, passing_servers(Path(scratch, "servers")) as stores:
        migrate(stores.owner_database_url, stores.database_url)
        load_content(stores.database_url)
        with serve(stores, Path(scratch), limits="off", **changes) as running:
            yield running


def main() -> None:
    """Fuzz in turn as learner and admin until enough was asked; exit code 1 and the report at the first thing found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--examples", type=int, default=60)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    told = parser.parse_args()
    say(f"seed {told.seed}")
    done, seed = 0, told.seed
    with passing_service() as service:
        while done < told.requests:
            for role in ROLES:
                found = fuzz(service, role, examples=told.examples, seed=seed)
                done += found.requests
                say(f"{found.role}: {found.requests} requests, {done} in all")
                if found.failed or not found.requests:
                    say(found.report)
                    sys.exit(1)
            seed += 1


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
