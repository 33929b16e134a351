"""Flags for operators to review."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from scout_os.core.metadata import metadata
from scout_os.users.tables import users

review_flags = Table(
    "review_flags",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("evidence", JSONB, nullable=False, comment="figures of the last finding"),
    Column("times", Integer, nullable=False, server_default=text("1"), comment="how often found while open"),
    Column("first_seen_at", DateTime(timezone=True), nullable=False),
    Column("last_seen_at", DateTime(timezone=True), nullable=False, comment="of what the last finding rests on"),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    Column("verdict", Text),
    Column("note", Text),
    CheckConstraint("kind IN ('too_fast', 'xp_rate', 'burst', 'no_pause', 'guessing')", name="kind"),
    CheckConstraint("verdict IN ('cleared', 'upheld')", name="verdict"),
    CheckConstraint("(closed_at IS NULL) = (verdict IS NULL)", name="closed"),
    Index(None, "user_id", "kind"),
    Index(None, "closed_at"),
    Index("review_flags_one_open", "user_id", "kind", unique=True, postgresql_where=text("closed_at IS NULL")),
    comment="what looks like cheating; a flag alone changes nothing for its learner",
)
