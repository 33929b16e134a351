"""The attack machine: breaks everything around the service on purpose, and judges whether its promises held.

Every command has its own --help. Exit code 0: nothing is wrong. 1: a promise was broken. 2: the command could not run.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "attack": ("chaos.campaigns.attack", "learners at work, one random fault after the other, and a judge"),
    "kills": ("chaos.campaigns.kills", "kill -9 of serving processes with submissions in flight"),
    "rebuilds": ("chaos.campaigns.rebuilds", "rebuild the leaderboard without a pause, under submissions and readers"),
    "redis-dead": ("chaos.campaigns.redis_dead", "what a dead Redis costs, compared with a healthy one"),
    "upgrade": ("chaos.campaigns.upgrade", "an older release and this one side by side on the same stores"),
    "sabotage": ("chaos.plants.hunt", "plant bugs in a copy of the service and see whether the judge notices"),
    "schedule": ("chaos.schedules.catalog", "play one short attack on stores that run already"),
    "check": ("chaos.check.judge", "only the judge, at rest or while all else goes on"),
}
"""Imported when called: the judge shares no code with the service that it judges."""


def main(arguments: Sequence[str] | None = None) -> int:
    listed = "\n".join(f"  {name:<12}{what}" for name, (_, what) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m chaos",
        description=__doc__,
        epilog=f"commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="its own arguments")
    chosen = parser.parse_args(arguments)
    command = import_module(COMMANDS[chosen.command][0])
    own = argparse.ArgumentParser(
        prog=f"python -m chaos {chosen.command}",
        description=command.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(own)
    asked = own.parse_args(chosen.arguments)
    if "seed" in asked:
        asked.seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
        sys.stdout.write(f"seed {asked.seed}\n")
        sys.stdout.flush()
    code: int = command.run(asked)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
