"""The board as it is answered: from Redis, or from PostgreSQL."""
