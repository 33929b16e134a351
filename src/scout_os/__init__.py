"""Scout OS backend: XP, progress and leaderboards for learning apps."""

__version__ = "0.2.0"
