"""Keeps the board in Redis equal to PostgreSQL: fast path, outbox relay, rebuild, audit."""
