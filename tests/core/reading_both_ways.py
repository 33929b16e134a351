"""Tokens read in both ways, from a seed: `python -m tests.core.reading_both_ways --tokens 1000000 --seed 1`.

Whatever the short way of `Tokens` says of a token, the JWT library must say, too.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from scout_os.core.access_tokens import Tokens, Verified
from scout_os.core.problems import Unauthenticated
from tests.clock import NOON, MovableClock
from tests.core.odd_tokens import KEYS, OURS, OddToken

PLAIN = ("scout-os", "scout-os-app")
WRITTEN_WITH_EVERY_SIGN = ("https://x.example/~a?b>c?d>~~", 'pandu "Ä" \\ /')
"""Their Base64 has the two characters that Base64 has in two alphabets."""


def services(clock: MovableClock) -> list[Tokens]:
    """Services that differ in what they accept."""
    before, after = NOON - timedelta(days=1), NOON + timedelta(days=1)
    return [
        Tokens(OURS, issuer, audience, timedelta(days=7), clock, legacy_until, KEYS[1:], other_keys_until)
        for issuer, audience in (PLAIN, WRITTEN_WITH_EVERY_SIGN)
        for legacy_until in (None, after)
        for other_keys_until in (None, before, after)
    ]


@dataclass
class Outcome:
    """How many tokens each way took, and those on which the ways differ."""

    ways: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)


def compare(count: int, seed: int) -> Outcome:
    """Ask both ways about `count` odd tokens."""
    dice = random.Random(seed)
    clock = MovableClock()
    asked = services(clock)
    outcome = Outcome()
    for _ in range(count):
        tokens = dice.choice(asked)
        clock.set(NOON + timedelta(seconds=dice.choice((*[0] * 8, -90_000, -400, 0.5, 3599, 3599.5, 3600, 90_000))))
        token = OddToken(dice, tokens).text()
        short, long, both = tokens.find_verified(token), _asked(tokens.verify_any, token), _asked(tokens.verify, token)
        outcome.ways["refused" if long is None else "long" if short is None else "short"] += 1
        if both != long or (short is not None and _exactly(short) != _exactly(long)):
            outcome.differing.append(f"{token!r} at {clock.now()}: {short} and {long}, together {both}")
    return outcome


def _asked(verify: Callable[[str], Verified], token: str) -> Verified | None:
    try:
        return verify(token)
    except Unauthenticated:
        return None


def _exactly(verified: Verified | None) -> str:
    """Tells 1, 1.0 and True apart."""
    return repr(verified)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.core.reading_both_ways", description=__doc__)
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    outcome = compare(options.tokens, options.seed)
    ways = ", ".join(f"{count} {way}" for way, count in sorted(outcome.ways.items()))
    sys.stdout.write(f"seed {options.seed}: {options.tokens} tokens, {ways}; {len(outcome.differing)} differing\n")
    sys.stdout.writelines(f"{each[:1000]}\n" for each in outcome.differing[:20])
    sys.exit(bool(outcome.differing))


if __name__ == "__main__":
    main()
