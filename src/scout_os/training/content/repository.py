"""All SQL that writes or reads whole content tables."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from scout_os.core.postgres import Connection, Database, Record
from scout_os.core.problems import Unavailable
from scout_os.training.content.pack import canonical_json
from scout_os.training.content.summary import Change, Kind, Learners
from scout_os.training.media import media_of
from scout_os.training.models import Catalog, Level, Question, Rank, Section, Unit

Row = dict[str, Any]
Children = Mapping[str, Sequence[Record]]

LOAD_SECONDS = 10
"""Longer than the session's own limits, because workers that start together load one after the other."""
COUNT_SECONDS = 5

_SECTION = "position int, tier text, title text, title_en text, description text, description_en text"
_UNIT = "section_id text, position int, title text, title_en text, description text, description_en text"
_LEVEL = (
    "unit_id text, level_number int, title text, title_en text, difficulty text, xp_reward int, min_correct int, "
    "unlock_rule jsonb, content_hash text"
)
_QUESTION = (
    "level_id text, position int, type text, question text, payload jsonb, explanation text, details jsonb, "
    "instead_of jsonb"
)
_RAISE_VERSION = ", content_version = old.content_version + (old.content_hash <> excluded.content_hash)::int"
_KEEP_VERSIONS = """,
         versions AS (
            INSERT INTO level_versions (level_id, content_version, xp_reward, min_correct, total_questions)
            SELECT id, content_version, xp_reward, min_correct, total_questions FROM written JOIN given USING (id)
                ON CONFLICT (level_id, content_version) DO NOTHING)"""


def _list(columns: str, form: str) -> str:
    return ", ".join(form.format(column.split()[0]) for column in columns.split(", "))


def _sync(table: str, columns: str, *, level: bool = False) -> str:
    """One statement that makes the JSON array $1 the table's active rows, and leaves rows that are right alone.

    A level also has a version, raised when its hash changes, and a row for each version it ever had.
    """
    return f"""
    WITH given AS (
            SELECT * FROM jsonb_to_recordset($1::jsonb)
                       AS row(id text, {columns}{", total_questions int" if level else ""})),
         differs AS (
            SELECT given.*, CASE WHEN old.id IS NOT NULL THEN to_jsonb(old) END AS before, to_jsonb(given) AS after
              FROM given LEFT JOIN {table} old USING (id)
             WHERE old.id IS NULL OR NOT old.is_active
                OR ({_list(columns, "old.{}")}) IS DISTINCT FROM ({_list(columns, "given.{}")})),
         written AS (
            INSERT INTO {table} AS old (id, {_list(columns, "{}")}{", content_version" if level else ""})
            SELECT id, {_list(columns, "{}")}{", 1" if level else ""} FROM differs
                ON CONFLICT (id) DO UPDATE
               SET is_active = true, {_list(columns, "{0} = excluded.{0}")}{_RAISE_VERSION if level else ""}
         RETURNING id{", content_version" if level else ""}){_KEEP_VERSIONS if level else ""},
         retired AS (
            UPDATE {table} old SET is_active = false
             WHERE is_active AND id NOT IN (SELECT id FROM given) RETURNING id, to_jsonb(old) AS before)
    SELECT id, before, after FROM differs UNION ALL SELECT id, before, NULL FROM retired ORDER BY id"""


_SYNC: dict[Kind, str] = {
    "sections": _sync("sections", _SECTION),
    "units": _sync("units", _UNIT),
    "levels": _sync("levels", _LEVEL, level=True),
    "questions": _sync("questions", _QUESTION),
}
_SAVE_STATE = """
    WITH saved AS (
            INSERT INTO content_state AS old (id, version, pack_hash, ranks) VALUES (1, 1, $1, $3)
                ON CONFLICT (id) DO UPDATE
               SET version = old.version + 1, pack_hash = excluded.pack_hash, loaded_at = now(), ranks = excluded.ranks
             WHERE $2
         RETURNING version)
    SELECT version FROM saved UNION ALL SELECT version FROM content_state WHERE NOT EXISTS (SELECT FROM saved)"""
_LEARNERS = """
    SELECT level_id, count(DISTINCT user_id) AS learners FROM user_progress WHERE level_id = ANY($1)
     GROUP BY GROUPING SETS ((level_id), ())"""
_FIND_RANKS = "SELECT ranks FROM content_state"
_FIND_VERSION = "SELECT version FROM content_state"
_SHOWN = "id, title, title_en, created_at"
_PLACED = f'{_SHOWN}, position AS "order", description, description_en'
_SECTIONS = f"SELECT {_PLACED}, tier FROM sections WHERE is_active ORDER BY position, id"
_UNITS = f"SELECT {_PLACED}, section_id FROM units WHERE is_active ORDER BY position, id"
_LEVELS = f"""
    SELECT {_SHOWN}, unit_id, level_number, difficulty, xp_reward, min_correct, content_version,
           CASE unlock_rule ->> 'type' WHEN 'level_completed' THEN unlock_rule ->> 'value' END AS requires
      FROM levels WHERE is_active ORDER BY level_number, id"""
_QUESTIONS = """
    SELECT id, level_id, position AS "order", type, question, payload, explanation, details, instead_of
      FROM questions WHERE is_active ORDER BY position, id"""
_SAVE_FILES = """
    INSERT INTO content_files (hash, content) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING"""
