"""What admins do to learners: correct XP, suspend and restore, delete."""
