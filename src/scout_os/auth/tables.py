"""Logged-out tokens, the identities and codes of learners, from where they logged in, and how they signed up."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    text,
)

from scout_os.core.metadata import metadata

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("token_id", LargeBinary, primary_key=True, comment="digest of the token"),
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False),
    Column("revoked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False, comment="from then on the row may go"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

access_changes = Table(
    "access_changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "xid",
        BigInteger,
        nullable=False,
        server_default=text("pg_current_xact_id()::text::bigint"),
        index=True,
        comment="the transaction",
    ),
    Column("user_id", BigInteger, nullable=False),
    Column("token_id", LargeBinary, comment="the token that was logged out; null: the user changed"),
    Column("noted_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    comment="what may have ended a session, for a day; written by triggers, followed by each worker",
)

user_identities = Table(
    "user_identities",
    metadata,
    Column("provider", Text, nullable=False, comment="its name in the settings"),
    Column("subject", Text, nullable=False, comment="the user's id there; it never changes, e-mail addresses do"),
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("provider", "subject"),
)

password_codes = Table(
    "password_codes",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id"), primary_key=True),
    Column("code_hash", Text, nullable=False),
    Column("token_generation", Integer, nullable=False, comment="good while it is the account's"),
    Column("issued_at", DateTime(timezone=True), nullable=False, index=True),
    comment="codes with which learners choose a new password, one a learner",
)

known_addresses = Table(
    "known_addresses",
    metadata,
    Column("pair", LargeBinary, primary_key=True, comment="keyed hash of username and address"),
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "user_id"),
    Index(None, "seen_at"),
    comment="addresses from which accounts were logged in to within a month",
)

sign_ups = Table(
    "sign_ups",
    metadata,
    Column("key", LargeBinary, primary_key=True, comment="keyed hash of the idempotency key"),
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False),
    Column("request", LargeBinary, nullable=False, comment="keyed hash of the request without its password"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "user_id"),
    Index(None, "created_at"),
    comment="sign-ups with an idempotency key, for two days",
)
