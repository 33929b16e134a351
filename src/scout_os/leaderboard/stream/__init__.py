"""The board as server-sent events."""