_FILES = "SELECT hash, content FROM content_files WHERE hash = ANY($1)"
_FIND_FILE = "SELECT content FROM content_files WHERE hash = $1"


async def lock_loads(connection: Connection) -> int:
    """Let no other load run until the transaction ends. Returns the content version; 0 before the first load."""
    await connection.execute(f"SET LOCAL lock_timeout = '{LOAD_SECONDS}s'")
    await connection.execute(f"SET LOCAL statement_timeout = '{LOAD_SECONDS}s'")
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('scout-os content load', 0))"
    await connection.execute(lock, timeout=LOAD_SECONDS + 1)
    return await connection.fetchval(_FIND_VERSION) or 0


async def sync(connection: Connection, kind: Kind, rows: list[Row]) -> list[Change]:
    """Make `rows` the active ones of their kind. Their parents must be in PostgreSQL already."""
    changes = await connection.fetch(_SYNC[kind], canonical_json(rows), timeout=LOAD_SECONDS + 1)
    return [Change(kind, row["id"], _values(row["before"]), _values(row["after"])) for row in changes]


def _values(row: str | None) -> Mapping[str, Any] | None:
    return None if row is None else json.loads(row)


async def save_files(connection: Connection, files: Mapping[str, bytes]) -> None:
    """Add the drawings that are not there yet. None is ever removed: devices keep questions that show them."""
    await connection.execute(_SAVE_FILES, list(files), list(files.values()), timeout=LOAD_SECONDS + 1)


async def find_file(database: Database, name: str) -> bytes | None:
    """The drawing with this hash, of this or an earlier version of the content."""
    content: bytes | None = await database.fetchval(_FIND_FILE, name)
    return content


async def count_learners(database: Database, level_ids: Sequence[str]) -> Learners | None:
    """Learners with progress in the levels; None if there are too many rows to count in time."""
    if not level_ids:
        return Learners(0, {})
    try:
        async with database.transaction(readonly=True) as connection:
            await connection.execute(f"SET LOCAL statement_timeout = '{COUNT_SECONDS}s'")
            rows = await connection.fetch(_LEARNERS, level_ids, timeout=COUNT_SECONDS + 1)
    except Unavailable:
        return None
    counted = {row["level_id"]: row["learners"] for row in rows}
    return Learners(counted.pop(None), counted)


async def find_ranks(connection: Connection) -> tuple[Rank, ...]:
    """The ranks of the loaded content."""
    ranks = await connection.fetchval(_FIND_RANKS)
    return tuple(Rank(**rank) for rank in json.loads(ranks or "[]"))


async def save_state(connection: Connection, pack_hash: str, ranks: Sequence[Rank], *, changed: bool) -> int:
    """Record the load. Returns the content version: 1 at the first load, raised if anything changed."""
    written = canonical_json([vars(rank) for rank in ranks]) if ranks else None
    version: int = await connection.fetchval(_SAVE_STATE, pack_hash, changed, written)
    return version


async def find_version(database: Database) -> int | None:
    """The version of the loaded content; None before the first load."""
    version: int | None = await database.fetchval(_FIND_VERSION)
    return version


async def load_catalog(database: Database) -> Catalog | None:
    """All active content from one snapshot, in order; None before the first load."""
    async with database.transaction("repeatable_read", readonly=True) as connection:
        version: int | None = await connection.fetchval(_FIND_VERSION)
        if version is None:
            return None
        sections = await connection.fetch(_SECTIONS)
        units = _by_parent("section_id", await connection.fetch(_UNITS))
        levels = _by_parent("unit_id", await connection.fetch(_LEVELS))
        questions = _by_parent("level_id", await connection.fetch(_QUESTIONS))
        content = tuple(_section(row, units, levels, questions) for row in sections)
        files = await connection.fetch(_FILES, sorted(_hashes(content)))
        ranks = await find_ranks(connection)
    return Catalog(version, content, {row["hash"]: row["content"] for row in files}, ranks)


def _hashes(sections: Sequence[Section]) -> set[str]:
    levels = [level for section in sections for unit in section.units for level in unit.levels]
    shown = [media for level in levels for question in level.questions for media in media_of(question)]
    return {media["hash"] for media in shown if "hash" in media}


def _by_parent(column: str, rows: Sequence[Record]) -> Children:
    children: defaultdict[str, list[Record]] = defaultdict(list)
    for row in rows:
        children[row[column]].append(row)
    return children


def _section(row: Record, units: Children, levels: Children, questions: Children) -> Section:
    return Section(**row, units=tuple(_unit(unit, levels, questions) for unit in units.get(row["id"], ())))


def _unit(row: Record, levels: Children, questions: Children) -> Unit:
    return Unit(**row, levels=tuple(_level(level, questions) for level in levels.get(row["id"], ())))


def _level(row: Record, questions: Children) -> Level:
    return Level(**row, questions=tuple(_question(question) for question in questions.get(row["id"], ())))


def _question(row: Record) -> Question:
    """The question as the pack has it. Its row holds what it is for older clients, and for an earlier release."""
    columns = dict(row)
    del columns["level_id"]
    details, instead_of = columns.pop("details"), columns.pop("instead_of")
    columns["payload"] = json.loads(columns["payload"])
    question = Question(**columns, **(json.loads(details) if details else {}))
    if instead_of is None:
        return question
    return Question(**json.loads(instead_of), order=question.order, instead=question)
