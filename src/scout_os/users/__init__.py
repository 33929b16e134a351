"""Who learns: accounts, profiles, streaks as read, hearts."""
