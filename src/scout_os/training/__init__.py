"""What is learnt: content, progress, and the one way for XP to change."""
