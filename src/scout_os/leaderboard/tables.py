"""What PostgreSQL remembers about the board."""

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    SmallInteger,
    Table,
    Text,
    event,
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

BOARD_IDENTITY = DDL(  # type: ignore[no-untyped-call] # SQLAlchemy has not annotated it
    """
    CREATE FUNCTION board_identity() RETURNS text STABLE LANGUAGE sql AS $$
        SELECT system_identifier::text
               || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
               || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
               || ':' || extract(epoch FROM pg_postmaster_start_time())
          FROM pg_control_system()
    $$
    """
)
"""Which history of which database the data come from: cluster, timeline (new after each failover), database, server start.

A cluster that was put back to a base backup differs in its start alone. The start is told in seconds, because the text of
a timestamp depends on the session's time zone.
"""
event.listen(board_state, "after_create", BOARD_IDENTITY)
