"""A checked pack into PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from scout_os.core.postgres import Database
from scout_os.training.content import repository
from scout_os.training.content.pack import Pack, PackLevel, PackSection, PackUnit
from scout_os.training.content.repository import Row
from scout_os.training.content.summary import Counts, Kind, LoadSummary, VersionChanged, WouldRetire
from scout_os.training.models import Question, unlock_rule

DETAILS = ("question_en", "explanation_en", "media")
"""Fields of a question that the first releases did not have."""


class _Undone(Exception):
    """Rolls the load back."""

    def __init__(self, summary: LoadSummary) -> None:
        super().__init__()
        self.summary = summary


async def load_pack(
    database: Database, pack: Pack, *, retire: bool = False, dry_run: bool = False, if_version: int | None = None
) -> LoadSummary:
    """Make the pack the active content, in one transaction. Only one load runs at a time.

    Loading the same pack again changes nothing. What the pack no longer contains is retired, never deleted. A level
    gets a new version when any of its content changed. Learners, their progress and the ledger are not touched.

    A plan is the load itself, rolled back: with `dry_run`, or with `WouldRetire` if it would retire more than questions
    without `retire`. Raises `VersionChanged` if `if_version` is given and the content has another version (0: none),
    and `Unavailable` when PostgreSQL is away or another load does not end.
    """
    rows = _rows(pack)
    try:
        async with database.transaction() as connection:
            base = await repository.lock_loads(connection)
            if if_version not in (None, base):
                raise VersionChanged(base)
            await repository.save_files(connection, pack.files)
            changes = {kind: await repository.sync(connection, kind, given) for kind, given in rows.items()}
            renames = pack.ranks != await repository.find_ranks(connection)
            changed = renames or any(changes.values())
            version = await repository.save_state(connection, pack.hash, pack.ranks, changed=changed)
            counts = {kind: Counts.of(changes[kind], len(given)) for kind, given in rows.items()}
            summary = LoadSummary(version, counts, base, tuple(chain.from_iterable(changes.values())), renames=renames)
            _undo_if(summary, dry_run or (bool(summary.retired) and not retire))
    except _Undone as undone:
        levels = [change.id for change in undone.summary.retired if change.kind == "levels"]
        summary = replace(undone.summary, learners=await repository.count_learners(database, levels))
        if not dry_run:
            raise WouldRetire(summary) from None
    return summary


def _undo_if(summary: LoadSummary, condition: bool) -> None:
    if condition:
        raise _Undone(summary)


def _rows(pack: Pack) -> dict[Kind, list[Row]]:
    return {
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
        "questions": [_question_row(each, level.id) for level, each in pack.questions()],
    }


def _question_row(question: Question, level_id: str) -> Row:
    """What older clients get, with the question itself beside it, so that an earlier release can serve the row too."""
    row = question.instead or question
    whole = {name: value for name, value in _said(question).items() if name != "order"}
    own = {name: value for name, value in _said(row).items() if name not in DETAILS}
    del own["order"]
    return {
        **own,
        "position": question.order,
        "level_id": level_id,
        "details": {name: value for name, value in _said(row).items() if name in DETAILS} or None,
        "instead_of": whole if question.instead else None,
    }


def _said(question: Question) -> Row:
    return {name: value for name, value in vars(question).items() if value is not None and name != "instead"}


def _row(part: PackSection | PackUnit | PackLevel, **columns: object) -> Row:
    """The part's own fields, without the parts below it, and more columns."""
    own = {name: value for name, value in vars(part).items() if not isinstance(value, tuple)}
    return {**own, **columns}
