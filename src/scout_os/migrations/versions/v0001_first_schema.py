"""The first schema"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

LEDGER_FUNCTION = """
    CREATE FUNCTION xp_ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE insufficient_privilege USING MESSAGE = 'xp_ledger is append only: correct XP with a new row';
    END
    $$
    """
LEDGER_TRIGGER = """
    CREATE TRIGGER xp_ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON xp_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION xp_ledger_refuse_change()
    """
BOARD_IDENTITY = """
    CREATE FUNCTION board_identity() RETURNS text STABLE LANGUAGE sql AS $$
        SELECT system_identifier::text
               || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
               || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
          FROM pg_control_system()
    $$
    """


def upgrade() -> None:
    op.create_table(
        "board_outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("board_outbox_pkey")),
        comment="learners whose place on the board changed; append only, never coalesced, drained into Redis",
    )
    op.create_table(
        "board_state",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "link", sa.Text(), nullable=False, comment="random; Redis holds the same one, or the chain is broken"
        ),
        sa.Column("builder", sa.Text(), nullable=True, comment="token of the rebuild under way"),
        sa.Column(
            "builder_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the rebuild counts as dead from then on",
        ),
        sa.CheckConstraint("id = 1", name=op.f("board_state_one_row_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("board_state_pkey")),
    )
    op.create_table(
        "content_state",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="raised by each load that changed something"),
        sa.Column("pack_hash", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("content_state_one_row_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("content_state_pkey")),
    )
    op.create_table(
        "sections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("description_en", sa.Text(), nullable=True),
        sa.Column(
            "is_active",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="false: retired from the pack",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sections_pkey")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "username",
            sa.Text(),
            nullable=True,
            comment="trimmed, lower case; null in the tombstone of a deleted learner",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="what the board shows"),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("picture_url", sa.Text(), nullable=True),
        sa.Column("gugus_depan", sa.Text(), nullable=True),
        sa.Column("is_pro", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("role", sa.Text(), server_default=sa.text("'learner'"), nullable=False),
        sa.Column(
            "is_active",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="false: disabled or deleted",
        ),
        sa.Column(
            "is_suspended",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="off the board, XP kept",
        ),
        sa.Column(
            "is_hidden",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="off the board by own choice",
        ),
        sa.Column(
            "on_board",
            sa.Boolean(),
            sa.Computed("is_active AND NOT is_suspended AND NOT is_hidden", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "total_xp",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="sum of the learner's ledger rows",
        ),
        sa.Column(
            "board_era",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="raised by each correction",
        ),
        sa.Column("streak", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("longest_streak", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_active_date", sa.Date(), nullable=True, comment="the learner's own local day"),
        sa.Column("timezone", sa.Text(), server_default=sa.text("'Asia/Jakarta'"), nullable=False),
        sa.Column("hearts", sa.SmallInteger(), server_default=sa.text("5"), nullable=False),
        sa.Column(
            "hearts_date",
            sa.Date(),
            nullable=True,
            comment="local day of the last loss; on a later day all five are back",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('learner', 'admin')", name=op.f("users_role_check")),
        sa.CheckConstraint("hearts BETWEEN 0 AND 5", name=op.f("users_hearts_check")),
        sa.CheckConstraint("streak >= 0 AND longest_streak >= streak", name=op.f("users_streak_check")),
        sa.CheckConstraint("total_xp BETWEEN 0 AND 9007199254740991", name=op.f("users_total_xp_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("username", name=op.f("users_username_key")),
    )
    op.create_index(
        "users_board_idx",
        "users",
        [sa.literal_column("total_xp DESC"), sa.literal_column('(id::text) COLLATE "C" DESC')],
        unique=False,
        postgresql_where=sa.text("on_board AND total_xp > 0"),
    )
    op.create_table(
        "activity_days",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the learner's local day of an attempt"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("activity_days_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("activity_days_pkey")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "fingerprint",
            postgresql.BYTEA(),
            nullable=False,
            comment="SHA-256 of the request that the key was first used for",
        ),
        sa.Column("answer", postgresql.BYTEA(), nullable=True, comment="the first answer's body, byte for byte"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("idempotency_keys_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_index(op.f("idempotency_keys_created_at_idx"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("description_en", sa.Text(), nullable=True),
        sa.Column(
            "is_active",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="false: retired from the pack",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("units_section_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("units_pkey")),
    )
    op.create_table(
        "xp_ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="level:<id>, or correction:<uuid>"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "content_version", sa.Integer(), nullable=True, comment="the level's version that decided the amount"
        ),
        sa.Column("submission_id", sa.UUID(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True, comment="who corrected"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("xp_ledger_amount_check")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("xp_ledger_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("xp_ledger_pkey")),
        sa.UniqueConstraint("user_id", "source", name="xp_ledger_pays_once"),
        comment="append only: no role but the owner may change or delete a row, and a trigger refuses even that",
    )
    op.create_table(
        "levels",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("level_number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("difficulty", sa.Text(), nullable=False),
        sa.Column("xp_reward", sa.Integer(), nullable=False),
        sa.Column("min_correct", sa.Integer(), nullable=False),
        sa.Column("unlock_rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "content_version",
            sa.Integer(),
            nullable=False,
            comment="raised when anything of the level or its questions changes",
        ),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column(
            "is_active",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="false: retired from the pack",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("xp_reward BETWEEN 1 AND 100", name=op.f("levels_xp_reward_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("levels_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("levels_pkey")),
    )
    op.create_table(
        "level_versions",
        sa.Column("level_id", sa.Text(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("xp_reward", sa.Integer(), nullable=False),
        sa.Column("min_correct", sa.Integer(), nullable=False),
        sa.Column("total_questions", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["level_id"], ["levels.id"], name=op.f("level_versions_level_id_fkey")),
        sa.PrimaryKeyConstraint("level_id", "content_version", name=op.f("level_versions_pkey")),
        comment="what each version of a level paid, so that every award can be checked against the content it was made from",
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("level_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="with the key"),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column(
            "is_active",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="false: retired from the pack",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["level_id"], ["levels.id"], name=op.f("questions_level_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("questions_pkey")),
    )
    op.create_index(op.f("questions_level_id_idx"), "questions", ["level_id"], unique=False)
    op.create_table(
        "user_progress",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("level_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "xp_earned", sa.BigInteger(), server_default=sa.text("0"), nullable=False, comment="what this level paid"
        ),
        sa.Column("score", sa.BigInteger(), nullable=False, comment="as sent with the best attempt; decides nothing"),
        sa.Column("correct_answers", sa.Integer(), nullable=False, comment="of the best attempt"),
        sa.Column(
            "total_questions", sa.BigInteger(), nullable=False, comment="as sent with the best attempt; decides nothing"
        ),
        sa.Column(
            "time_spent_seconds",
            sa.BigInteger(),
            nullable=False,
            comment="as sent with the best attempt; decides nothing",
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('IN_PROGRESS', 'COMPLETED')", name=op.f("user_progress_status_check")),
        sa.ForeignKeyConstraint(["level_id"], ["levels.id"], name=op.f("user_progress_level_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("user_progress_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "level_id", name=op.f("user_progress_pkey")),
    )
    op.execute(LEDGER_FUNCTION)
    op.execute(LEDGER_TRIGGER)
    op.execute(BOARD_IDENTITY)
    op.execute("INSERT INTO board_state (link) VALUES (gen_random_uuid()::text)")


def downgrade() -> None:
    op.execute("DROP FUNCTION board_identity()")
    op.execute("DROP TRIGGER xp_ledger_append_only ON xp_ledger")
    op.execute("DROP FUNCTION xp_ledger_refuse_change()")
    op.drop_table("user_progress")
    op.drop_index(op.f("questions_level_id_idx"), table_name="questions")
    op.drop_table("questions")
    op.drop_table("level_versions")
    op.drop_table("levels")
    op.drop_table("xp_ledger")
    op.drop_table("units")
    op.drop_index(op.f("idempotency_keys_created_at_idx"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("activity_days")
    op.drop_index("users_board_idx", table_name="users", postgresql_where=sa.text("on_board AND total_xp > 0"))
    op.drop_table("users")
    op.drop_table("sections")
    op.drop_table("content_state")
    op.drop_table("board_state")
    op.drop_table("board_outbox")
