"""Keys of accounts, which tokens name, and one-time codes for new passwords."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
_GENERATION = "raised when all sessions end; tokens name theirs"


def upgrade() -> None:
    # Without a default, so that the table is not rewritten, and accounts that the previous release makes have none.
    op.add_column(
        "users",
        sa.Column(
            "account_key",
            sa.UUID(),
            nullable=True,
            comment="random; tokens name it, as ids can be given out again after a restore",
        ),
    )
    op.alter_column(
        "users",
        "token_generation",
        comment="another number when all sessions end; tokens name theirs",
        existing_comment=_GENERATION,
        existing_type=sa.Integer(),
    )
    op.create_table(
        "password_codes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("token_generation", sa.Integer(), nullable=False, comment="good while it is the account's"),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("password_codes_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("password_codes_pkey")),
        comment="codes with which learners choose a new password, one a learner",
    )
    op.create_index(op.f("password_codes_issued_at_idx"), "password_codes", ["issued_at"], unique=False)


def downgrade() -> None:
    op.drop_table("password_codes")
    op.alter_column(
        "users",
        "token_generation",
        comment=_GENERATION,
        existing_comment="another number when all sessions end; tokens name theirs",
        existing_type=sa.Integer(),
    )
    op.drop_column("users", "account_key")
