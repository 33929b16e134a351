"""The table of users, the single source of truth for `total_xp`, and the time zones that they may live in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from scout_os.core.metadata import metadata

MAX_TOTAL_XP = 2**53 - 1
"""A Redis score is a double: whole numbers are exact below 2^53."""

users = Table(
    "users",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("username", Text, comment="trimmed, lower case; null in the tombstone of a deleted learner"),
    Column("name", Text, nullable=False, comment="what the board shows"),
    Column("password_hash", Text),
    Column("picture_url", Text),
    Column("gugus_depan", Text),
    Column("is_pro", Boolean, nullable=False, server_default=text("false")),
    Column("role", Text, nullable=False, server_default=text("'learner'")),
    Column("is_active", Boolean, nullable=False, server_default=text("true"), comment="false: disabled or deleted"),
    Column("is_suspended", Boolean, nullable=False, server_default=text("false"), comment="off the board, XP kept"),
    Column("is_hidden", Boolean, nullable=False, server_default=text("false"), comment="off the board by own choice"),
    Column(
        "on_board",
        Boolean,
        Computed("is_active AND NOT is_suspended AND NOT is_hidden", persisted=True),
        nullable=False,
    ),
    Column(
        "total_xp", BigInteger, nullable=False, server_default=text("0"), comment="sum of the learner's ledger rows"
    ),
    Column("board_era", BigInteger, nullable=False, server_default=text("0"), comment="raised by each correction"),
    Column("streak", Integer, nullable=False, server_default=text("0")),
    Column("longest_streak", Integer, nullable=False, server_default=text("0")),
    Column("last_active_date", Date, comment="the learner's own local day"),
    Column("timezone", Text, nullable=False, server_default=text("'Asia/Jakarta'")),
    Column("hearts", SmallInteger, nullable=False, server_default=text("5")),
    Column("hearts_date", Date, comment="local day of the last loss; on a later day all five are back"),
    Column(
        "token_generation",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="another number when all sessions end; tokens name theirs",
    ),
    Column("account_key", UUID, comment="random; tokens name it, as ids can be given out again after a restore"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("username"),
    CheckConstraint("role IN ('learner', 'admin')", name="role"),
    CheckConstraint(f"total_xp BETWEEN 0 AND {MAX_TOTAL_XP}", name="total_xp"),
    CheckConstraint("hearts BETWEEN 0 AND 5", name="hearts"),
    CheckConstraint("streak >= 0 AND longest_streak >= streak", name="streak"),
    # The board's order, as a Redis sorted set gives it: XP descending, then the member's bytes descending.
    Index(
        "users_board_idx",
        text("total_xp DESC"),
        text('(id::text) COLLATE "C" DESC'),
        postgresql_where=text("on_board AND total_xp > 0"),
    ),
)

time_zones = Table(
    "time_zones",
    metadata,
    Column("name", Text, primary_key=True),
    comment="those that PostgreSQL and Python both know; any other name counts as the default one",
)
