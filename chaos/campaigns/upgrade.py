"""Two releases side by side: an older checkout and this one serve the same PostgreSQL and Redis, as during an upgrade.

The older release sets up the database, this one migrates it. Learners use both, and send what was answered again under the
same key to the other one; both rebuild the leaderboard in turn. Nothing is broken on purpose: everything must be answered.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import httpx

from chaos.campaigns.report import tell
from chaos.check.history import Recorder
from chaos.check.judge import check_everything, watching
from chaos.load.learners import Habits, Load
from chaos.load.population import populate
from chaos.target.environment import COMMAND, beside
from chaos.target.hosts import Host, Serving, environment_for
from chaos.target.stage import own_servers
from scout_os.core.store_urls import StoreUrls

LEARNERS = 2000
PLAYERS = 12
REBUILD_SECONDS = 5.0


async def side_by_side(
    stores: StoreUrls, directory: Path, hosts: list[Host], *, seconds: float, seed: int
) -> tuple[Counter[str], list[str]]:
    """Load and judge hosts that serve already; how requests were answered, and the violations."""
    population = await populate(stores, LEARNERS)
    recorder = Recorder(directory / "history.jsonl")
    urls, admin = [host.url for host in hosts], population.learners[0]
    load = Load(population, urls, recorder, seed, PLAYERS, Habits(again=0.3))
    database, redis = stores.reader_database_url, stores.redis_url
    rebuilding = beside(_rebuild_in_turn(hosts, admin.token, load.outcomes))
    async with watching(database, redis, seconds=10 * seconds + 600) as found, rebuilding:
        recorder.record(-2, "promise", "invoke", {"kind": "calm"})
        await load.run(seconds)
        recorder.record(-2, "promise", "ok", {})
    recorder.close()
    for url in urls:
        found += await check_everything(database, redis, api=url, tokens=population.tokens, history=recorder.path)
    return load.outcomes, found


async def _rebuild_in_turn(hosts: list[Host], admin: str, outcomes: Counter[str]) -> None:
    """What one release has built, the other one drains into and reads."""
    async with httpx.AsyncClient(timeout=30, headers={"Authorization": f"Bearer {admin}"}) as http:
        while True:
            for host in hosts:
                await asyncio.sleep(REBUILD_SECONDS)
                answer = await http.post(f"{host.api}/leaderboard/rebuild")
                outcomes[f"rebuild:{answer.status_code}"] += 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--old", type=Path, required=True, help="checkout of the older release, with a .venv of its own"
    )
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, help="of what learners do; default: a random one, printed first")


def run(chosen: argparse.Namespace) -> int:
    older = chosen.old.resolve() / ".venv" / "bin" / "scout-os"
    if not older.exists():
        sys.stderr.write(f"{older} does not exist\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="scout-upgrade-") as name, own_servers(Path(name) / "data") as stores:
        environment = environment_for(stores, migrate_on_start="true")
        hosts: list[Host] = []
        with ExitStack() as stack:
            for release, command in (("older", older), ("this", COMMAND)):
                hosts.append(Serving(Path(name) / release, command).start(environment))
                stack.callback(hosts[-1].stop)
                if not hosts[-1].wait_ready():
                    sys.stderr.write((Path(name) / release / "serve.log").read_text(errors="replace")[-4000:])
                    return 2
            outcomes, found = asyncio.run(
                side_by_side(stores, Path(name), hosts, seconds=chosen.seconds, seed=chosen.seed)
            )
    figures = {
        "seconds": chosen.seconds,
        "requests": outcomes.total(),
        "acknowledged": outcomes["submit:200"],
        "answers": dict(sorted(outcomes.items())),
    }
    return tell(chosen, figures, found, good=outcomes["submit:200"] > 0)
