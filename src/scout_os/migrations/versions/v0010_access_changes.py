"""What may end a session is recorded, so that workers need not ask about each request."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# With the owner's rights, so that the service can write between this migration and its grants too.
NOTE = """
    CREATE FUNCTION note_access_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN
        IF TG_TABLE_NAME = 'revoked_tokens' THEN
            INSERT INTO access_changes (user_id, token_id) VALUES (NEW.user_id, NEW.token_id);
        ELSE
            INSERT INTO access_changes (user_id) VALUES (OLD.id);
        END IF;
        RETURN NULL;
    END $$
"""
TRIGGERS = (
    """
    CREATE TRIGGER users_access_changed AFTER UPDATE OF is_active, role, token_generation, account_key ON users
       FOR EACH ROW WHEN ((OLD.is_active, OLD.role, OLD.token_generation, OLD.account_key)
                          IS DISTINCT FROM (NEW.is_active, NEW.role, NEW.token_generation, NEW.account_key))
       EXECUTE FUNCTION note_access_change()
    """,
    "CREATE TRIGGER users_deleted AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION note_access_change()",
    """
    CREATE TRIGGER revoked_tokens_inserted AFTER INSERT ON revoked_tokens
       FOR EACH ROW EXECUTE FUNCTION note_access_change()
    """,
)


def upgrade() -> None:
    op.create_table(
        "access_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
            comment="the transaction",
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_id", sa.LargeBinary(), comment="the token that was logged out; null: the user changed"),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("access_changes_pkey")),
        comment="what may have ended a session, for a day; written by triggers, followed by each worker",
    )
    op.create_index(op.f("access_changes_xid_idx"), "access_changes", ["xid"], unique=False)
    op.execute(NOTE)
    for trigger in TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.execute("DROP TRIGGER revoked_tokens_inserted ON revoked_tokens")
    op.execute("DROP TRIGGER users_deleted ON users")
    op.execute("DROP TRIGGER users_access_changed ON users")
    op.execute("DROP FUNCTION note_access_change()")
    op.drop_table("access_changes")
