"""Questions with media, of newer kinds, and in English; and the drawings that they show."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "questions",
        sa.Column("details", postgresql.JSONB(), comment="texts in English and media; null: none"),
    )
    op.add_column(
        "questions",
        sa.Column(
            "instead_of",
            postgresql.JSONB(),
            comment="the whole question that this one stands in for at older clients; null: none",
        ),
    )
    op.create_table_comment("questions", "every release can show each row: a question of a newer kind is in instead_of")
    op.create_table(
        "content_files",
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 of the bytes, in hexadecimal"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="a drawing as SVG"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("content_files_pkey")),
        comment="drawings of the content, earlier ones too, because devices keep questions that show them",
    )


def downgrade() -> None:
    op.drop_table("content_files")
    op.drop_table_comment("questions")
    op.drop_column("questions", "instead_of")
    op.drop_column("questions", "details")
