"""The short way of reading a token, beside the JWT library."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from tests.clock import MovableClock
from tests.core.odd_tokens import FORMER, KEYS
from tests.core.reading_both_ways import compare, services


@pytest.mark.parametrize("account_key", [None, UUID(int=7)])
def test_what_we_issue_takes_the_short_way(account_key: UUID | None) -> None:
    """A token that this release issues needs no JWT library, whatever its issuer is called, nor does one of a former key."""
    clock = MovableClock()
    for service in services(clock):
        token = service.issue(10**17, 2**31 - 1, account_key)
        assert service.find_verified(token) == service.verify_any(token)
        announced = replace(service, key=FORMER, other_keys=KEYS, other_keys_until=None)
        assert announced.find_verified(token) == announced.verify_any(token)


def test_the_short_way_never_says_more_than_the_library() -> None:
    """Odd tokens from a seed (`make odd-tokens`: a million): whoever may judge one says the same, down to the types."""
    outcome = compare(20_000, seed=7)
    assert outcome.differing == []
    assert min(outcome.ways[way] for way in ("short", "long", "refused")) > 1000
