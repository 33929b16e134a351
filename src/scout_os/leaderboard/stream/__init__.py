"""The board as it changes, by server-sent events."""
