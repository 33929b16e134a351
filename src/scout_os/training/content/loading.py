"""A checked pack into PostgreSQL."""

from __future__ import annotations

from scout_os.core.postgres import Database
from scout_os.training.content import repository, rows
from scout_os.training.content.pack import Pack
from scout_os.training.content.summary import LoadSummary


async def load_pack(database: Database, pack: Pack) -> LoadSummary:
    """Make the pack the active content, in one transaction, one load at a time.

    Loading the same pack again changes nothing. What the pack no longer holds is retired, never deleted; a level any
    of whose content changed gets a new version. Learners, their progress and the ledger are not touched. Raises
    `Unavailable` when PostgreSQL is away or another load does not end.
    """
    async with database.transaction() as connection:
        await repository.lock_loads(connection)
        sections = await repository.sync_sections(connection, rows.section_rows(pack))
        units = await repository.sync_units(connection, rows.unit_rows(pack))
        levels = await repository.sync_levels(connection, rows.level_rows(pack))
        questions = await repository.sync_questions(connection, rows.question_rows(pack))
        changed = any(counts.touched for counts in (sections, units, levels, questions))
        version = await repository.save_state(connection, pack.hash, changed=changed)
    return LoadSummary(version, sections, units, levels, questions)
