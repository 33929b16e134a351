"""Planted bugs: each patch in `sabotage/` breaks one thing in a private copy, and the attack machine must notice.

    python -m chaos.sabotage [--only 05,13] [--seconds N]

A patch begins with what it breaks and the schedule (of `schedules.py`) that is to find it. A bug counts as found only if the
judge reports a violation with it, and none under the same schedule without it. Prints found/planted; exit code 0: all found.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

import asyncpg
from redis import Redis

from chaos.stage import populate
from scout_os.core.embedded import EmbeddedServers, discard
from scout_os.core.logs import configure_logging
from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database
from tests.process import clean_environment
from tests.service import settings_for

ROOT = Path(__file__).parents[1]
PATCHES = Path(__file__).parent / "patches"
LEARNERS = 400
SECONDS = 2.0
PLAY_SECONDS = 90.0
"""A schedule that has not ended by then was not played."""
TEMPLATE = "sabotage_template"

SEEDS = """
    WITH many AS (
        INSERT INTO users (name, total_xp) SELECT 'Low ' || n, 1 FROM generate_series(1, 2400) n RETURNING id, total_xp
    ), top AS (
        INSERT INTO users (name, total_xp) SELECT 'Top ' || n, 100000 + 10 * (n / 3) FROM generate_series(1, 60) n
        RETURNING id, total_xp
    )
    INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
    SELECT id, 'correction:' || gen_random_uuid(), total_xp, gen_random_uuid(), 'test', 'seed'
      FROM (SELECT * FROM many UNION ALL SELECT * FROM top) learners
