"""Content, progress, the XP ledger and the idempotency keys."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, UUID

from scout_os.core.metadata import metadata
from scout_os.users.tables import users


def _created_at() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


def _is_active() -> Column[bool]:
    return Column(
        "is_active", Boolean, nullable=False, server_default=text("true"), comment="false: retired from the pack"
    )


content_state = Table(
    "content_state",
    metadata,
    Column("id", SmallInteger, primary_key=True, server_default=text("1")),
    Column("version", BigInteger, nullable=False, comment="raised by each load that changed something"),
    Column("pack_hash", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ranks", JSONB, comment="scout ranks, lowest first; null: the default ones"),
    CheckConstraint("id = 1", name="one_row"),
)

sections = Table(
    "sections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("tier", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_en", Text),
    Column("description", Text),
    Column("description_en", Text),
    _is_active(),
    _created_at(),
)

units = Table(
    "units",
    metadata,
    Column("id", Text, primary_key=True),
    Column("section_id", Text, ForeignKey(sections.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_en", Text),
    Column("description", Text),
    Column("description_en", Text),
    _is_active(),
    _created_at(),
)

levels = Table(
    "levels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("unit_id", Text, ForeignKey(units.c.id), nullable=False),
    Column("level_number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_en", Text),
    Column("difficulty", Text, nullable=False),
    Column("xp_reward", Integer, nullable=False),
    Column("min_correct", Integer, nullable=False),
    Column("unlock_rule", JSONB, nullable=False),
    Column(
        "content_version", Integer, nullable=False, comment="raised when anything of the level or its questions changes"
    ),
    Column("content_hash", Text, nullable=False),
    _is_active(),
    _created_at(),
    CheckConstraint("xp_reward BETWEEN 1 AND 100", name="xp_reward"),
)

level_versions = Table(
    "level_versions",
    metadata,
    Column("level_id", Text, ForeignKey(levels.c.id), nullable=False),
    Column("content_version", Integer, nullable=False),
    Column("xp_reward", Integer, nullable=False),
    Column("min_correct", Integer, nullable=False),
    Column("total_questions", Integer, nullable=False),
    _created_at(),
    PrimaryKeyConstraint("level_id", "content_version"),
    comment="what each version of a level paid, so that every award can be checked against the content it was made from",
)

questions = Table(
    "questions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("level_id", Text, ForeignKey(levels.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("payload", JSONB, nullable=False, comment="with the key"),
    Column("explanation", Text, nullable=False),
    _is_active(),
    _created_at(),
    Column("details", JSONB, comment="texts in English and media; null: none"),
    Column("instead_of", JSONB, comment="the whole question that this one stands in for at older clients; null: none"),
    Index(None, "level_id"),
    comment="every release can show each row: a question of a newer kind is in instead_of",
)

content_files = Table(
    "content_files",
    metadata,
    Column("hash", Text, primary_key=True, comment="SHA-256 of the bytes, in hexadecimal"),
    Column("content", BYTEA, nullable=False, comment="a drawing as SVG"),
    _created_at(),
    comment="drawings of the content, earlier ones too, because devices keep questions that show them",
)

xp_ledger = Table(
    "xp_ledger",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("source", Text, nullable=False, comment="level:<id>, or correction:<uuid>"),
    Column("amount", BigInteger, nullable=False),
    Column("content_version", Integer, comment="the level's version that decided the amount"),
    Column("submission_id", UUID, nullable=False),
    Column("actor", Text, comment="who corrected"),
    Column("reason", Text, comment="why"),
    _created_at(),
    Column("earned_at", DateTime(timezone=True), comment="when the level was passed; null: as created"),
    UniqueConstraint("user_id", "source", name="xp_ledger_pays_once"),
    CheckConstraint("amount <> 0", name="amount"),
    comment="append only: no role but the owner may change or delete a row, and a trigger refuses even that",
)

user_progress = Table(
    "user_progress",
    metadata,
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("level_id", Text, ForeignKey(levels.c.id), nullable=False),
    Column("status", Text, nullable=False),
    Column("xp_earned", BigInteger, nullable=False, server_default=text("0"), comment="what this level paid"),
    Column("score", BigInteger, nullable=False, comment="as sent with the best attempt; decides nothing"),
    Column("correct_answers", Integer, nullable=False, comment="of the best attempt"),
    Column("total_questions", BigInteger, nullable=False, comment="as sent with the best attempt; decides nothing"),
    Column("time_spent_seconds", BigInteger, nullable=False, comment="as sent with the best attempt; decides nothing"),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    _created_at(),
    Column("completed_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("user_id", "level_id"),
    CheckConstraint("status IN ('IN_PROGRESS', 'COMPLETED')", name="status"),
)

activity_days = Table(
    "activity_days",
    metadata,
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("day", Date, nullable=False, comment="the learner's local day of an attempt"),
    PrimaryKeyConstraint("user_id", "day"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", BYTEA, nullable=False, comment="SHA-256 of the request that the key was first used for"),
    Column("answer", BYTEA, comment="the first answer's body, byte for byte"),
    _created_at(),
    PrimaryKeyConstraint("user_id", "key"),
    Index(None, "created_at"),
)

graded_attempts = Table(
    "graded_attempts",
    metadata,
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("attempt_id", UUID, nullable=False),
    Column("level_id", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False, comment="when its questions were handed out"),
    Column("graded_at", DateTime(timezone=True), nullable=False, comment="by the same clock as issued_at"),
    Column("correct_answers", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("done_at", DateTime(timezone=True), comment="of a late one: when it was done"),
    PrimaryKeyConstraint("user_id", "attempt_id"),
    Index(None, "graded_at"),
    comment="attempts that were graded here, so that none is graded twice; kept for 15 days",
)
