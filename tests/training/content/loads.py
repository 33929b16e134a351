"""Packs to load, and what the tables hold before and after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scout_os.training.content import Pack, read_pack
from tests.packs.editing import Edit, copy_pack
from tests.service import Truth

CONTENT = ("content_state", "sections", "units", "levels", "level_versions", "questions")
LEARNERS = ("users", "user_progress", "xp_ledger")
REWARD = Edit("simpul.yaml", "xp_reward: 10", "xp_reward: 12")
NEW_QUESTION = """
          - id: q_simpul_u2_l1_02
            order: 2
            type: fill_blank
            question: Ikatan silang ____ dengan ikatan palang.
            payload: {correct_answer: berbeda, case_sensitive: false}
            explanation: Keduanya ikatan yang berbeda.
"""
LAST_LINE = "correct_order: [awal, akhir]}, explanation: Awal mendahului akhir.}\n"


def without_simpul(directory: Path) -> Pack:
    """The pack with its second section alone."""
    copy_pack(directory, Edit("jejak.yml", "order: 2\ntier", "order: 1\ntier"))
    (directory / "simpul.yaml").unlink()
    return read_pack(directory)


def without_last_level(directory: Path, *edits: Edit) -> Pack:
    """The pack without `jejak_u1_l3`, edited."""
    copy_pack(directory, *edits)
    path = directory / "jejak.yml"
    head, _, _ = path.read_text("utf-8").partition("      - id: jejak_u1_l3\n")
    path.write_text(head, "utf-8")
    return read_pack(directory)


async def rows_of(owner: Truth, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables with the transactions that wrote them: equal only if nothing was even rewritten."""
    return {table: [tuple(row) for row in await owner.fetch(_all(table))] for table in tables}


async def add_learner(owner: Truth, *levels: str) -> None:
    """A learner who has completed the levels."""
    total = 10 * len(levels)
    user_id = await owner.fetchval("INSERT INTO users (name, total_xp) VALUES ('Ani', $1) RETURNING id", total)
    await owner.execute(
        """
        INSERT INTO user_progress
               (user_id, level_id, status, xp_earned, score, correct_answers, total_questions, time_spent_seconds)
        SELECT $1, level_id, 'COMPLETED', 10, 3, 3, 3, 0 FROM unnest($2::text[]) AS level_id
        """,
        user_id,
        levels,
    )
    await owner.execute(
        """
        INSERT INTO xp_ledger (user_id, source, amount, content_version, submission_id)
        SELECT $1, 'level:' || level_id, 10, 1, gen_random_uuid() FROM unnest($2::text[]) AS level_id
        """,
        user_id,
        levels,
    )


async def later_versions(owner: Truth) -> dict[str, int]:
    """The content version of each level that is not at its first."""
    rows = await owner.fetch("SELECT id, content_version FROM levels WHERE content_version <> 1")
    return {row["id"]: row["content_version"] for row in rows}


async def retired_in(owner: Truth, table: str) -> set[str]:
    """Ids of the rows that are not active."""
    return {row["id"] for row in await owner.fetch(f"SELECT id FROM {table} WHERE NOT is_active")}


def _all(table: str) -> str:
    return f"SELECT t.xmin::text AS xmin, t.* FROM {table} t ORDER BY t::text"
