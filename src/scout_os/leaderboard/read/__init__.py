"""Reads the board from Redis or from PostgreSQL."""
