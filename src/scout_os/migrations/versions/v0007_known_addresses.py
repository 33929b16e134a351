"""From where accounts were logged in to, and sign-ups that may be repeated."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "known_addresses",
        sa.Column("pair", sa.LargeBinary(), nullable=False, comment="keyed hash of username and address"),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("known_addresses_user_id_fkey")),
        sa.PrimaryKeyConstraint("pair", name=op.f("known_addresses_pkey")),
        comment="addresses from which accounts were logged in to within a month",
    )
    op.create_index(op.f("known_addresses_user_id_idx"), "known_addresses", ["user_id"], unique=False)
    op.create_index(op.f("known_addresses_seen_at_idx"), "known_addresses", ["seen_at"], unique=False)
    op.create_table(
        "sign_ups",
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="keyed hash of the idempotency key"),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "request", sa.LargeBinary(), nullable=False, comment="keyed hash of the request without its password"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("sign_ups_user_id_fkey")),
        sa.PrimaryKeyConstraint("key", name=op.f("sign_ups_pkey")),
        comment="sign-ups with an idempotency key, for two days",
    )
    op.create_index(op.f("sign_ups_user_id_idx"), "sign_ups", ["user_id"], unique=False)
    op.create_index(op.f("sign_ups_created_at_idx"), "sign_ups", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("sign_ups")
    op.drop_table("known_addresses")
