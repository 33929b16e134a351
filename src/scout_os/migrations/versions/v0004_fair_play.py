"""Attempts that were graded here, so that none is graded twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "graded_attempts",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", postgresql.UUID(), nullable=False),
        sa.Column("level_id", sa.Text(), nullable=False),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), nullable=False, comment="when its questions were handed out"
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("graded_attempts_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "attempt_id", name=op.f("graded_attempts_pkey")),
        comment="attempts that were graded here, so that none is graded twice; kept for two days",
    )
    op.create_index(op.f("graded_attempts_created_at_idx"), "graded_attempts", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("graded_attempts")
