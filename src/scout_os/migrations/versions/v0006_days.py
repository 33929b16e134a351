"""A clock that can be set, time zones that PostgreSQL and Python both know, and the times at which late attempts were done."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_OF_ATTEMPTS = "attempts that were graded here, so that none is graded twice; kept for {}"


def upgrade() -> None:
    op.create_table(
        "installation_clock",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column(
            "ahead",
            sa.Interval(),
            server_default=sa.text("'0'"),
            nullable=False,
            comment="how far the clock was put forward",
        ),
        sa.CheckConstraint("id = 1", name=op.f("installation_clock_id_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("installation_clock_pkey")),
        comment="one row; production ignores it",
    )
    op.execute("INSERT INTO installation_clock DEFAULT VALUES")
    op.create_table(
        "time_zones",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("time_zones_pkey")),
        comment="those that PostgreSQL and Python both know; any other name counts as the default one",
    )
    op.add_column(
        "xp_ledger",
        sa.Column("earned_at", sa.DateTime(timezone=True), comment="when the level was passed; null: as created"),
    )
    op.add_column(
        "graded_attempts", sa.Column("done_at", sa.DateTime(timezone=True), comment="of a late one: when it was done")
    )
    op.create_table_comment(
        "graded_attempts", _OF_ATTEMPTS.format("15 days"), existing_comment=_OF_ATTEMPTS.format("two days")
    )


def downgrade() -> None:
    op.create_table_comment(
        "graded_attempts", _OF_ATTEMPTS.format("two days"), existing_comment=_OF_ATTEMPTS.format("15 days")
    )
    op.drop_column("graded_attempts", "done_at")
    op.drop_column("xp_ledger", "earned_at")
    op.drop_table("time_zones")
    op.drop_table("installation_clock")
