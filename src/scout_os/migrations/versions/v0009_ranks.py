"""What learners are called by their XP, as the content pack names it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "content_state",
        sa.Column("ranks", postgresql.JSONB(), comment="scout ranks, lowest first; null: the default ones"),
    )


def downgrade() -> None:
    op.drop_column("content_state", "ranks")
