"""Sessions that end before their tokens do, and accounts elsewhere by which learners sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "users",
        sa.Column(
            "token_generation",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="raised when all sessions end; tokens name theirs",
        ),
    )
    op.create_table(
        "revoked_tokens",
        sa.Column("token_id", sa.LargeBinary(), nullable=False, comment="digest of the token"),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="from then on the row may go"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("revoked_tokens_user_id_fkey")),
        sa.PrimaryKeyConstraint("token_id", name=op.f("revoked_tokens_pkey")),
    )
    op.create_index(op.f("revoked_tokens_expires_at_idx"), "revoked_tokens", ["expires_at"], unique=False)
    op.create_table(
        "user_identities",
        sa.Column("provider", sa.Text(), nullable=False, comment="its name in the settings"),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="the user's id there; it never changes, e-mail addresses do",
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("user_identities_user_id_fkey")),
        sa.PrimaryKeyConstraint("provider", "subject", name=op.f("user_identities_pkey")),
    )
    op.create_index(op.f("user_identities_user_id_idx"), "user_identities", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("user_identities_user_id_idx"), table_name="user_identities")
    op.drop_table("user_identities")
    op.drop_index(op.f("revoked_tokens_expires_at_idx"), table_name="revoked_tokens")
    op.drop_table("revoked_tokens")
    op.drop_column("users", "token_generation")
