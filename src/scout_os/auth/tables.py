"""Logged-out tokens, and the identities with which learners sign in."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
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

user_identities = Table(
    "user_identities",
    metadata,
    Column("provider", Text, nullable=False, comment="its name in the settings"),
    Column("subject", Text, nullable=False, comment="the user's id there; it never changes, e-mail addresses do"),
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("provider", "subject"),
)
