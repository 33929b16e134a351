"""The judge: what it cannot ask is a finding, not an acquittal."""

from __future__ import annotations

from chaos.check.board import check_api
from chaos.target.environment import free_port
from tests.service import Truth


async def test_an_api_that_does_not_answer_is_a_violation(owner: Truth) -> None:
    """Where nobody listens, the final judgement says so instead of breaking off."""
    [violation] = await check_api(owner, f"http://127.0.0.1:{free_port()}", {})
    assert violation.invariant == "L2"
