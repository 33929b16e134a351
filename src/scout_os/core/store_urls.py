"""The addresses of the stores, one for each role."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoreUrls:
    """Where PostgreSQL and Redis are reached. The URLs contain passwords, so the repr shows none of them."""

    database_url: str = field(repr=False)
    """The service's own role."""
    owner_database_url: str = field(repr=False)
    """The owner of the schema, for migrations."""
    reader_database_url: str = field(repr=False)
    """For operators. With embedded servers, a role that may read every table and change none."""
    redis_url: str = field(repr=False)
