"""What PostgreSQL remembers about the board."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)

from scout_os.core.metadata import metadata

board_outbox = Table(
    "board_outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    comment="learners whose place on the board changed; append only, never coalesced, drained into Redis",
)

board_state = Table(
    "board_state",
    metadata,
    Column("id", SmallInteger, primary_key=True, server_default=text("1")),
    Column("link", Text, nullable=False, comment="random; Redis holds the same one, or the chain is broken"),
    Column("builder", Text, comment="token of the rebuild under way"),
    Column("builder_until", DateTime(timezone=True), comment="the rebuild counts as dead from then on"),
    CheckConstraint("id = 1", name="one_row"),
)
