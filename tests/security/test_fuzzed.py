"""Attacks by odd names, ids and numbers, drawn by the hundred: nothing breaks, and nothing pays twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scout_os.core.store_urls import StoreUrls
from tests.learners import SUBMIT, untrue_totals
from tests.security.authorisation import API, ROWS
from tests.security.fuzz import ROLES, fuzz
from tests.service import Service, add_learners, attempt, serve, token

LEVEL, REWARD = "puk_u1_l1", 10
many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

texts = st.text(max_size=60)
"""Any text that JSON can carry, lone surrogates included."""
numbers = st.one_of(
    st.integers(), st.integers(-(10**40), 10**40), st.floats(), st.sampled_from([2**31, 2**53, 2**63 - 1, 2**63, 2**64])
)
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    *("name", "username", "password", "gugus_depan", "full_name", "streak", "last_active_date", "amount", "visible"),
    *(
        "level_id",
        "score",
        "total_questions",
        "correct_answers",
        "correct_question_ids",
        "time_spent_seconds",
        "answers",
    ),
    *("attempt_id", "xp_earned", "total_xp", "reason", "correction_id", "verdict", "note"),
]
bodies = st.dictionaries(st.one_of(st.sampled_from(FIELDS), texts), values, max_size=6) | values
WRITES = sorted(route for route, row in ROWS.items() if row.body is not None)


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client of one learner."""
    learner = asyncio.run(_add(service.stores))
    headers = {"Authorization": f"Bearer {token(learner)}"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=30) as opened:
        yield opened


def test_no_alias_of_a_level_earns_again(service: Service, client: httpx.Client) -> None:
    """Other cases, blanks, forms of letters, escapes and look-alikes of a level's id never pay a second time."""
    assert client.post(API + SUBMIT, json=attempt(LEVEL, 5)).json()["xp_earned"] == REWARD

    @many
    @given(aliases())
    def play(alias: str) -> None:
        answer = client.post(API + SUBMIT, content=_json(attempt(alias, 5)), headers=JSON)
        assert answer.status_code in {200, 404, 422}
        assert answer.status_code != 200 or (alias == LEVEL and answer.json()["xp_earned"] == 0)
        started = client.post(f"{API}/training/levels/{_quoted(alias)}/attempts")
        assert started.status_code in {201, 404, 405}
        assert started.status_code != 201 or started.json()["level_id"] == LEVEL

    play()
    assert asyncio.run(_paid(service.stores)) == [(1, REWARD)]


def test_no_body_breaks_a_route(client: httpx.Client) -> None:
    """Any JSON with fields that the API knows and fields that it does not is answered, and never with 500."""

    @many
    @given(st.sampled_from(WRITES), bodies)
    def play(route: str, body: Any) -> None:
        method, path = route.split(" ")
        answer = client.request(
            method,
            path.format(user_id=1, review_id=1, provider="google", level_id=LEVEL),
            content=_json(body),
            headers=JSON,
        )
        assert answer.status_code < 500
        assert isinstance(answer.json(), dict)

    play()


def test_no_id_or_query_breaks_a_route(client: httpx.Client) -> None:
    """Any text or number in a path or a query is answered, and never with 500."""
    paths = sorted(route.removeprefix("GET ") for route in ROWS if route.startswith(f"GET {API}"))
    paths.remove(f"{API}/leaderboard/stream")  # its answer does not end

    @many
    @given(
        st.sampled_from(paths),
        st.one_of(texts, numbers.map(str)),
        st.dictionaries(PARAMETERS, texts | numbers.map(str)),
    )
    def play(path: str, word: str, query: dict[str, str]) -> None:
        for name in ("user_id", "section_id", "unit_id", "level_id"):
            path = path.replace(f"{{{name}}}", _quoted(word))
        asked = "&".join(f"{name}={_quoted(value)}" for name, value in query.items())
        answer = client.get(f"{path}?{asked}")
        assert answer.status_code < 500
        assert isinstance(answer.json(), dict)

    play()


@pytest.mark.parametrize("role", ROLES)
def test_the_description_holds_under_a_small_fuzz(packed_stores: StoreUrls, tmp_path: Path, role: str) -> None:
    """A thousand requests made from the OpenAPI document find no server error and no answer that it does not describe."""
    with serve(packed_stores, tmp_path, limits="off") as service:
        found = fuzz(service, role, examples=1, seed=1)
    assert not found.failed, found.report
    assert found.requests > 500


JSON = {"Content-Type": "application/json"}
PARAMETERS = st.sampled_from(["limit", "section_id", "after", "state", "token", "user_id", "\u00e9"])


@st.composite
def aliases(draw: st.DrawFn) -> str:
    """What somebody might hope is taken for the level."""
    text = draw(
        st.sampled_from([LEVEL, LEVEL.upper(), LEVEL.title(), "puk_u1_l01", "puk_u01_l1", "puk_u1_l1.0", "PUK_u1_l1"])
    )
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
        place = draw(st.integers(0, len(text)))
        text = change(text, place)
    return text


CHANGES: list[Callable[[str, int], str]] = [
    lambda text, place: text[:place] + " " + text[place:],
    lambda text, place: text[:place] + "\u200b" + text[place:],
    lambda text, place: text[:place] + "\u0000" + text[place:],
    lambda text, place: text[:place] + "%00" + text[place:],
    lambda text, place: text[:place] + "\u0301" + text[place:],
    lambda text, place: text[:place] + "\ud800" + text[place:],
    lambda text, place: text[:place] + "".join(chr(ord(sign) + 0xFEE0) for sign in text[place:] if sign != " "),
    lambda text, _: text.replace("_", "\u2017"),
    lambda text, _: text.replace("l", "I"),
    lambda text, _: text.replace("u", "\u03c5"),
    lambda text, _: text + "\r\n",
    lambda text, _: text + "/",
    lambda text, _: f"level:{text}",
    lambda text, _: f"{text}'--",
    lambda text, place: text[:place].swapcase() + text[place:],
]


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()  # also NaN, Infinity and lone surrogates, which other encoders refuse to write


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


async def _add(stores: StoreUrls) -> int:
    connection = await asyncpg.connect(stores.owner_database_url)
    try:
        [learner] = await add_learners(connection, 1)
    finally:
        await connection.close()
    return learner


async def _paid(stores: StoreUrls) -> list[tuple[int, int]]:
    """How many ledger rows there are, and their sum; and that no total is untrue."""
    connection = await asyncpg.connect(stores.owner_database_url)
    try:
        assert await untrue_totals(connection) == 0
        return [tuple(row) for row in await connection.fetch("SELECT count(*), sum(amount)::bigint FROM xp_ledger")]
    finally:
        await connection.close()
