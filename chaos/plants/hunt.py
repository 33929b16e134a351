"""Planted bugs: each plant of `bugs.py` breaks one thing in a private copy, and the attack machine must notice.

A bug counts as found only if the judge reports a violation with it, and none under the same schedule without it.
Prints found/planted.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

from redis import Redis

from chaos.load.population import Population, populate
from chaos.plants.bugs import PLANTS
from chaos.plants.planting import DoesNotFit, Plant
from chaos.target.environment import clean_environment, execute, settings_for
from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.logs import configure_logging
from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database

ROOT = Path(__file__).parents[2]
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
class Verdict:
    """What came of playing a schedule."""

    violations: list[str]
    seconds: float
    trouble: str = ""
    """Why it could not be played."""


class Workshop:
    """Servers and a template database with learners, for one schedule after the other."""

    def __init__(self, directory: Path, stores: StoreUrls, population: Population, seconds: float) -> None:
        self._directory = directory
        self._stores = stores
        self._population = population
        self._seconds = seconds
        self._numbers = count(1)
        self._controls: dict[str, Verdict] = {}
        self._original = directory / "original"
        for name in ("src", "content", "chaos"):
            shutil.copytree(ROOT / name, self._original / name, ignore=shutil.ignore_patterns("__pycache__"))
        compiling = [sys.executable, "-m", "compileall", "-q", "src", "chaos"]  # once for all copies of it
        subprocess.run(compiling, cwd=self._original, check=True)

    def control(self, schedule: str) -> Verdict:
        """The schedule on the code as it is; played once, and once more if that was not clean."""
        if schedule not in self._controls:
            verdict = self.play(schedule)
            if verdict.violations or verdict.trouble:
                sys.stdout.write(f"   control {schedule}: {verdict.trouble} {verdict.violations[:2]}; again\n")
                verdict = self.play(schedule)
            self._controls[schedule] = verdict
        return self._controls[schedule]

    def play(self, schedule: str, plant: Plant | None = None) -> Verdict:
        """The schedule on fresh stores and on a copy of the code, perhaps with a bug."""
        directory = self._directory / f"play{next(self._numbers)}"
        began = time.monotonic()
        tree = shutil.copytree(self._original, directory / "tree")
        if plant is not None:
            try:
                plant.plant(tree)
            except DoesNotFit as error:
                return Verdict([], 0.0, f"the plant does not fit: {error}")
        owner, name = self._stores.owner_database_url, directory.name
        asyncio.run(execute(owner, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        with Redis.from_url(self._stores.redis_url) as redis:
            redis.flushall()
        try:
            (directory / "stores.json").write_text(json.dumps(asdict(_on(self._stores, name))))
            self._population.save(directory / "population.json")
            found, trouble = _run(schedule, tree, self._seconds)
        finally:
            asyncio.run(execute(owner, f"DROP DATABASE {name} WITH (FORCE)"))
        shutil.rmtree(directory)
        return Verdict(found, time.monotonic() - began, trouble)


@contextmanager
def workshop(seconds: float = SECONDS) -> Iterator[Workshop]:
    """Servers of this run's own, for the block."""
    configure_logging("ERROR")
    with tempfile.TemporaryDirectory(prefix="scout-sabotage-") as name:
        directory = Path(name)
        servers = EmbeddedServers(directory / "data", durable=False)
        try:
            stores = servers.start()
            asyncio.run(execute(stores.owner_database_url, f"CREATE DATABASE {TEMPLATE}"))
            template = _on(stores, TEMPLATE)
            set_up_database(settings_for(directory), template)
            population = asyncio.run(populate(template, LEARNERS))
            asyncio.run(execute(template.owner_database_url, ZONES))
            asyncio.run(execute(template.owner_database_url, SEEDS))
            yield Workshop(directory, stores, population, seconds)
        finally:
            servers.stop()
            discard(directory / "data")


def _run(schedule: str, tree: Path, seconds: float) -> tuple[list[str], str]:
    """The violations, and why it could not be played."""
    command = [sys.executable, "-m", "chaos", "schedule", schedule, "--seconds", str(seconds), "--tree", str(tree)]
    command += ["--directory", str(tree.parent)]
    environment = clean_environment({"PYTHONPATH": os.pathsep.join((str(tree / "src"), str(tree)))})
    try:
        played = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=PLAY_SECONDS, check=False
        )
        return json.loads(played.stdout.splitlines()[-1]), ""
    except subprocess.TimeoutExpired:
        return [], "it did not end"
    except (ValueError, IndexError):
        return [], played.stderr[-2000:] or "it said nothing"


def hunt(plant: Plant, shop: Workshop) -> bool:
    """Whether the bug is found; says how."""
    control = shop.control(plant.schedule)
    clean = not control.violations and not control.trouble
    verdict = shop.play(plant.schedule, plant)
    found = clean and bool(verdict.violations)
    if not clean:
        told = f"the control is not clean: {control.trouble or control.violations[0]}"
    else:
        # L1 says no more than that something is wrong.
        plain = [said for said in verdict.violations if not said.startswith("L1 ")]
        told = next(iter(plain + verdict.violations), verdict.trouble or "nothing was noticed")
    word = "found" if found else "MISSED"
    sys.stdout.write(f"{word:7}{plant.name:28}{plant.schedule:20}{verdict.seconds:5.1f} s  {told[:160]}\n")
    sys.stdout.flush()
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = [plant.name for plant in PLANTS]
    parser.add_argument("--only", default=",".join(names), help=f"of {', '.join(names)}")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="of learners at work, where a schedule leaves it open"
    )


def run(chosen: argparse.Namespace) -> int:
    plants = {plant.name: plant for plant in PLANTS}
    if unknown := set(chosen.only.split(",")) - plants.keys():
        sys.stderr.write(f"no such plants: {', '.join(sorted(unknown))}\n")
        return 2
    wanted = sorted((plants[name] for name in set(chosen.only.split(","))), key=lambda plant: plant.schedule)
    began = time.monotonic()
    with workshop(chosen.seconds) as shop:
        found = sum(hunt(plant, shop) for plant in wanted)
    sys.stdout.write(f"{found}/{len(wanted)} found/planted in {time.monotonic() - began:.0f} s\n")
    return 0 if found == len(wanted) else 1


def _on(stores: StoreUrls, database: str) -> StoreUrls:
    urls = {name: url for name, url in asdict(stores).items() if name.endswith("database_url")}
    return replace(stores, **{name: url.rsplit("/", 1)[0] + "/" + database for name, url in urls.items()})
