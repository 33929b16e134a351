"""Attempts that were graded here, so that none is graded twice; and flags for what looks like cheating."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "graded_attempts",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", postgresql.UUID(), nullable=False),
        sa.Column("level_id", sa.Text(), nullable=False),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), nullable=False, comment="when its questions were handed out"
        ),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False, comment="by the same clock as issued_at"),
        sa.Column("correct_answers", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("graded_attempts_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "attempt_id", name=op.f("graded_attempts_pkey")),
        comment="attempts that were graded here, so that none is graded twice; kept for two days",
    )
    op.create_index(op.f("graded_attempts_graded_at_idx"), "graded_attempts", ["graded_at"], unique=False)
    op.create_table(
        "review_flags",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="figures of the last finding"
        ),
        sa.Column(
            "times", sa.Integer(), server_default=sa.text("1"), nullable=False, comment="how often found while open"
        ),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "last_seen_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="of what the last finding rests on",
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('too_fast', 'xp_rate', 'burst', 'no_pause', 'guessing')", name=op.f("review_flags_kind_check")
        ),
        sa.CheckConstraint("verdict IN ('cleared', 'upheld')", name=op.f("review_flags_verdict_check")),
        sa.CheckConstraint("(closed_at IS NULL) = (verdict IS NULL)", name=op.f("review_flags_closed_check")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("review_flags_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("review_flags_pkey")),
        comment="what looks like cheating; a flag alone changes nothing for its learner",
    )
    op.create_index(op.f("review_flags_user_id_kind_idx"), "review_flags", ["user_id", "kind"], unique=False)
    op.create_index(op.f("review_flags_closed_at_idx"), "review_flags", ["closed_at"], unique=False)
    op.create_index(
        "review_flags_one_open",
        "review_flags",
        ["user_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    # For the learners' own export, and for their erasure.
    op.create_index(op.f("revoked_tokens_user_id_idx"), "revoked_tokens", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("revoked_tokens_user_id_idx"), table_name="revoked_tokens")
    op.drop_table("review_flags")
    op.drop_table("graded_attempts")