"""
"""Learners who never play, so that a rebuild takes several chunks and the top of the board stands still."""
ZONES = """
    UPDATE users SET timezone = (ARRAY['Asia/Jakarta', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'])[1 + id % 3]
"""
"""At any instant somebody's day is not the server's."""


@dataclass(frozen=True)
class Bug:
    """A planted bug."""

    path: Path
    breaks: str
    schedule: str

    @property
    def number(self) -> str:
        return self.path.name.split("-")[0]


@dataclass(frozen=True)
class Verdict:
    """What came of playing a schedule."""

    violations: list[str]
    seconds: float
    trouble: str = ""
    """Why it could not be played."""


def list_bugs() -> list[Bug]:
    """All planted bugs, in order."""
    return [_read(path) for path in sorted(PATCHES.glob("*.patch"))]


def copy_tree(target: Path) -> Path:
    """A copy of all that a schedule needs, compiled once for all copies of it."""
    ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for name in ("src", "content", "tests", "chaos"):
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "src", "tests", "chaos"], cwd=target, check=True)
    return target


def plant(bug: Bug, tree: Path) -> None:
    """Apply the patch to a copy; raises `CalledProcessError` if it does not fit or leaves what cannot be compiled."""
    command = ["patch", "-p1", "--batch", "--silent", "-i", str(bug.path)]
    if shutil.which("patch") is None:
        command = ["git", "apply", str(bug.path)]
    environment = clean_environment({"GIT_CEILING_DIRECTORIES": str(tree.parent)})
    subprocess.run(command, cwd=tree, env=environment, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "src"], cwd=tree, check=True, capture_output=True)


class Workshop:
    """Servers and a template database with learners, for one schedule after the other."""

    def __init__(self, directory: Path, stores: StoreUrls, seconds: float) -> None:
        self._directory = directory
        self._stores = stores
        self._seconds = seconds
        self._numbers = count(1)
        self._controls: dict[str, Verdict] = {}
        self._original = copy_tree(directory / "original")

    def control(self, schedule: str) -> Verdict:
        """The schedule on the code as it is; played once, and once more if that was not clean."""
        if schedule not in self._controls:
            verdict = self._play(schedule, None)
            if verdict.violations or verdict.trouble:
                sys.stdout.write(f"   control {schedule}: {verdict.trouble} {verdict.violations[:2]}; again\n")
                verdict = self._play(schedule, None)
            self._controls[schedule] = verdict
        return self._controls[schedule]

    def attack(self, bug: Bug) -> Verdict:
        """The schedule on the code with the bug."""
        return self._play(bug.schedule, bug)

    def _play(self, schedule: str, bug: Bug | None) -> Verdict:
        directory = self._directory / f"play{next(self._numbers)}"
        began = time.monotonic()
        tree = shutil.copytree(self._original, directory / "tree")
        if bug is not None:
            try:
                plant(bug, tree)
            except subprocess.CalledProcessError as error:
                return Verdict([], 0.0, f"the patch does not fit: {error.stdout!r}")
        with self._fresh_stores(directory) as stores:
            verdict = _run(schedule, tree, directory, stores, self._seconds, began)
        shutil.rmtree(directory)
        return verdict

    @contextmanager
    def _fresh_stores(self, directory: Path) -> Iterator[StoreUrls]:
        name = directory.name
        asyncio.run(_sql(self._stores.owner_database_url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        with Redis.from_url(self._stores.redis_url) as redis:
            redis.flushall()
        try:
            yield _on(self._stores, name)
        finally:
            asyncio.run(_sql(self._stores.owner_database_url, f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def workshop(seconds: float = SECONDS) -> Iterator[Workshop]:
    """Servers of this run's own, for the block."""
    configure_logging("ERROR")
    with tempfile.TemporaryDirectory(prefix="scout-sabotage-") as name:
        directory = Path(name)
        servers = EmbeddedServers(directory / "data", durable=False)
        try:
            stores = servers.start()
            asyncio.run(_sql(stores.owner_database_url, f"CREATE DATABASE {TEMPLATE}"))
            _furnish(directory, _on(stores, TEMPLATE))
            yield Workshop(directory, stores, seconds)
        finally:
            servers.stop()
            discard(directory / "data")


def _furnish(directory: Path, template: StoreUrls) -> None:
    set_up_database(settings_for(directory), template)
    population = asyncio.run(populate(template, LEARNERS))
    population.save(directory / "population.json")
    asyncio.run(_sql(template.owner_database_url, ZONES))
    asyncio.run(_sql(template.owner_database_url, SEEDS))


def _run(schedule: str, tree: Path, directory: Path, stores: StoreUrls, seconds: float, began: float) -> Verdict:
    addresses = directory / "stores.json"
    addresses.write_text(json.dumps(asdict(stores)))
    command = [sys.executable, "-m", "chaos.schedules", schedule, "--seconds", str(seconds), "--tree", str(tree)]
    command += ["--stores", str(addresses), "--directory", str(directory)]
    command += ["--population", str(directory.parent / "population.json")]
    environment = clean_environment({"PYTHONPATH": os.pathsep.join((str(tree / "src"), str(tree)))})
    try:
        played = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=PLAY_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict([], time.monotonic() - began, "it did not end")
    taken = time.monotonic() - began
    try:
        found: list[str] = json.loads(played.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return Verdict([], taken, played.stderr[-2000:] or "it said nothing")
    return Verdict(found, taken)


def hunt(bug: Bug, shop: Workshop) -> bool:
    """Whether the bug is found; says how."""
    control = shop.control(bug.schedule)
    clean = not control.violations and not control.trouble
    verdict = shop.attack(bug)
    found = clean and bool(verdict.violations)
    if not clean:
        told = f"the control is not clean: {control.trouble or control.violations[0]}"
    else:
        # L1 says no more than that something is wrong.
        plain = [said for said in verdict.violations if not said.startswith("L1 ")]
        told = next(iter(plain + verdict.violations), verdict.trouble or "nothing was noticed")
    word = "found" if found else "MISSED"
    sys.stdout.write(f"{word:7}{bug.path.stem:28}{bug.schedule:20}{verdict.seconds:5.1f} s  {told[:160]}\n")
    sys.stdout.flush()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.sabotage",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default=None, help="numbers of bugs, by comma")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="of learners at work, where a schedule leaves it open"
    )
    chosen = parser.parse_args(arguments)
    numbers = None if chosen.only is None else set(chosen.only.split(","))
    bugs = [bug for bug in list_bugs() if numbers is None or bug.number in numbers]
    began = time.monotonic()
    with workshop(chosen.seconds) as shop:
        found = sum(hunt(bug, shop) for bug in sorted(bugs, key=lambda bug: (bug.schedule, bug.number)))
    sys.stdout.write(f"{found}/{len(bugs)} found/planted in {time.monotonic() - began:.0f} s\n")
    return 0 if found == len(bugs) and bugs else 1


def _read(path: Path) -> Bug:
    breaks, schedule = (line.removeprefix("# ") for line in path.read_text().splitlines()[:2])
    return Bug(path, breaks, schedule.removeprefix("schedule: "))


def _on(stores: StoreUrls, database: str) -> StoreUrls:
    return replace(
        stores,
        database_url=_at(stores.database_url, database),
        owner_database_url=_at(stores.owner_database_url, database),
        reader_database_url=_at(stores.reader_database_url, database),
    )


def _at(url: str, database: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + database


async def _sql(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


if __name__ == "__main__":
    raise SystemExit(main())
