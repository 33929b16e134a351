"""How learners compare: the leaderboard, its Redis cache and what keeps the two equal."""
