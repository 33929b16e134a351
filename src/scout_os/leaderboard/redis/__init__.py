"""The board in Redis: keys, scripts, and what is published."""
