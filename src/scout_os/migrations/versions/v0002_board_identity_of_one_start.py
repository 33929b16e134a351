"""The board's identity names PostgreSQL's start too: one that was started again may have been restored.

Put back to a base backup, a cluster keeps its identifier and its timeline, and, with one drain since, a link that Redis
remembers as the one before its own.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

# Seconds, because the text of a timestamp depends on the session's time zone.
OF_ONE_START = """
    CREATE OR REPLACE FUNCTION board_identity() RETURNS text STABLE LANGUAGE sql AS $$
        SELECT system_identifier::text
               || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
               || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
               || ':' || extract(epoch FROM pg_postmaster_start_time())
          FROM pg_control_system()
    $$
    """

OF_ALL_STARTS = """
    CREATE OR REPLACE FUNCTION board_identity() RETURNS text STABLE LANGUAGE sql AS $$
        SELECT system_identifier::text
               || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
               || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
          FROM pg_control_system()
    $$
    """


def upgrade() -> None:
    op.execute(OF_ONE_START)


def downgrade() -> None:
    op.execute(OF_ALL_STARTS)
