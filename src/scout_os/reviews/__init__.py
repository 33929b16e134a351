"""Reviews: what looks like cheating is flagged for people to judge. A flag alone changes no answer, XP or place."""
