"""A checked pack into PostgreSQL."""

from __future__ import annotations

from scout_os.core.postgres import Database
from scout_os.training.content import repository
from scout_os.training.content.pack import Pack, PackLevel, PackSection, PackUnit
from scout_os.training.content.repository import Row
from scout_os.training.content.summary import Kind, LoadSummary
from scout_os.training.models import Question, unlock_rule


async def load_pack(database: Database, pack: Pack) -> LoadSummary:
    """Make the pack the active content, in one transaction. Only one load runs at a time.

    Loading the same pack again changes nothing. What the pack no longer contains is retired, never deleted. A level
    gets a new version when any of its content changed. Learners, their progress and the ledger are not touched. Raises
    `Unavailable` when PostgreSQL is away or another load does not end.
    """
    rows: dict[Kind, list[Row]] = {
        "sections": [_row(section, position=section.order) for section in pack.sections],
        "units": [_row(unit, position=unit.order, section_id=section.id) for section, unit in pack.units()],
        "levels": [
            _row(
                level,
                unit_id=unit.id,
                unlock_rule=unlock_rule(level.requires),
                content_hash=level.content_hash,
                total_questions=len(level.questions),
            )
            for unit, level in pack.levels()
        ],
        "questions": [_row(each, position=each.order, level_id=level.id) for level, each in pack.questions()],
    }
    async with database.transaction() as connection:
        await repository.lock_loads(connection)
        counts = {kind: await repository.sync(connection, kind, given) for kind, given in rows.items()}
        changed = any(count.touched for count in counts.values())
        version = await repository.save_state(connection, pack.hash, changed=changed)
    return LoadSummary(version, counts)


def _row(part: PackSection | PackUnit | PackLevel | Question, **columns: object) -> Row:
    """The part's own fields, without the parts below it, and more columns."""
    own = {name: value for name, value in vars(part).items() if not isinstance(value, tuple)}
    return {**own, **columns}
