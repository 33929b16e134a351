"""Known addresses: known after a login, for a month, and bounded."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from scout_os.auth.known_addresses import MOST, KnownAddresses
from scout_os.core.postgres import Database
from tests.service import Truth, add_learners

ADDRESS = "10.1.1.1"


@dataclass
class Known:
    """The addresses, as two workers know them, and two learners."""

    one: KnownAddresses
    two: KnownAddresses
    budi: int
    ayu: int


@pytest.fixture
async def known(database: Database, owner: Truth) -> Known:
    """Nobody has logged in yet."""
    budi, ayu = await add_learners(owner, 2)
    return Known(KnownAddresses(database, key=b"key"), KnownAddresses(database, key=b"key"), budi, ayu)


async def test_an_address_is_known_for_an_account(known: Known) -> None:
    """Every worker knows from where an account was logged in to; for others, or elsewhere, that says nothing."""
    await known.one.remember(known.one.of("budi", ADDRESS), known.budi)
    assert await known.two.is_known(known.two.of("budi", ADDRESS))
    assert not await known.two.is_known(known.two.of("budi", "10.1.1.2"))
    assert not await known.two.is_known(known.two.of("ayu", ADDRESS))


async def test_an_address_is_forgotten_after_a_month(known: Known, owner: Truth) -> None:
    """A login renews it; later ones delete what is out of date, also of others."""
    mine, others = known.one.of("budi", ADDRESS), known.one.of("ayu", ADDRESS)
    await known.one.remember(mine, known.budi)
    await known.one.remember(others, known.ayu)
    await owner.execute("UPDATE known_addresses SET seen_at = now() - interval '31 days'")
    assert not await known.one.is_known(mine)
    await known.one.remember(mine, known.budi)
    assert await known.one.is_known(mine)
    assert await owner.fetchval("SELECT count(*) FROM known_addresses") == 1


async def test_the_next_login_of_a_day_writes_nothing(known: Known, owner: Truth) -> None:
    """Neither to the addresses nor to the learner's row, as a lock would; a day later the address is renewed."""
    written = """SELECT u.xmax::text, k.xmin::text, k.xmax::text, k.seen_at
                   FROM users u JOIN known_addresses k ON k.user_id = u.id ORDER BY k.pair"""
    mine = known.one.of("budi", ADDRESS)
    await known.one.remember(known.one.of("budi", "10.1.1.2"), known.budi)
    await known.one.remember(mine, known.budi)
    first = await owner.fetch(written)
    await known.one.remember(mine, known.budi)
    assert await owner.fetch(written) == first
    await owner.execute("UPDATE known_addresses SET seen_at = now() - interval '25 hours'")
    await known.one.remember(mine, known.budi)
    assert await owner.fetchval("SELECT count(*) FROM known_addresses WHERE seen_at > now() - interval '1 hour'") == 1


async def test_an_account_has_so_many_known_addresses(known: Known, owner: Truth) -> None:
    """The latest ones are kept."""
    for n in range(MOST + 10):
        await known.one.remember(known.one.of("budi", f"10.1.1.{n}"), known.budi)
    assert await owner.fetchval("SELECT count(*) FROM known_addresses") == MOST
    assert await known.one.is_known(known.one.of("budi", f"10.1.1.{MOST + 9}"))
    assert not await known.one.is_known(known.one.of("budi", "10.1.1.0"))


async def test_nothing_is_stored_about_who_is_gone(known: Known, owner: Truth) -> None:
    """A login that ends after its account was erased leaves no trace."""
    await owner.execute("UPDATE users SET is_active = false WHERE id = $1", known.budi)
    await known.one.remember(known.one.of("budi", ADDRESS), known.budi)
    assert await owner.fetchval("SELECT count(*) FROM known_addresses") == 0
